import { escapeXml, visibleText } from './free-text.ts';

/** What a test runner shows of one question to a run. */
export interface TestCase {
  readonly classname: string;
  readonly name: string;
  /** `type` names the kind of a failure; `finding` where it is not given. */
  readonly result:
    | { readonly kind: 'passed' }
    | { readonly kind: 'failure'; readonly message: string; readonly type?: string }
    | { readonly kind: 'skipped'; readonly message: string };
  readonly output: readonly string[];
}

/** The questions to one run. */
export interface TestSuite {
  /** The run's id. */
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly TestCase[];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function resultLines({ result }: TestCase): readonly string[] {
  switch (result.kind) {
    case 'passed':
      return [];
    case 'failure':
      return [`      <failure${attributes({ message: result.message, type: result.type ?? 'finding' })}/>`];
    case 'skipped':
      return [`      <skipped${attributes({ message: result.message })}/>`];
  }
}

function caseLines(test: TestCase): readonly string[] {
  const { classname, name, output } = test;
  const out = output.length === 0 ? [] : [`      <system-out>${escapeXml(output.join('\n'))}</system-out>`];
  return [`    <testcase${attributes({ classname, name })}>`, ...resultLines(test), ...out, '    </testcase>'];
}

/** One suite as a JUnit document; the texts of its cases have been made visible by who made them. */
export function formatSuite({ name, timestamp, properties, cases }: TestSuite): string {
  const countOf = (kind: TestCase['result']['kind']): number => cases.filter(({ result }) => result.kind === kind).length;
  const totals = { tests: cases.length, failures: countOf('failure'), errors: 0, skipped: countOf('skipped') };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'lambda-network-bench', ...totals })}>`,
    `  <testsuite${attributes({ name: `lambda-network-bench ${visibleText(name)}`, timestamp: visibleText(timestamp), ...totals })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([key, value]) => `      <property${attributes({ name: key, value: visibleText(value) })}/>`),
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
