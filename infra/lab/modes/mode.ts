import { spawnSync } from 'node:child_process';
import { type MissingProgram, missingPrograms, SYSTEM_PATH } from '../kernel/programs.ts';

/** How the lab gets its namespaces, in the order in which they are tried. */
export const LAB_MODES = ['root', 'sudo', 'user-namespace'] as const;
export type LabMode = (typeof LAB_MODES)[number];

/** What one mode's trial said. */
export interface ModeTrial {
  readonly mode: LabMode;
  readonly works: boolean;
  /** The reason in one line; empty when it works. */
  readonly why: string;
}

export interface ModeChoice {
  /** Absent when none works. */
  readonly mode?: LabMode;
  readonly trials: readonly ModeTrial[];
  readonly missingPrograms: readonly MissingProgram[];
}

/** Everything that the lab leans on, tried in throw-away namespaces. */
const TRIAL = [
  'mount -t tmpfs tmpfs /run',
  'ip link add lnbtrial0 type veth peer name lnbtrial1',
  "nft 'add table ip lnbtrial; add chain ip lnbtrial post { type nat hook postrouting priority 100; }; add rule ip lnbtrial post masquerade'",
].join(' && ');
const TRIAL_TIMEOUT_MS = 15_000;

/** The words before the lab's own program, by mode; `-n` is not among them, so that its API is on the host's loopback. */
export function modePrefix(mode: LabMode): readonly string[] {
  switch (mode) {
    case 'root':
      return [];
    case 'sudo':
      return ['sudo', '-n'];
    case 'user-namespace':
      return [];
  }
}

/** `unshare`'s flags by mode. */
export function unshareFlags(mode: LabMode): readonly string[] {
  return mode === 'user-namespace' ? ['-U', '-r', '-m'] : ['-m'];
}

function tryMode(mode: LabMode): ModeTrial {
  if (mode === 'root' && process.getuid?.() !== 0) return { mode, works: false, why: 'not root' };
  const words = [...modePrefix(mode), 'unshare', ...unshareFlags(mode), '-n', '-p', '-i', '--fork', 'sh', '-c', TRIAL];
  const [file = '', ...args] = words;
  const trial = spawnSync(file, args, { env: { PATH: SYSTEM_PATH }, timeout: TRIAL_TIMEOUT_MS, encoding: 'utf8' });
  if (trial.status === 0) return { mode, works: true, why: '' };
  if (trial.error !== undefined && 'code' in trial.error && trial.error.code === 'ENOENT')
    return { mode, works: false, why: `${file} is not installed` };
  const said = trial.error?.message ?? trial.stderr.trim().split('\n').at(-1) ?? '';
  return { mode, works: false, why: said === '' ? `ended with ${trial.status ?? trial.signal}` : said };
}

/** Tries the modes in order and takes the first that works: by trying, never by the system's name. */
export function chooseMode(modes: readonly LabMode[] = LAB_MODES): ModeChoice {
  const missing = missingPrograms();
  if (process.platform !== 'linux' || missing.length > 0) return { trials: [], missingPrograms: missing };
  const trials: ModeTrial[] = [];
  for (const mode of modes) {
    const trial = tryMode(mode);
    trials.push(trial);
    if (trial.works) return { mode, trials, missingPrograms: missing };
  }
  return { trials, missingPrograms: missing };
}
