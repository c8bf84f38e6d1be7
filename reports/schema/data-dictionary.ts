import { markdownTable } from 'markdown-table';
import { comparisonColumns, summaryRow } from './figure-rows.ts';
import { reportJsonSchema } from './report-schema.ts';
import { SAMPLE_COLUMN_MEANINGS } from './sample-columns.ts';

/** As much of a JSON Schema as ours uses. */
interface Described {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly 'x-unit'?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Described[];
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
}

type Row = readonly [string, string, string];

/** Words for a table's cell; what stands between backticks is left as it is. */
function cell(text: string): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[|<>~*_]/g, '\\$&')))
    .join('`');
}

function present(schema: Described): Described {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

/** The unit of a quantity, else the kind of value. */
function unitOf(schema: Described): string {
  const { enum: words, const: only, type } = present(schema);
  if (schema['x-unit'] !== undefined) return schema['x-unit'];
  if (words !== undefined) return 'word';
  if (only !== undefined) return 'constant';
  const name = typeof type === 'string' ? type : type?.find((one) => one !== 'null');
  return name === 'string' ? 'text' : (name ?? '');
}

function meaningOf(schema: Described): string {
  const words = present(schema).enum;
  const list = words === undefined ? '' : ` One of: ${words.map((word) => `\`${String(word)}\``).join(', ')}.`;
  return `${cell(schema.description ?? '')}${list}`;
}

/** A row a member, nested ones by their path; `[]` stands for each row of a list. */
function rowsOf(schema: Described, path: string): readonly Row[] {
  const { properties = {}, items } = present(schema);
  const members = Object.entries(properties).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [[`\`${at}\``, unitOf(member), meaningOf(member)] as const, ...rowsOf(member, at)];
  });
  if (items === undefined) return members;
  // A list of words has nothing of its own to say about each.
  return rowsOf(items, `${path}[]`);
}

function table(head: string, rows: readonly Row[]): string {
  return markdownTable([[head, 'unit or kind', 'meaning'], ...rows]);
}

/** The columns of a CSV file whose rows are also in `report.json`, with `extra` ones before the column that each names. */
function columns(schema: Described, extra: Readonly<Record<string, Row>>): readonly Row[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]): Row[] => {
    const description = meaningOf(member).replace(/ null: /, ' Empty: ');
    const row: Row = [`\`${name}\``, unitOf(member), description];
    return extra[name] === undefined ? [row] : [extra[name], row];
  });
  return [['`run_id`', 'text', 'The run.'], ...own];
}

/** `docs/data-dictionary.md`, from the schema and the lists of columns. */
export function formatDataDictionary(): string {
  const report = reportJsonSchema() as Described;
  const inReport = (name: string): Described => report.properties?.[name]?.items ?? {};
  const ofComparisons = Object.keys(comparisonColumns.shape);
  const comparison = {
    properties: Object.fromEntries(
      Object.entries(inReport('comparisons').properties ?? {}).filter(([name]) => ofComparisons.includes(name)),
    ),
  };
  const summary = {
    properties: Object.fromEntries(Object.entries(inReport('summary').properties ?? {}).filter(([name]) => name in summaryRow.shape)),
  };
  const population: Row = ['`population`', 'word', 'Always `all`.'];
  const samples = Object.entries(SAMPLE_COLUMN_MEANINGS).map(([name, { unit, meaning }]): Row => [`\`${name}\``, unit, cell(meaning)]);
  return [
    '# Data dictionary',
    '',
    'Made from the declarations in `reports/schema/`; a test fails when it is not. After a change: `npx vitest run --project unit test/docs -u`.',
    '',
    'CSV: RFC 4180, UTF-8 without mark, a header line, LF (`--csv-eol crlf` for CRLF); an empty field is an absent value, never 0. Milliseconds have',
    'six decimals, so every nanosecond is there. Text that came from elsewhere is made visible, and has an apostrophe before it where a spreadsheet',
    'would read a formula.',
    '',
    '## `samples.csv`: one row a call',
    '',
    table('column', samples),
    '',
    '## `summary.csv`: one row a statistic',
    '',
    table('column', columns(summary, {})),
    '',
    '## `comparisons.csv`: one row a statistic of a pair',
    '',
    table('column', columns(comparison, { metric: population })),
    '',
    '## `histograms.hlog`',
    '',
    'HdrHistogram V2 interval log, three digits, values in nanoseconds, one interval with a tag for each cell and metric:',
    '`scenario/target/start/connection/metric`.',
    '',
    '## `report.json`',
    '',
    'Schema: `reports/schema/report.schema.json` (draft 2020-12). Objects are closed, every member is always there, `null` is an absent value;',
    '`[]` stands for each row of a list.',
    '',
    table('member', rowsOf(report, '')),
    '',
  ].join('\n');
}
