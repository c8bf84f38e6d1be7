import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { parseKnobs as changeKnobs } from '../../infra/lab/faults/parse-knobs.ts';
import type { EnforcedIdentity } from '../../infra/lab/handshake.ts';
import { type LabProcess, LabStartError, launchLab } from '../../infra/lab/modes/launch.ts';
import { chooseMode, LAB_MODES, type LabMode, type ModeChoice } from '../../infra/lab/modes/mode.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';

/** The region whose names the lab answers for. */
export const LAB_REGION = 'us-east-1';

const NOTHING_LEFT = 'Nothing was started.';

function noMode(choice: ModeChoice): BenchError {
  if (process.platform !== 'linux') {
    return new BenchError({
      exitCode: EXIT_CODES.environment,
      what: 'The lab needs Linux network namespaces.',
      why: `this is ${process.platform}`,
      tryCommands: ['run it in a Linux VM or WSL2', 'npm run bench -- report FOLDER   (reports of existing runs work everywhere)'],
      leftBehind: NOTHING_LEFT,
    });
  }
  const missing = choice.missingPrograms.map(({ program }) => program);
  const tried = choice.trials.map(({ mode, why }) => `${mode}: ${why}`).join('; ');
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what:
      missing.length > 0
        ? `The lab needs programs that are not installed: ${missing.join(', ')}.`
        : 'The lab cannot make network namespaces here.',
    why: missing.length > 0 ? 'they are not in the system folders' : tried,
    tryCommands:
      missing.length > 0
        ? ['npm run setup']
        : ['sudo npm run bench', 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   (Ubuntu 23.10 and later)'],
    leftBehind: NOTHING_LEFT,
  });
}

/** Modes to try: all, or the one that `LNB_LAB_MODE` names (for tests of one mode). */
export function modesToTry(env: NodeJS.ProcessEnv): readonly LabMode[] {
  const asked = env['LNB_LAB_MODE'];
  return asked === undefined ? LAB_MODES : LAB_MODES.filter((mode) => mode === asked);
}

/** JSON of some knobs over the defaults. Throws `BenchError` for anything else. */
export function parseKnobs(text: string | undefined): LabKnobs {
  if (text === undefined) return DEFAULT_KNOBS;
  try {
    return changeKnobs(DEFAULT_KNOBS, text);
  } catch (error) {
    throw new BenchError({
      exitCode: EXIT_CODES.usage,
      what: '--lab-knobs is not a JSON object of knobs.',
      why: error instanceof Error ? error.message : String(error),
      tryCommands: ['npm run bench -- --lab-knobs \'{"delays":{"dnsAnswer":30}}\''],
      leftBehind: NOTHING_LEFT,
    });
  }
}

function startFailure(error: LabStartError, port: number): BenchError {
  const commands = {
    'port-in-use': [`npm run bench -- lab up --port ${port === 0 ? 0 : port + 1}`, 'npm run bench -- lab up   (takes a free port)'],
    'missing-program': ['npm run setup'],
    other: ['npm run setup', 'sudo npm run bench'],
  }[error.code];
  return new BenchError({
    exitCode: error.code === 'port-in-use' ? EXIT_CODES.usage : EXIT_CODES.environment,
    what: error.code === 'port-in-use' ? `Port ${port} on 127.0.0.1 is taken.` : 'The lab did not start.',
    why: error.message,
    tryCommands: commands,
    leftBehind: 'Nothing is running: what had started has been ended.',
    cause: error,
  });
}

/** Chooses a mode and starts the lab, which enforces the policies of `identities`. Throws `BenchError`; then nothing is left running. */
export async function startLab(
  knobs: LabKnobs,
  port: number,
  env: NodeJS.ProcessEnv,
  onLog: (line: string) => void,
  identities: readonly EnforcedIdentity[] = [],
): Promise<LabProcess> {
  const choice = chooseMode(modesToTry(env));
  if (choice.mode === undefined) throw noMode(choice);
  try {
    return await launchLab(choice.mode, { region: LAB_REGION, port, knobs, identities }, onLog);
  } catch (error) {
    if (error instanceof LabStartError) throw startFailure(error, port);
    throw error;
  }
}
