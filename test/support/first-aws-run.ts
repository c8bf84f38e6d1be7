/** A fact of `docs/first-aws-run.md` that only a real account can confirm. */
export interface AwsFact {
  readonly name: string;
  readonly confirmed: boolean;
  /** The command that confirms it. */
  readonly command: string;
}

const BOX = /^- \[( |x)\] \*\*([^*]+)\*\*: .+\n {2}`(.+)`$/gm;
/** Anything that looks like a box, so that one of another form is not passed over. */
const ANY_BOX = /^\s*[-*] \[.?\]/gm;

export const BEGIN = '<!-- not run on AWS: made from docs/first-aws-run.md -->';
export const END = '<!-- end -->';
const WIDTH = 145;

/** Reads the boxes. Throws `RangeError` for one without name, fact or command, and for none at all. */
export function parseFacts(document: string): readonly AwsFact[] {
  const facts = [...document.matchAll(BOX)].map(([, mark, name = '', command = '']) => ({ name, confirmed: mark === 'x', command }));
  const boxes = (document.match(ANY_BOX) ?? []).length;
  if (facts.length === 0 || facts.length !== boxes)
    throw new RangeError(`${boxes} boxes, of which ${facts.length} have name, fact and command`);
  return facts;
}

/** The README's paragraph. */
export function formatUnproven(facts: readonly AwsFact[]): string {
  const open = facts.filter(({ confirmed }) => !confirmed);
  const link = '[docs/first-aws-run.md](docs/first-aws-run.md)';
  if (open.length === 0) return `- Every fact of ${link} was confirmed on AWS.`;
  const none = open.length === facts.length;
  const lead = none ? '**Nothing here was ever run on AWS.**' : `**Not everything here was seen on AWS.**`;
  const lab = '`--backend aws` was run against the lab in the place of AWS alone.';
  const names = open.map(({ name }) => name).join('; ');
  return wrapped(`- ${lead} ${none ? `${lab} ` : ''}Open, each with the command that confirms it in ${link}: ${names}.`);
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** The README with its paragraph as it should be. Throws `RangeError` without exactly one pair of markers. */
export function withUnproven(readme: string, facts: readonly AwsFact[]): string {
  const parts = readme.split(BEGIN);
  const after = parts[1]?.split(END) ?? [];
  if (parts.length !== 2 || after.length !== 2) throw new RangeError(`the README has not one pair of ${BEGIN} and ${END}`);
  return `${parts[0]}${BEGIN}\n${formatUnproven(facts)}\n${END}${after[1]}`;
}
