import type { Inspection } from '../../infra/deploy/inspection.ts';
import type { QuotaUse, RunQuota } from '../../infra/deploy/quota-looks.ts';
import type { Finding } from '../domain/finding.ts';
import { type MendPlace, untoldFinding } from './doctor-mend.ts';

/** Measured calls are made one after the other. */
const CONCURRENCY_NEEDED = 1;

/** Whether the account has room for what a run makes; `needs` counts by resource type of the templates. */
export function quotaFindings(
  { quotas, concurrency }: Pick<Inspection, 'quotas' | 'concurrency'>,
  needs: Readonly<Record<string, number>>,
  place: MendPlace,
): readonly Finding[] {
  const asked = quotas.flatMap(({ quota, use }) => {
    const need = needs[quota.resourceType] ?? 0;
    if (need === 0) return [];
    return [use.kind === 'told' ? roomFinding(quota, use.value, need, place) : untoldFinding('quotas', quota.name, use, place)];
  });
  return [...asked, concurrencyFinding(concurrency, place)];
}

function roomFinding(quota: RunQuota, { limit, used }: QuotaUse, need: number, { flags }: MendPlace): Finding {
  const text = {
    area: 'quotas',
    what: quota.name,
    why: `${used} of ${limit} taken; a run of the default scenarios makes ${need}`,
  } as const;
  if (used + need <= limit) return { ...text, status: 'ok' };
  const asked = `--service-code ${quota.serviceCode} --quota-code ${quota.quotaCode} --desired-value ${used + need}`;
  return { ...text, status: 'missing', mend: `aws service-quotas request-service-quota-increase ${asked}${flags}` };
}

function concurrencyFinding(concurrency: Inspection['concurrency'], place: MendPlace): Finding {
  const what = 'Lambda concurrency';
  if (concurrency.kind !== 'told') return untoldFinding('quotas', what, concurrency, place);
  const why = `${concurrency.value} at once beside what is reserved; a run makes its calls one after the other`;
  if (concurrency.value >= CONCURRENCY_NEEDED) return { area: 'quotas', what, status: 'ok', why };
  return {
    area: 'quotas',
    what,
    status: 'missing',
    why,
    mend: `aws lambda get-account-settings${place.flags}   (then give back reserved concurrency)`,
  };
}
