import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { type CalibrationHeader, createLedger, parseLedger, resumeLedger } from '../../harness/run/calibration-ledger.ts';
import { newCalibrationRecord, newFailedRecord } from '../support/calibration-record.ts';

const HEADER: CalibrationHeader = {
  toolVersion: '0.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  options: { seed: 's', delaysMs: [0, 2], runs: 3, rounds: 16, warm: 10 },
  driver: { node: 'v20', kernel: '6.1', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0.5 },
};
const FIRST = newCalibrationRecord({ number: 1, untold: 2 });
const SECOND = newFailedRecord(2, 0);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-ledger-'));
  path = join(folder, 'calibrate-x', 'ledger.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeLedger(): void {
  const ledger = createLedger(path, HEADER);
  ledger.record(FIRST);
  ledger.interrupted(2, '2026-01-01T00:00:09.000Z');
  ledger.record(SECOND);
  ledger.close();
}

function refusalOf(act: () => unknown): BenchError {
  try {
    act();
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a ledger', () => {
  it('gives back what was written, figures and failures', () => {
    writeLedger();
    expect(parseLedger(readFileSync(path, 'utf8'))).toEqual({
      header: HEADER,
      records: [FIRST, SECOND],
      interrupted: [2],
      malformed: 0,
    });
  });

  it('has each run as soon as it has ended', () => {
    const ledger = createLedger(path, HEADER);
    ledger.record(FIRST);
    expect(parseLedger(readFileSync(path, 'utf8'))?.records).toEqual([FIRST]);
    ledger.close();
  });

  it('goes on after a line that was cut', () => {
    writeLedger();
    appendFileSync(path, '{"event":"run","plan":{"number":3');
    const { open, ledger } = resumeLedger(path);
    expect(ledger.records).toEqual([FIRST, SECOND]);
    const third = newCalibrationRecord({ number: 3 });
    open.record(third);
    open.close();
    expect(parseLedger(readFileSync(path, 'utf8'))).toMatchObject({ records: [FIRST, SECOND, third], malformed: 0 });
  });

  it('counts what it cannot read, and takes the first record of a run', () => {
    writeLedger();
    appendFileSync(
      path,
      `nonsense\n{"event":"run"}\n${JSON.stringify({ event: 'run', ...newCalibrationRecord({ number: 1, delayMs: 5 }) })}\n`,
    );
    expect(parseLedger(readFileSync(path, 'utf8'))).toMatchObject({ records: [FIRST, SECOND], malformed: 3 });
  });

  it('is not begun twice, and never written over', () => {
    writeLedger();
    const before = readFileSync(path, 'utf8');
    expect(refusalOf(() => createLedger(path, HEADER)).exitCode).toBe(EXIT_CODES.usage);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it.each([
    ['a file that is not there', undefined],
    ['an empty file', ''],
    ['another file', '{"event":"run","schema":1}\n'],
    ['another schema', `${JSON.stringify({ event: 'calibration', schema: 2, ...HEADER })}\n`],
    ['a header that was cut', JSON.stringify({ event: 'calibration', schema: 1, ...HEADER })],
  ])('is not %s, which stays as it is', (_what, text) => {
    const other = join(folder, 'other');
    if (text !== undefined) writeFileSync(other, text);
    expect(refusalOf(() => resumeLedger(other)).exitCode).toBe(EXIT_CODES.usage);
    if (text === undefined) expect(existsSync(other)).toBe(false);
    else expect(readFileSync(other, 'utf8')).toBe(text);
  });
});
