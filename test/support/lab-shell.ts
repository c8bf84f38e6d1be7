import { spawnSync } from 'node:child_process';
import { SYSTEM_PATH } from '../../infra/lab/kernel/programs.ts';
import type { InsideMode } from './inside-lab.ts';

/** A way to run namespace tests on this machine. */
export interface LabShell {
  readonly mode: InsideMode;
  /** Why it does not work here; absent when it does. */
  readonly missing?: string;
  /** For a test's title: the mode, and why it is skipped. */
  readonly title: string;
}

/** What a namespace test leans on before it does anything of its own. */
const TRIAL = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && : > /run/netns/trial && unshare --net=/run/netns/trial nft list ruleset';
const TRIAL_TIMEOUT_MS = 15_000;

function tryShell(mode: InsideMode): LabShell {
  const missing = mode === 'root' && process.getuid?.() !== 0 ? 'not root' : failureOf(mode);
  return missing === undefined ? { mode, title: mode } : { mode, missing, title: `${mode}, skipped: ${missing}` };
}

function failureOf(mode: InsideMode): string | undefined {
  const flags = mode === 'root' ? [] : ['-U', '-r'];
  const trial = spawnSync('unshare', [...flags, '-m', '-p', '-i', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', TRIAL], {
    env: { PATH: SYSTEM_PATH },
    timeout: TRIAL_TIMEOUT_MS,
    encoding: 'utf8',
  });
  if (trial.status === 0) return undefined;
  return (trial.error?.message ?? trial.stderr.trim().split('\n').at(-1)) || `ended with ${trial.status ?? trial.signal}`;
}

/** Both ways, tried. */
export const LAB_SHELLS: readonly LabShell[] = (['root', 'user-namespace'] as const).map(tryShell);
