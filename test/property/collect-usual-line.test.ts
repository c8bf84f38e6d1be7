import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTextLine } from '../../harness/collect/text-line.ts';
import { parseUsualLine } from '../../harness/collect/usual-line.ts';
import { TEXT_VECTORS } from '../support/platform-vectors.ts';

/** Mostly what Lambda writes; sometimes something that the general way must decide on. */
const mostly = (usual: fc.Arbitrary<string>, ...other: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 80, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...other) });
const whole = fc.nat(99_999_999).map(String);
const digits = mostly(whole, '0', '007', '1e3', '-1', '', '999999999', '9999999999', '1.');
const size = mostly(fc.nat(10_240).map(String), '0128', '1234567', '1.5', '');
const time = fc.tuple(digits, mostly(fc.constantFrom('', '.5', '.25', '.00'), '.123456', '.1234567')).map((parts) => parts.join(''));
const unit = mostly(fc.constant(' ms'), ' MB', 'ms');
const id = mostly(fc.uuid(), '11111111-22', '', 'X');
const between = mostly(fc.constant('\t'), ' ', '\t\t', '\n');
const end = mostly(fc.constant('\t'), '', '\r', '\tStatus: timeout', '\tXRAY TraceId: 1-2-3\tSegmentId: 4\tSampled: true\t', '\tInit Dur');

const report = fc
  .record({ id, duration: time, billed: digits, memory: size, used: size, init: fc.option(time), unit, between, end })
  .map((part) => {
    const { duration, billed, memory, used, init } = part;
    const figures = [`Duration: ${duration}${part.unit}`, `Billed Duration: ${billed} ms`, `Memory Size: ${memory} MB`];
    const more = [`Max Memory Used: ${used} MB`, ...(init === null ? [] : [`Init Duration: ${init} ms`])];
    return `${[`REPORT RequestId: ${part.id}`, ...figures, ...more].join(part.between)}${part.end}`;
  });
const startOrEnd = fc
  .tuple(
    fc.constantFrom('START', 'END', 'STARTED', 'INIT_START'),
    id,
    fc.constantFrom('', ' Version: $LATEST', ' Version: 12', ' Version:', ' x'),
  )
  .map(([word, requestId, rest]) => `${word} RequestId: ${requestId}${rest}`);

it('gives what the general way gives, member by member, or nothing', () => {
  let usual = 0;
  fc.assert(
    fc.property(fc.oneof(report, startOrEnd, fc.constantFrom(...TEXT_VECTORS.map(({ line }) => line))), (line) => {
      const quick = parseUsualLine(line);
      if (quick === undefined) return;
      usual++;
      expect(JSON.stringify(quick)).toBe(JSON.stringify(parseTextLine(line)));
    }),
    { numRuns: 3000 },
  );
  expect(usual).toBeGreaterThan(300);
});
