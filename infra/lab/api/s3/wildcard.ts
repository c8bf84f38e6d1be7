/**
 * Whether `text` matches `pattern`, in which `*` stands for any characters, none included, and `?` for exactly one (IAM's
 * wildcards; both also match `/` and `:`). Case counts. Time is at most the product of the two lengths.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    // The star first: a literal star in the text must not use up the pattern's.
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      resume = inText;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === text[inText]) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      inPattern = star + 1;
      inText = ++resume;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
