import { markdownTable } from 'markdown-table';
import { describe, expect, it } from 'vitest';
import { FAULT_SCRIPTS } from '../fault/fault-scripts.ts';
import { FAULT_STEPS, FAULT_TABLE } from '../fault/fault-table.ts';

const PREAMBLE = `# What follows from a fault

What can go wrong at which step of a run on AWS, and what must follow: the exit code, what remains in the account when the command has ended, and what
of the results is kept. The rows stood before their tests. Each is played against the lab in the place of AWS, and fails when its fault was never
met; afterwards the sweep must find nothing, and every received sample must be in the journal. Where something remains, \`destroy\` must remove it.

\`npm test\` plays the rows with a mark, \`LNB_FAULTS=all npx vitest run --project lab test/fault/fault-table.test.ts\` all of them, and prints what it
got. This page is made from the table.
`;

describe('the table of faults', () => {
  it('has at least forty pairs, and one of them at every step in each test run', () => {
    expect(FAULT_TABLE.length).toBeGreaterThanOrEqual(40);
    const pairs = FAULT_TABLE.map(({ step, fault }) => `${step}: ${fault}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    const always = new Set(FAULT_TABLE.filter((row) => row.always).map(({ step }) => step));
    expect(FAULT_STEPS.filter((step) => !always.has(step))).toEqual([]);
  });

  it('has a test for every row, and a row for every test', () => {
    expect(Object.keys(FAULT_SCRIPTS).sort()).toEqual(FAULT_TABLE.map(({ id }) => id).sort());
  });

  it('stands in docs/faults.md as it is', async () => {
    const rows = FAULT_STEPS.flatMap((step) => FAULT_TABLE.filter((row) => row.step === step));
    const table = markdownTable(
      [
        ['step', 'fault', 'exit', 'remains in the account', 'kept', 'row', 'always'],
        ...rows.map(({ id, step, fault, exit, remains, kept, always }) => [
          ...[step, fault, String(exit), remains, kept, `\`${id}\``],
          always ? '✓' : '',
        ]),
      ],
      { align: ['l', 'l', 'r', 'l', 'l', 'l', 'c'] },
    );
    await expect(`${PREAMBLE}\n${table}\n`).toMatchFileSnapshot('../../docs/faults.md');
  });
});
