import fc from 'fast-check';
import { expect, it } from 'vitest';
import { METRICS } from '../../harness/analyse/metric.ts';
import { figuresOf, type Samples } from '../../harness/domain/samples.ts';
import { SampleTable } from '../../harness/record/sample-table.ts';
import { adoptSamples } from '../../harness/record/shared-samples.ts';
import { lines } from '../support/journal-entries.ts';

function odd(samples: Samples): Samples {
  let place = 0;
  return samples.filter(() => place++ % 2 === 1);
}

it('gives of many samples at once, wherever they are kept, the figures that each says one by one', () => {
  let [present, absent] = [0, 0];
  fc.assert(
    fc.property(lines, (calls) => {
      const table = new SampleTable();
      for (const { call, observed, report } of calls) {
        table.ask(call, 'now');
        if (observed !== undefined) table.observe(call.callId, observed);
        if (report !== undefined) table.report(call.callId, report.source, report.figures);
      }
      const adopted = adoptSamples(structuredClone(table.share()));
      for (const samples of [table, [...table], odd(table), odd(odd(table)), odd([...table]), adopted, odd(adopted)] as const) {
        for (const { figuresOf: all, figureOf } of METRICS) {
          const one = samples.map((sample: Parameters<typeof figureOf>[0]) => figureOf(sample) ?? Number.NaN);
          expect([...all(samples)]).toEqual(one);
          const known = one.filter((figure) => !Number.isNaN(figure)).length;
          present += known;
          absent += one.length - known;
        }
        expect([...figuresOf(samples, 'round')]).toEqual(samples.map(({ call }: { call: { round: number } }) => call.round));
      }
    }),
  );
  expect(Math.min(present, absent)).toBeGreaterThan(100);
});
