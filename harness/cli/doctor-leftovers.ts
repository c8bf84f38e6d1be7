import { type FoundRun, isExpired } from '../../infra/deploy/find-runs.ts';
import type { Inspection } from '../../infra/deploy/inspection.ts';
import type { Finding } from '../domain/finding.ts';
import { type MendPlace, untoldFinding } from './doctor-mend.ts';

const AREA = 'leftovers';

/** What earlier runs have in the account. */
export function leftoverFindings({ runs }: Pick<Inspection, 'runs'>, now: Date, place: MendPlace): readonly Finding[] {
  if (runs.kind !== 'told') return [untoldFinding(AREA, 'runs in the account', runs, place)];
  if (runs.value.length === 0) return [{ area: AREA, what: 'runs in the account', status: 'ok', why: `none in ${place.region}` }];
  return runs.value.map((run) => runFinding(run, now, place));
}

function runFinding(run: FoundRun, now: Date, { flags }: MendPlace): Finding {
  const { runId, things, expiresAt, kept } = run;
  const text = { area: AREA, what: `run ${runId}`, status: 'warning' } as const;
  const has = `${things.length} ${things.length === 1 ? 'thing' : 'things'} in the account, ${things[0] ?? ''}${things.length > 1 ? ' and more' : ''}`;
  if (isExpired(run, now)) {
    return { ...text, why: `${has}; its time was over at ${expiresAt}`, mend: `npm run bench -- sweep --expired${flags}` };
  }
  const until =
    expiresAt === undefined ? 'nobody knows until when' : expiresAt === 'never' ? 'it never ends by itself' : `until ${expiresAt}`;
  return { ...text, why: `${has}; ${kept ? 'kept, ' : ''}${until}`, mend: `npm run bench -- destroy ${runId}${flags}` };
}
