import { describe, expect, it } from 'vitest';
import { zoneOf, zonesByEnvironment } from '../../harness/collect/zones.ts';
import { newReportedSample } from '../support/reported-sample.ts';

describe('the zone of an environment', () => {
  const samples = [
    newReportedSample({ environmentId: 'a' }),
    newReportedSample({ environmentId: 'a', azId: 'use1-az1' }),
    newReportedSample({ environmentId: 'b', azId: 'use1-az2' }),
    newReportedSample({ environmentId: 'a' }),
    newReportedSample({ environmentId: 'c' }),
  ];
  const zones = zonesByEnvironment(samples);

  it('holds for all of its samples, before and after the one that told it, and for no other', () => {
    expect(samples.map((sample) => zoneOf(sample, zones))).toEqual(['use1-az1', 'use1-az1', 'use1-az2', 'use1-az1', undefined]);
  });

  it('is not made up for a call that nobody answered', () => {
    const { environmentId: _, ...unanswered } = newReportedSample({ outcome: 'failed' });
    expect(zoneOf(unanswered, zones)).toBeUndefined();
  });
});
