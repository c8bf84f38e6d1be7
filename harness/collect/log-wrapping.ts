/** A log event as somebody's export holds it, freed from what the exporting tool put around it. */
export interface LoggedText {
  readonly text: string;
  /** `2026/11/23/[$LATEST]<32 hex>`, where the wrapping names it. */
  readonly logStream?: string;
  /** `/aws/lambda/<function>`, where the wrapping names it. */
  readonly logGroup?: string;
}

const INSTANT = String.raw`\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?`;
const TIME = String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\([+-]\d\d:\d\d\)`;
const EPOCH = String.raw`\d{13}|\d{10}`;
const STREAM = String.raw`\d{4}/\d\d/\d\d/[\w.-]*\[(?:\$LATEST|\d+)\][0-9a-f]{32}`;
const GROUP = String.raw`/[\w./#-]{1,512}`;
const CONTAINER = String.raw`[\w.-]{1,64} {1,32}\|`;

/**
 * What the exporting tools write before an event, in any order: instants (`aws logs tail`, S3 exports), stream and group names (`sam logs`,
 * `aws logs tail`), a container's name (`docker compose logs`). A closed list: a platform line that stands behind other words is somebody's
 * text about one.
 */
const PREFIX = new RegExp(`^(?:(?:${INSTANT}|${TIME}|${EPOCH}|${STREAM}|${GROUP}|${CONTAINER})[ \\t]+)+`);
/** Longer prefixes do not occur; the bound keeps a megabyte of text from being searched. */
const LONGEST_PREFIX = 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const COLOUR = /\u001b\[[0-9;]*m/g;

function found(text: string, pattern: string): string | undefined {
  return new RegExp(`(?:^|[ \\t])(${pattern})(?=[ \\t]|$)`).exec(text)?.[1];
}

/** Takes the prefix of one line off. A line without one is returned as it is, but for terminal colours. */
export function unwrapLine(line: string): LoggedText {
  const plain = line.includes('\u001b') ? line.replace(COLOUR, '') : line;
  const prefix = PREFIX.exec(plain.slice(0, LONGEST_PREFIX))?.[0];
  if (prefix === undefined) return { text: plain };
  const logStream = found(prefix, STREAM);
  const logGroup = found(prefix, GROUP);
  return {
    text: plain.slice(prefix.length),
    ...(logStream === undefined ? {} : { logStream }),
    ...(logGroup === undefined ? {} : { logGroup }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function logged(text: string, fields: Fields, outer: Fields): LoggedText {
  const logStream = textOf(fields['logStreamName']) ?? textOf(fields['@logStream']) ?? textOf(outer['logStream']);
  // Logs Insights writes `<account>:<group>`.
  const logGroup = textOf(fields['logGroupName']) ?? textOf(fields['@log'])?.replace(/^\d+:/, '') ?? textOf(outer['logGroup']);
  return { text, ...(logStream === undefined ? {} : { logStream }), ...(logGroup === undefined ? {} : { logGroup }) };
}

/** One event of an API's answer. An application's own JSON has a `message` too, but its `timestamp` is no number. */
function eventOf(value: unknown, outer: Fields): readonly LoggedText[] {
  if (!isFields(value)) return [];
  const message = textOf(value['@message']) ?? (typeof value['timestamp'] === 'number' ? textOf(value['message']) : undefined);
  return message === undefined ? [] : [logged(message, value, outer)];
}

/** A row of a Logs Insights answer: `[{ field, value }, …]`. */
function insightsRow(row: unknown): readonly LoggedText[] {
  if (!Array.isArray(row)) return [];
  const cells = row.filter(isFields).map(({ field, value }) => [String(field), value] as const);
  return eventOf(Object.fromEntries(cells), {});
}

/**
 * The events in a JSON value: the answer of FilterLogEvents, GetLogEvents or GetQueryResults, a subscription's data message, a single
 * event. Undefined when it is none of those: then it may be a log line of format JSON itself.
 */
export function eventsInJson(value: unknown): readonly LoggedText[] | undefined {
  if (!isFields(value)) return undefined;
  for (const name of ['events', 'logEvents']) {
    const events = value[name];
    if (Array.isArray(events)) return events.flatMap((event) => eventOf(event, value));
  }
  const { results } = value;
  if (Array.isArray(results)) return results.flatMap((row) => (Array.isArray(row) ? insightsRow(row) : eventOf(row, {})));
  const single = eventOf(value, {});
  return single.length === 0 ? undefined : single;
}

/** One member a line, as the AWS CLI and `jq` indent their documents. */
const MEMBER = /^\s*"(message|@message|logStreamName|logStream|logGroup|field|value)"\s*:\s*("(?:[^"\\]|\\.)*")\s*,?\s*$/;

/** Reads an indented document line by line, so that one of any size needs no memory. */
export interface IndentedReader {
  /** The event that this line completes, if it does. */
  read(line: string): LoggedText | undefined;
}

/** For a document whose first line is `{` or `[` alone. */
export function newIndentedReader(): IndentedReader {
  const outer: Record<string, string> = {};
  let stream: string | undefined;
  let field: string | undefined;
  const complete = (text: string): LoggedText => logged(text, stream === undefined ? {} : { logStreamName: stream }, outer);
  return {
    read: (line) => {
      const [, name, quoted = '""'] = MEMBER.exec(line) ?? [];
      if (name === undefined) return undefined;
      const value = JSON.parse(quoted) as string;
      switch (name) {
        case 'logStreamName':
          stream = value;
          return undefined;
        case 'logStream':
        case 'logGroup':
          outer[name] = value;
          return undefined;
        case 'field':
          field = value;
          return undefined;
        case 'value':
          if (field === '@logStream') stream = value;
          return field === '@message' ? complete(value) : undefined;
        default:
          return complete(value);
      }
    },
  };
}
