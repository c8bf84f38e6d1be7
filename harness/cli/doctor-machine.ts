import type { MissingProgram } from '../../infra/lab/kernel/programs.ts';
import type { ModeChoice } from '../../infra/lab/modes/mode.ts';
import type { Finding } from '../domain/finding.ts';

/** What this machine has. */
export interface MachineFacts {
  /** `20.20.2` */
  readonly node: string;
  readonly oldestNode: string;
  /** As `process.platform` names it. */
  readonly platform: string;
  /** What trying the lab's modes gave; absent where the lab is not asked for. */
  readonly lab?: ModeChoice;
  /** Empty cgroups of labs that were killed. */
  readonly abandonedGroups?: readonly string[];
}

/** Node, and for the lab its programs and a mode that works. */
export function machineFindings(facts: MachineFacts): readonly Finding[] {
  const { lab, platform } = facts;
  if (lab === undefined) return [nodeFinding(facts)];
  if (platform !== 'linux') return [nodeFinding(facts), notLinux(platform)];
  return [nodeFinding(facts), programsFinding(lab.missingPrograms), modeFinding(lab), ...groupFindings(facts)];
}

function nodeFinding({ node, oldestNode }: MachineFacts): Finding {
  const text = { area: 'machine', what: `Node ${node}`, why: `at least ${oldestNode} is needed` } as const;
  return isAtLeast(node, oldestNode) ? { ...text, status: 'ok' } : { ...text, status: 'missing', mend: 'nvm install 22 && nvm use 22' };
}

/** Compares the numbers of two versions, as many as the second has. */
function isAtLeast(version: string, oldest: string): boolean {
  const [have, want] = [version, oldest].map((text) => text.split('.').map(Number));
  for (const [i, number] of (want ?? []).entries()) {
    const own = have?.[i] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

function notLinux(platform: string): Finding {
  return {
    ...{ area: 'machine', what: 'lab', status: 'missing' },
    why: `it needs Linux network namespaces, and this is ${platform}; a Linux VM or WSL2 has them, and AWS alone can do without`,
    mend: 'npm run bench -- doctor --backend aws',
  };
}

function programsFinding(missing: readonly MissingProgram[]): Finding {
  const text = { area: 'machine', what: 'system packages' } as const;
  if (missing.length === 0) return { ...text, status: 'ok', why: 'every program that the lab starts is installed' };
  const names = missing.map(({ program, packageName }) => `${program} (${packageName})`).join(', ');
  return { ...text, status: 'missing', why: `not installed: ${names}`, mend: 'npm run setup' };
}

function modeFinding({ mode, trials, missingPrograms }: ModeChoice): Finding {
  const text = { area: 'machine', what: 'lab mode' } as const;
  if (mode !== undefined) return { ...text, status: 'ok', why: `${mode} works` };
  if (missingPrograms.length > 0) {
    return { ...text, status: 'cannot tell', why: 'modes are tried once the programs are there', mend: 'npm run setup' };
  }
  const why = trials.map((trial) => `${trial.mode}: ${trial.why}`).join('; ');
  const mend = 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   (Ubuntu 23.10 and later; or: sudo npm run bench)';
  return { ...text, status: 'missing', why: why === '' ? 'LNB_LAB_MODE names none that there is' : why, mend };
}

function groupFindings({ abandonedGroups = [] }: MachineFacts): readonly Finding[] {
  const count = abandonedGroups.length;
  if (count === 0) return [];
  const why = `${count} left by a lab that was killed; the next lab that is started removes them`;
  return [{ area: 'leftovers', what: 'cgroups', status: 'warning', why, mend: 'npm run bench -- lab up' }];
}
