import { describe, expect, it } from 'vitest';
import { settleStart } from '../../harness/collect/classify-start.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportFigures, ReportSource, Sample } from '../../harness/domain/sample.ts';
import { newReportedSample } from '../support/reported-sample.ts';

type Report = { readonly source: ReportSource; readonly figures: ReportFigures } | undefined;
const found = (figures: ReportFigures): Report => ({ source: 'tail', figures });
const initialised = found({ init: nanoseconds(100_000_000), duration: nanoseconds(5) });
const bare = found({ duration: nanoseconds(5) });

function sampleOf(parts: Partial<Sample>): Sample {
  const { report: _, reportSource: __, start: ___, ...sample } = newReportedSample();
  return { ...sample, ...parts };
}

describe('settleStart', () => {
  it.each<[Partial<Sample>, Report, string | undefined, string | undefined, string]>([
    [{ start: 'cold' }, initialised, 'cold', undefined, 'claimed and proven'],
    [{ start: 'cold' }, bare, 'warm', 'not-cold', 'a faked first-call flag'],
    [{ start: 'cold' }, found({ init: nanoseconds(0) }), 'warm', 'not-cold', 'an Init Duration of 0 proves nothing'],
    [{ start: 'cold' }, undefined, 'warm', 'cold-unproven', 'the REPORT never came'],
    [{ start: 'cold' }, { source: 'missing', figures: {} }, 'warm', 'cold-unproven', 'the same, written down'],
    [{ start: 'cold', discardReason: 'warm-up' }, bare, 'warm', 'warm-up', 'the first reason stands'],
    [{ start: 'warm' }, bare, 'warm', undefined, 'an ordinary warm call'],
    [{ start: 'warm' }, undefined, 'warm', undefined, 'a warm call needs no proof'],
    [{ start: 'warm' }, initialised, 'cold', 'init-in-warm-call', 'an init that was folded into the call'],
    [{ start: 'warm', discardReason: 'warm-up' }, initialised, 'cold', 'warm-up', 'the first reason stands'],
    [{ start: 'preinit' }, initialised, 'preinit', undefined, 'initialised ahead, as AWS prints it'],
    [{ start: 'preinit' }, bare, 'preinit', undefined, 'initialised ahead, init not printed'],
    [{ start: 'preinit' }, undefined, 'preinit', undefined, 'it is in no histogram, so it needs no proof'],
    [{ outcome: 'failed', start: 'cold' }, bare, 'cold', undefined, 'failures are judged by what was asked'],
    [{}, initialised, undefined, undefined, 'a call that says nothing of its start'],
  ])('%j with %j is %s, discarded as %s: %s', (parts, report, start, discardReason) => {
    const joined = { ...sampleOf(parts), report: report?.figures ?? {}, reportSource: report?.source ?? 'missing' };
    const settled = settleStart(joined) ?? joined;
    expect(settled.start).toBe(start);
    expect(settled.discardReason).toBe(discardReason);
  });
});
