import { originalOf } from '../domain/arm.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';
import type { CellSamples } from './cell-samples.ts';
import type { Check, CheckFigure } from './check.ts';
import { nearestRank, sortAscending } from './quantile.ts';

const NO_DATA = 'No environment told its availability zone, or no scenario has a VPC to compare the zone with.';

function kindOf(plan: Plan, name: string): 'default' | 'vpc' | undefined {
  return plan.scenarios.find((scenario) => scenario.name === originalOf(name))?.network.kind;
}

/** Zones of these samples' environments. */
function zonesOf(samples: Samples): ReadonlySet<string> {
  const zones = new Set<string>();
  samples.forEach(({ azId }) => {
    if (azId !== undefined) zones.add(azId);
  });
  return zones;
}

function environmentsOf(samples: Samples): number {
  const environments = new Set<string>();
  samples.forEach(({ environmentId }) => {
    if (environmentId !== undefined) environments.add(environmentId);
  });
  return environments.size;
}

function scenariosOf(samples: Samples): readonly string[] {
  const names = new Set<string>();
  samples.forEach(({ call }) => {
    names.add(call.scenario);
  });
  return [...names];
}

/** Default's warm medians on new connections, in the zone of the VPC scenarios and elsewhere, as far as there are any. */
function splitFigures(cells: readonly CellSamples[], scenario: string, isSame: (sample: ReportedSample) => boolean): CheckFigure[] {
  const own = cells.filter(({ cell }) => cell.scenario === scenario && cell.start === 'warm' && cell.connection === 'new');
  return own.flatMap(({ cell, measured }) =>
    [true, false].flatMap((same): CheckFigure[] => {
      const values = measured.flatMap((sample) => {
        const total = sample.fn?.total;
        return sample.azId === undefined || isSame(sample) !== same || total === undefined ? [] : [total];
      });
      const name = `warm new p50 (fn_total) in ${same ? 'the same zone' : 'another zone'}`;
      return values.length === 0
        ? []
        : [{ of: `${scenario}, ${cell.target}`, name, unit: 'ns', value: nearestRank(sortAscending(values), 0.5) }];
    }),
  );
}

/**
 * Where did the environments stand? VPC scenarios share one zone by design; where default mode runs cannot be chosen, so its figures are split
 * by the same zone as theirs and another one. Warns when the VPC scenarios stood in several.
 */
export function checkZones(plan: Plan, samples: Samples, cells: readonly CellSamples[]): Check {
  const zoned = samples.filter(({ azId }) => azId !== undefined);
  const ofKind = (kind: 'default' | 'vpc') => zoned.filter(({ call }) => kindOf(plan, call.scenario) === kind);
  const [inVpc, inDefault] = [ofKind('vpc'), ofKind('default')];
  const vpcZones = zonesOf(inVpc);
  if (vpcZones.size === 0 || inDefault.length === 0) return { id: 'zones', verdict: 'no data', figures: [], text: NO_DATA };
  const isSame = ({ azId }: ReportedSample): boolean => azId !== undefined && vpcZones.has(azId);
  const figures = scenariosOf(inDefault).flatMap((of): CheckFigure[] => {
    const own = inDefault.filter(({ call }) => call.scenario === of);
    return [
      { of, name: 'environments in the zone of the VPC scenarios', unit: 'count', value: environmentsOf(own.filter(isSame)) },
      { of, name: 'environments in another zone', unit: 'count', value: environmentsOf(own.filter((sample) => !isSame(sample))) },
      ...splitFigures(cells, of, isSame),
    ];
  });
  const details = [`VPC scenarios: ${[...vpcZones].sort().join(', ')}; default mode: ${[...zonesOf(inDefault)].sort().join(', ')}`];
  if (vpcZones.size > 1) {
    const text = 'The VPC scenarios stood in several zones: part of their differences may be the way between zones.';
    return { id: 'zones', verdict: 'warn', figures, text, details };
  }
  const elsewhere = inDefault.some((sample) => !isSame(sample));
  const text = elsewhere
    ? 'The VPC scenarios stood in one zone, default mode, whose zone nobody can choose, in another too: see its figures apart.'
    : 'All environments stood in one zone.';
  return { id: 'zones', verdict: 'pass', figures, text, details };
}
