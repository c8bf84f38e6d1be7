import { readFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);

/** A chapter of the README, by its heading. Throws `RangeError` when there is none, or more than one. */
export function readmeChapter(heading: string): string {
  const chapters = readFileSync(README, 'utf8')
    .split(/^(?=## )/m)
    .filter((text) => text.startsWith(`## ${heading}\n`));
  const [chapter] = chapters;
  if (chapter === undefined || chapters.length > 1) throw new RangeError(`the README has ${chapters.length} chapters "${heading}"`);
  return chapter;
}

/** The lines of a chapter's shell blocks, in their order, without comments. */
export function shellLines(chapter: string): readonly string[] {
  const blocks = [...chapter.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

/** The words after `npm run bench --`; undefined for every other line. */
export function benchWordsIn(line: string): readonly string[] | undefined {
  const words = /^npm run bench -- (.+)$/.exec(line)?.[1];
  return words?.split(/\s+/);
}
