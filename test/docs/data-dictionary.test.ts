import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SAMPLE_COLUMNS } from '../../reports/samples-csv.ts';
import { formatDataDictionary } from '../../reports/schema/data-dictionary.ts';
import { SAMPLE_COLUMN_MEANINGS } from '../../reports/schema/sample-columns.ts';

/** Header of a committed file of the reviewed run. */
function headerOf(name: string): readonly string[] {
  return (readFileSync(new URL(`../golden/run/${name}`, import.meta.url), 'utf8').split('\n')[0] ?? '').split(',');
}

/** Names in the first column of the table below a heading. */
function columnsUnder(heading: string): readonly string[] {
  const [, section = ''] = formatDataDictionary().split(`## \`${heading}\``);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? '');
}

describe('docs/data-dictionary.md', () => {
  it('is what the declarations say', async () => {
    await expect(formatDataDictionary()).toMatchFileSnapshot('../../docs/data-dictionary.md');
  });

  it('knows every column of samples.csv, in its order', () => {
    expect(Object.keys(SAMPLE_COLUMN_MEANINGS)).toEqual(SAMPLE_COLUMNS);
  });

  it.each(['samples.csv', 'summary.csv', 'comparisons.csv'])('has the columns of %s, in their order', (name) => {
    expect(headerOf(name).length).toBeGreaterThan(10);
    expect(columnsUnder(name)).toEqual(headerOf(name));
  });
});
