import { visibleText } from '../../reports/free-text.ts';
import type { ExitCode } from '../domain/exit-code.ts';
import { FINDING_AREAS, FINDING_STATUSES, type Finding, type FindingStatus } from '../domain/finding.ts';
import type { AwsAccess, AwsIdentity } from './aws-access.ts';
import { describePrincipal } from './aws-account.ts';

/** What `bench doctor` found, and where. */
export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly exitCode: ExitCode;
  /** Absent where no account was looked at. */
  readonly account?: { readonly access: AwsAccess; readonly identity: AwsIdentity };
}

const MARKS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warning: '!', missing: '✗', 'cannot tell': '?' };

/** Services name whole accounts in their refusals; people are shown the last digits. */
function masked(finding: Finding, { account }: DoctorReport): Finding {
  if (account === undefined) return finding;
  const { accountId, accountMasked } = account.identity;
  const mask = (text: string): string => (accountId === '' ? text : text.replaceAll(accountId, accountMasked));
  const text = { ...finding, what: visibleText(mask(finding.what)), why: visibleText(mask(finding.why)) };
  return text.status === 'ok' ? text : { ...text, mend: mask(text.mend) };
}

/** For people: by area, a line each, with the command below whatever is not well. One command for several stands below the last of them. */
export function formatDoctor(report: DoctorReport): string {
  const findings = report.findings.map((finding) => masked(finding, report));
  const lines = FINDING_AREAS.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    return own.length === 0 ? [] : [area, ...own.flatMap((finding, i) => describe(finding, own[i + 1]))];
  });
  const counts = FINDING_STATUSES.map((status) => `${findings.filter((finding) => finding.status === status).length} ${status}`);
  return `${[...lines, '', `${counts.join(', ')}; exit ${report.exitCode}`].join('\n')}\n`;
}

function describe(finding: Finding, next: Finding | undefined): readonly string[] {
  const { status, what, why } = finding;
  const line = `${MARKS[status]} ${status === 'ok' ? '' : `${status}: `}${what}: ${why}`;
  const repeated = next !== undefined && 'mend' in finding && 'mend' in next && next.mend === finding.mend;
  return 'mend' in finding && !repeated ? [line, `  Try: ${finding.mend}`] : [line];
}

/** For programs; schema 1. */
export function formatDoctorJson(report: DoctorReport): string {
  const { account, exitCode } = report;
  const place =
    account === undefined
      ? {}
      : {
          region: account.access.region,
          ...(account.access.endpoint === undefined ? {} : { endpoint: account.access.endpoint }),
          account: account.identity.accountMasked,
          principal: describePrincipal(account.identity.principalArn),
        };
  const findings = report.findings.map((finding) => masked(finding, report));
  return `${JSON.stringify({ schema: 1, exitCode, ...place, findings }, null, 2)}\n`;
}
