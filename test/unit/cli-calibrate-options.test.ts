import { describe, expect, it } from 'vitest';
import { type CalibrateFlags, checkResumed, parseCalibration } from '../../harness/cli/calibrate-options.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';

function refusalOf(act: () => unknown): BenchError {
  try {
    act();
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
const parse = (flags: Partial<CalibrateFlags>) => parseCalibration({ out: 'results', ...flags }, 'fresh');

describe('bench calibrate', () => {
  it('has delays, runs and a seed of its own', () => {
    expect(parse({})).toEqual({ seed: 'fresh', delaysMs: [0, 0.5, 1, 2, 5], runs: 20, rounds: 16, warm: 10 });
  });

  it('takes others', () => {
    expect(parse({ delays: '0, 2.5', runs: '100', seed: 'abc' })).toMatchObject({ delaysMs: [0, 2.5], runs: 100, seed: 'abc' });
  });

  it.each([
    [{ delays: '0,x' }, '--delays: "x" is no number of milliseconds'],
    [{ delays: '' }, '--delays: "" is no number'],
    [{ delays: '-1' }, '--delays: "-1" is no number'],
    [{ delays: '2ms' }, '--delays: "2ms" is no number'],
    [{ delays: '501' }, 'more than 500 ms'],
    [{ delays: '2,2.0' }, 'a delay is given twice'],
    [{ runs: '0' }, '--runs: must be a whole number'],
    [{ runs: '1e3' }, '--runs: must be a whole number'],
    [{ runs: '10001' }, '--runs: must be a whole number'],
    [{ seed: 'a b' }, '--seed: must be'],
  ])('%j is refused, saying %s', (flags, says) => {
    const refusal = refusalOf(() => parse(flags));
    expect([refusal.exitCode, refusal.why]).toEqual([EXIT_CODES.usage, expect.stringContaining(says)]);
  });

  it('names all problems at once', () => {
    expect(refusalOf(() => parse({ delays: 'x,y', runs: '0' })).why.split('\n')).toHaveLength(3);
  });

  it('goes on with what a ledger has fixed, and with nothing else', () => {
    checkResumed({ out: 'results', resume: 'ledger.ndjson' });
    const refusal = refusalOf(() => checkResumed({ out: 'results', resume: 'ledger.ndjson', runs: '5', seed: 'x' }));
    expect(refusal.why).toBe('--runs: the ledger to resume has fixed it\n       --seed: the ledger to resume has fixed it');
  });
});
