import { inspectAccount, newInspectionClients } from '../../infra/deploy/inspection.ts';
import { findAbandonedGroups } from '../../infra/lab/kernel/cpu-owner.ts';
import { chooseMode } from '../../infra/lab/modes/mode.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { BenchError, type ExitCode } from '../domain/exit-code.ts';
import { exitCodeOfFindings, type Finding } from '../domain/finding.ts';
import { newPlan } from '../plan/plan.ts';
import { type AwsAccess, type AwsFlags, type AwsIdentity, openAwsAccess, readIdentity } from './aws-access.ts';
import { describePrincipal } from './aws-account.ts';
import { leftoverFindings } from './doctor-leftovers.ts';
import { type MachineFacts, machineFindings } from './doctor-machine.ts';
import type { MendPlace } from './doctor-mend.ts';
import { permissionFindings } from './doctor-permissions.ts';
import { quotaFindings } from './doctor-quotas.ts';
import { regionFindings } from './doctor-region.ts';
import { type DoctorReport, formatDoctor, formatDoctorJson } from './doctor-report.ts';
import type { CommandIo } from './io.ts';
import { modesToTry } from './lab-start.ts';
import { placeFlags } from './leftover-lines.ts';
import { plannedStacks } from './planned-resources.ts';
import { optionsFrom } from './run-plan.ts';
import { OLDEST_NODE } from './version.ts';

/** Flags of `bench doctor`. */
export interface DoctorFlags extends AwsFlags {
  /** Absent: both, as far as there are credentials. */
  readonly backend?: string;
  readonly json?: boolean;
}

/** `bench doctor`: what a run needs and this machine and account have; changes nothing. */
export async function doctorCommand(flags: DoctorFlags, io: CommandIo, now: Date = new Date()): Promise<ExitCode> {
  const lab = flags.backend === 'aws' ? {} : lookAtLab(io.env);
  const machine = machineFindings({ node: process.versions.node, oldestNode: OLDEST_NODE, platform: process.platform, ...lab });
  const looked = flags.backend === 'lab' ? { findings: [] } : await lookAtAccount(flags, io, now);
  const findings = [...machine, ...looked.findings];
  const report: DoctorReport = { ...looked, findings, exitCode: exitCodeOfFindings(findings) };
  io.stdout.write(flags.json === true ? formatDoctorJson(report) : formatDoctor(report));
  return report.exitCode;
}

/** What the lab needs of this machine, and what killed ones left in it. */
function lookAtLab(env: NodeJS.ProcessEnv): Pick<MachineFacts, 'lab' | 'abandonedGroups'> {
  return { lab: chooseMode(modesToTry(env)), abandonedGroups: process.platform === 'linux' ? findAbandonedGroups() : [] };
}

async function lookAtAccount(flags: DoctorFlags, io: CommandIo, now: Date): Promise<Pick<DoctorReport, 'findings' | 'account'>> {
  let account: { readonly access: AwsAccess; readonly identity: AwsIdentity };
  try {
    const access = await openAwsAccess(flags, io);
    account = { access, identity: await readIdentity(access) };
  } catch (thrown) {
    if (!(thrown instanceof BenchError)) throw thrown;
    return { findings: [noAccount(thrown, flags)] };
  }
  const { access, identity } = account;
  const inspection = await inspectAccount(newInspectionClients(access.client), identity.principalArn, access.region);
  const place: MendPlace = { region: access.region, flags: placeFlags(access), principal: inspection.principal };
  const findings = [
    identityFinding(access, identity),
    ...regionFindings(inspection, place),
    ...quotaFindings(inspection, defaultNeeds(), place),
    ...permissionFindings(inspection, place),
    ...leftoverFindings(inspection, now, place),
  ];
  return { account, findings };
}

/** Who asks for AWS needs an account; who only asks what is well is told that none was looked at. */
function noAccount({ message, why, tryCommands }: BenchError, { backend, region, profile }: DoctorFlags): Finding {
  const asked = backend === 'aws' || region !== undefined || profile !== undefined;
  const mend = tryCommands.find((command) => /^aws (configure|sso)/.test(command)) ?? 'aws configure';
  return {
    ...{ area: 'account', what: 'AWS account', status: asked ? 'missing' : 'cannot tell', mend },
    why: `${message} ${why}${backend === 'aws' ? '' : '; only the lab was checked'}`,
  };
}

function identityFinding({ region, endpoint }: AwsAccess, { accountMasked, principalArn, credentialsExpireAt }: AwsIdentity): Finding {
  const until = credentialsExpireAt === undefined ? '' : `; the credentials end at ${credentialsExpireAt.toISOString()}`;
  const where = endpoint === undefined ? region : `${region}, asked of ${endpoint} and not of AWS`;
  return { area: 'account', what: `account ${accountMasked}`, status: 'ok', why: `${describePrincipal(principalArn)} in ${where}${until}` };
}

/** So many resources of each type a run of the default scenarios makes. */
function defaultNeeds(): Readonly<Record<string, number>> {
  const needs: Record<string, number> = {};
  for (const { resources } of plannedStacks(newPlan(optionsFrom({ backend: 'aws' }), SCENARIOS))) {
    for (const [type, count] of Object.entries(resources)) needs[type] = (needs[type] ?? 0) + count;
  }
  return needs;
}
