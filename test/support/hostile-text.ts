/** Bytes; no form of a report may grow as large because somebody says much. */
export const MEGABYTE = 1024 * 1024;
/** Words that want to be something else than text, by what they are aimed at. */
export const HOSTILE: Readonly<Record<string, string>> = {
  html: '<script>alert(1)</script><img src=x onerror=alert(1)>',
  markdown: '| **bold** | [x](javascript:alert(1)) |\n# heading',
  formula: '=HYPERLINK("http://evil.test","click")',
  ansi: '\u001b[2J\u001b[31mred\u001b]0;title\u0007',
  direction: 'user\u202etxt.exe\u2066',
  lines: 'a\r\nb\u2028c\nTag=evil,0,0,0,x',
  prototype: '__proto__',
  command: '::error::x\n::stop-commands::y\r\n%0A::set-output name=a::b',
  xml: ']]></system-out><failure message="x"/>\ufffe&lt;',
  json: '"],"verdict":"faster","x":["',
  long: '%'.repeat(MEGABYTE),
};

/** What no text file may hold: escapes, other control characters but line feeds, marks of direction, other line breaks. */
export const UNSEEN = /[^\P{C}\n]|[\u2028\u2029]/u;
