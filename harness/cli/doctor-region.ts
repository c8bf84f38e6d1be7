import type { Inspection } from '../../infra/deploy/inspection.ts';
import { DEFAULT_FUNCTION_OPTIONS } from '../../infra/template/fn.ts';
import { DATABASE_INSTANCE_CLASS, POSTGRES_VERSION } from '../../infra/template/paid.ts';
import type { Finding } from '../domain/finding.ts';
import { type MendPlace, untoldFinding } from './doctor-mend.ts';

/** A DB subnet group spans two. */
const ZONES_NEEDED = 2;

/** Whether the region offers what the templates ask for. */
export function regionFindings(
  { zones, databaseZones }: Pick<Inspection, 'zones' | 'databaseZones'>,
  place: MendPlace,
): readonly Finding[] {
  return [zonesFinding(zones, place), databaseFinding(zones, databaseZones, place), runtimeFinding(place)];
}

function zonesFinding(zones: Inspection['zones'], place: MendPlace): Finding {
  const what = `zones of ${place.region}`;
  if (zones.kind !== 'told') return untoldFinding('region', what, zones, place);
  const why = `${zones.value.length === 0 ? 'none' : zones.value.join(', ')}; a run needs ${ZONES_NEEDED}`;
  if (zones.value.length >= ZONES_NEEDED) return { area: 'region', what, status: 'ok', why };
  return { area: 'region', what, status: 'missing', why, mend: 'aws ec2 describe-regions --output text   (then: doctor --region ANOTHER)' };
}

function databaseFinding(zones: Inspection['zones'], offered: Inspection['databaseZones'], place: MendPlace): Finding {
  const text = { area: 'region', what: `DB class ${DATABASE_INSTANCE_CLASS}, PostgreSQL ${POSTGRES_VERSION}` } as const;
  if (offered.kind !== 'told') return untoldFinding(text.area, text.what, offered, place);
  const mend = `npm run bench -- --backend aws --targets internet,s3${place.flags}`;
  if (offered.value.length === 0) return { ...text, status: 'missing', why: 'RDS does not offer it in this region', mend };
  const why = `RDS offers it in ${offered.value.join(', ')}`;
  if (zones.kind !== 'told') return { ...text, status: 'ok', why };
  const [first = '', second = ''] = zones.value;
  if (offered.value.includes(first)) return { ...text, status: 'ok', why };
  if (offered.value.includes(second)) {
    return { ...text, status: 'warning', why: `${why}, not in ${first}: a run tries ${second} once ${first} has refused`, mend };
  }
  return { ...text, status: 'missing', why: `${why}, but a run uses ${first} or ${second}`, mend };
}

/** Neither Lambda nor any other service tells which runtimes and architectures a region has. */
function runtimeFinding(place: MendPlace): Finding {
  const { runtime, architecture } = DEFAULT_FUNCTION_OPTIONS;
  return {
    ...{ area: 'region', what: `Lambda runtime ${runtime} on ${architecture}`, status: 'cannot tell' },
    why: 'no API of AWS lists what Lambda offers in a region; where it lacks, the first deploy is refused and removes itself',
    mend: `npm run bench -- --backend aws --arch x86_64${place.flags}   (where arm64 is refused)`,
  };
}
