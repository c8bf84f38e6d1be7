import { describe, expect, it } from 'vitest';
import type { BackendFacts } from '../../harness/domain/run.ts';
import { visibleText } from '../../reports/free-text.ts';
import { labDelayWords } from '../../reports/injected.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { methodLines, reproduceCommand } from '../../reports/method.ts';
import { findingSentences, labBanner } from '../../reports/sentences.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const NAT_LATER: BackendFacts = {
  ...{ kind: 'lab', region: 'us-east-1', account: '0000', notes: [] },
  injected: { 'default path': '+0 ms a round trip', 'nat path': '+2 ms a round trip', logDelayMs: '900' },
  pathDelaysMs: { default: 0, nat: 2 },
};

function newDelayedRun(backend: BackendFacts) {
  const samples = ['default', 'vpc-nat'].flatMap((scenario) =>
    [1, 2, 3, 4, 5, 6].map((round) => newReportedSample({ call: { scenario, round, callId: `${scenario}-${round}` } })),
  );
  return newReportedRun({ backend, samples });
}

describe('an injected path delay', () => {
  const analysis = newDelayedRun(NAT_LATER);

  it('heads the report with every place, also those that only take the same way', () => {
    expect(labBanner(analysis, visibleText)).toContain('default path +0 ms a round trip, nat path +2 ms a round trip, logDelayMs 900.');
  });

  it('stands beside each verdict, as far as it is felt', () => {
    const sentences = findingSentences(analysis, visibleText).filter(({ text }) => text.includes(' against '));
    expect(sentences.length).toBeGreaterThan(0);
    for (const { text } of sentences) expect(text).toMatch(/; injected: nat path \+2 ms a round trip, logDelayMs 900$/);
  });

  it('is in the method, and in the command that reproduces the run', () => {
    expect(methodLines(analysis.manifest, visibleText).join('\n')).toContain('Injected, so an input and no finding: default path +0 ms');
    expect(reproduceCommand(analysis.manifest)).toMatch(/ --lab-delay nat=2ms$/);
    expect(formatMarkdownReport(analysis)).toContain('--lab-delay nat=2ms');
  });

  it('is not spoken of where there is none', () => {
    const text = formatMarkdownReport(newDelayedRun({ ...NAT_LATER, injected: {}, pathDelaysMs: {} }));
    expect(text).not.toMatch(/[Ii]njected|--lab-delay/);
  });
});

it.each([
  [{ default: 0, nat: 2, endpoint: 0.5 }, ['nat=2ms', 'endpoint=0.5ms'], 'the others get 0 by themselves'],
  [{ default: 0, nat: 0, endpoint: 0 }, ['default=0ms', 'nat=0ms', 'endpoint=0ms'], 'the way without a wait is asked for too'],
  [{ 'nat-0a1b': 2 }, [], 'an id is another one in every lab'],
  [{ '$(id)': 2 }, [], 'no place'],
])('%j is asked for again by %j: %s', (pathDelaysMs, words, _why) => {
  expect(labDelayWords({ ...NAT_LATER, pathDelaysMs })).toEqual(words);
});
