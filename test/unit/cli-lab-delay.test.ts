import { describe, expect, test } from 'vitest';
import { injectedOf, parseLabDelays, withLabDelays } from '../../harness/cli/lab-delay.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';

function refusalOf(texts: readonly string[]): BenchError {
  try {
    parseLabDelays(texts);
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  throw new Error(`${texts.join(' ')} was taken`);
}

describe('--lab-delay', () => {
  test.each([
    [['nat=2ms'], { default: 0, nat: 2, endpoint: 0 }, 'the others take the same way without a wait'],
    [['nat=2ms', 'endpoint=500us'], { default: 0, nat: 2, endpoint: 0.5 }, 'several, in microseconds too'],
    [['default=0.25ms'], { default: 0.25, nat: 0, endpoint: 0 }, 'a fraction'],
    [['nat=0ms'], { default: 0, nat: 0, endpoint: 0 }, 'nothing but the way'],
    [['nat=500ms'], { default: 0, nat: 500, endpoint: 0 }, 'the longest'],
  ])('%j: %s', (texts, expected) => {
    const given = Object.entries(parseLabDelays(texts)).map(([place, { roundTripMs }]) => [place, roundTripMs]);
    expect(Object.fromEntries(given)).toEqual(expected);
  });

  test('without it nothing is delayed and nothing takes another way', () => {
    expect(withLabDelays(DEFAULT_KNOBS, [])).toBe(DEFAULT_KNOBS);
    expect(parseLabDelays([])).toEqual({});
  });

  test.each([
    ['nut=2ms', 'unknown place "nut". Did you mean "nat"? Known: default, nat, endpoint.', 'a slip'],
    ['rds=2ms', 'unknown place "rds". Known: default, nat, endpoint.', 'no place of that kind'],
    ['nat=2', 'Did you mean "nat=2ms"?', 'no unit'],
    ['nat=2s', '"2s" is no time', 'a unit that is none here'],
    ['nat=-1ms', '"-1ms" is no time', 'negative'],
    ['nat=1e3ms', '"1e3ms" is no time', 'no plain number'],
    ['nat= 2ms', '" 2ms" is no time', 'a blank'],
    ['nat=', '"" is no time', 'nothing'],
    ['nat', 'must be PLACE=TIME, as in nat=2ms', 'no time'],
    ['nat=1ms=2ms', 'must be PLACE=TIME', 'two times'],
    ['nat=501ms', 'at most 500ms', 'longer than probes wait for'],
    ['nat-0a1b=2ms', 'unknown place "nat-0a1b"', 'an id that no lab has yet'],
  ])('%s is refused, saying %s: %s', (text, says) => {
    const refusal = refusalOf([text]);
    expect([refusal.exitCode, refusal.why]).toEqual([EXIT_CODES.usage, expect.stringContaining(says)]);
    expect(refusal.tryCommands[0]).toContain('--lab-delay nat=2ms');
  });

  test('all problems are named at once, a place that is given twice among them', () => {
    expect(refusalOf(['nat=1ms', 'nat=2ms', 'nut=1ms']).why.split('\n')).toHaveLength(2);
  });
});

test('a knob of several parts is named as it was given, and equal parts are as usual', () => {
  const slowCreation = { '*': 3_000 };
  const knobs = { ...DEFAULT_KNOBS, timeScale: 100, slowCreation, callFaults: [] };
  expect(injectedOf(knobs, DEFAULT_KNOBS)).toEqual({ timeScale: '100', slowCreation: '{"*":3000}' });
});

test('what a report names of the knobs: every delay, and what is not as usual', () => {
  const knobs = { ...DEFAULT_KNOBS, delays: { dnsAnswer: 30 }, pathDelays: { nat: { roundTripMs: 2 } }, logDelayMs: 900 };
  expect(injectedOf(knobs, DEFAULT_KNOBS)).toEqual({ dnsAnswer: '30 ms', 'nat path': '+2 ms a round trip', logDelayMs: '900' });
  expect(injectedOf(DEFAULT_KNOBS, DEFAULT_KNOBS)).toEqual({});
});
