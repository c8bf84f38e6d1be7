import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { LAB_FORCE_BOUNDS } from '../../infra/aws/cold-forcer.ts';
import { onlyRunIn } from '../support/run-folder.ts';
import {
  countOutcome,
  cutting,
  type Ended,
  expectSources,
  type FaultScript,
  journalOf,
  refusal,
  send,
  textOf,
  throttling,
  unavailable,
  until,
  untilForced,
  untilJournal,
  untilSaid,
} from './fault-script.ts';

const PASSED = '2020-01-01T00:00:00Z';
const NEXT = /Try: (aws |npm run bench)/;
/** So short that no REPORT fits in: it has to come from the logs. */
const CUT_TAIL = { tailBytes: 200 } as const;
const OFTEN = 100_000;
const STALE_READS = 100;
/** Columns of what a call took; `age_ms` and `idle_gap_ms` are what lay before it. */
const TIME = /^(client|duration|billed|init|restore|module|fn)_.*ms$/;

function calls(...callFaults: NonNullable<NonNullable<FaultScript['knobs']>['callFaults']>): Pick<FaultScript, 'knobs'> {
  return { knobs: { callFaults } };
}

/** From the first call of a round on, so that the calls that nobody times do not meet it. */
function inTheRound(...callFaults: NonNullable<NonNullable<FaultScript['knobs']>['callFaults']>): FaultScript {
  return {
    flags: ['--rounds', '3', '--warm', '2'],
    meanwhile: async (scene) => {
      await untilForced(scene);
      await scene.stage.change({ callFaults });
    },
  };
}

/** From the last call of the first round until all functions of the second are updated: nothing but that update lies between, milliseconds. */
function msBeforeSecondRound(folder: string | undefined): number {
  const lines = journalOf(folder);
  const second = lines.filter(({ kind }) => kind === 'round-forced')[1];
  const before = lines.slice(0, second === undefined ? 0 : lines.indexOf(second)).filter(({ event }) => event === 'asked');
  return Date.parse(second?.at ?? '') - Date.parse(before.at(-1)?.at ?? '');
}

/** No column of these samples is a time, and each call that they were is there once more, answered. */
function expectUntimed(ended: Ended, outcome: string): void {
  const rows: readonly Readonly<Record<string, string>>[] = parse(textOf(ended, 'samples.csv'), { columns: true });
  const found = rows.filter((row) => row['outcome'] === outcome);
  expect(found.length).toBeGreaterThan(0);
  const timed = (row: Readonly<Record<string, string>>) => Object.entries(row).filter(([name, text]) => TIME.test(name) && text !== '');
  expect(found.flatMap(timed)).toEqual([]);
  expect(rows.filter((row) => row['outcome'] === 'ok').flatMap(timed).length).toBeGreaterThan(0);
  for (const { call_id: id = '' } of found) {
    const again = rows.filter((row) => row['call_id']?.startsWith(id.slice(0, 'r001-0000'.length)) && row['outcome'] === 'ok');
    expect(again).toHaveLength(1);
  }
}

/** From the first update to the last report. */
export const DRIVE_SCRIPTS: Readonly<Record<string, FaultScript>> = {
  'stale-successful': {
    flags: ['--rounds', '2'],
    knobs: { staleUpdatePolls: STALE_READS },
    // Two rounds of two functions: the one that is asked for and its twin.
    strikes: { staleUpdatePolls: 4 * STALE_READS },
    met: ({ folder }) => expect(msBeforeSecondRound(folder)).toBeGreaterThanOrEqual(STALE_READS * LAB_FORCE_BOUNDS.pollMs),
  },
  'force-429': calls(throttling('UpdateFunctionConfiguration', 3)),
  'force-503': calls(unavailable('lambda', 'UpdateFunctionConfiguration')),
  'force-refused': {
    flags: ['--rounds', '2'],
    knobs: { delays: { firstByte: 100 } },
    meanwhile: async (scene) => {
      await untilForced(scene);
      await scene.stage.change({ callFaults: [refusal('lambda', 'UpdateFunctionConfiguration')] });
    },
    says: [/UpdateFunctionConfiguration was refused/, /is not allowed/, NEXT],
  },
  'routing-lag': {
    knobs: { routingLagMs: 300 },
    met: (ended) => {
      expect(countOutcome(ended, 'stale_env')).toBeGreaterThan(0);
      expect(textOf(ended, 'report.md')).toMatch(/old environment/);
    },
  },
  'expired-mid-run': {
    flags: ['--rounds', '2'],
    knobs: { vpcUpdateMs: 1_500 },
    meanwhile: async (scene) => {
      await untilSaid(scene, 'round 1/2 done');
      await scene.stage.change({ credentialsExpireAt: PASSED });
    },
    says: [/ExpiredToken/, /left in us-east-1: .*-net/, /npm run bench -- destroy [a-z0-9]{10}/],
  },
  'interrupt-rounds': {
    process: true,
    flags: ['--rounds', '9'],
    meanwhile: async (scene) => {
      await untilSaid(scene, 'round 1/9');
      send(scene, 'SIGINT');
    },
    says: [/removing what was deployed/],
  },
  'terminate-rounds': {
    process: true,
    flags: ['--rounds', '9'],
    meanwhile: async (scene) => {
      await untilSaid(scene, 'round 1/9');
      send(scene, 'SIGTERM');
    },
    says: [/removing what was deployed/],
  },
  'kill-rounds': {
    process: true,
    flags: ['--rounds', '9'],
    meanwhile: async (scene) => {
      await untilJournal(scene, 'some calls', (lines) => lines.filter(({ event }) => event === 'observed').length >= 5);
      send(scene, 'SIGKILL');
    },
  },
  'invoke-429': {
    ...inTheRound(throttling('Invoke', 2)),
    met: (ended) => {
      expect(countOutcome(ended, 'throttled')).toBe(2);
      expect(textOf(ended, 'report.md')).toMatch(/2 times Lambda refused a call \(429\)/);
      expectUntimed(ended, 'throttled');
    },
  },
  'invoke-429-forever': {
    ...calls(throttling('Invoke', OFTEN)),
    met: (ended) => {
      expect(countOutcome(ended, 'throttled')).toBeGreaterThan(0);
      expect(countOutcome(ended, 'ok')).toBe(0);
      expect(textOf(ended, 'summary.csv').trim().split('\n')).toHaveLength(1);
    },
    says: [/Lambda refused a call \(429\)|throttled/, NEXT],
  },
  'invoke-500': {
    ...inTheRound(unavailable('lambda', 'Invoke', 2, 500)),
    met: (ended) => {
      expect(countOutcome(ended, 'failed')).toBe(2);
      expect(textOf(ended, 'samples.csv')).toMatch(/,failed,ServiceException,invoke,/);
    },
  },
  'invoke-cut': {
    ...inTheRound(cutting('lambda', 'Invoke', 'after-body', 2)),
    met: (ended) => {
      expect(countOutcome(ended, 'failed')).toBe(2);
      expect(textOf(ended, 'samples.csv')).toMatch(/,failed,ECONNRESET,invoke,/);
    },
  },
  'tail-truncated': { knobs: CUT_TAIL, met: (ended) => expectSources(ended, ['stream']) },
  'log-pages-empty': { knobs: { ...CUT_TAIL, emptyLogPages: 4 }, met: (ended) => expectSources(ended, ['stream']) },
  'log-token-repeats': {
    // The stream is refused, so that the search is asked, which alone repeats tokens.
    knobs: { ...CUT_TAIL, repeatedLogTokens: 2, callFaults: [refusal('logs', 'GetLogEvents', OFTEN)] },
    met: (ended) => expectSources(ended, ['filter']),
  },
  'logs-late': { knobs: { ...CUT_TAIL, logDelayMs: 3_000 }, met: (ended) => expectSources(ended, ['stream']) },
  'logs-refused': {
    knobs: { ...CUT_TAIL, callFaults: [refusal('logs', 'GetLogEvents', OFTEN), refusal('logs', 'FilterLogEvents', OFTEN)] },
    met: (ended) => {
      expectSources(ended, ['missing']);
      const [header = '', ...rows] = textOf(ended, 'samples.csv').trim().split('\n');
      const column = header.split(',').indexOf('duration_ms');
      expect(rows.map((row) => row.split(',')[column])).toEqual(rows.map(() => ''));
    },
  },
  'report-unwritable': {
    meanwhile: async (scene) => {
      const folder = await until(scene, 'a run', () => onlyRunIn(scene.out));
      mkdirSync(join(folder, 'report.md'));
    },
    says: [/report\.md/],
  },
};
