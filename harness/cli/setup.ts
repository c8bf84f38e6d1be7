import { spawnSync } from 'node:child_process';
import { type MissingProgram, missingPrograms } from '../../infra/lab/kernel/programs.ts';
import { chooseMode } from '../../infra/lab/modes/mode.ts';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function run(words: readonly string[]): boolean {
  say(`  $ ${words.join(' ')}`);
  const [file = '', ...args] = words;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/** Installs what is missing with the system's package manager; true when nothing is missing afterwards. */
function installMissing(missing: readonly MissingProgram[]): boolean {
  const packages = [...new Set(missing.map(({ packageName }) => packageName))];
  const names = missing.map(({ program }) => program).join(', ');
  say(`missing: ${names}; installing ${packages.join(', ')} with apt-get`);
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    say(`✗ apt-get was not found. Install by hand what provides: ${names}`);
    return false;
  }
  run([...root, 'apt-get', 'update', '-qq']);
  const installed = run([...root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages]);
  if (!installed && root.length > 0) say(`✗ Not root, and sudo wants a password. Try: sudo apt-get install -y ${packages.join(' ')}`);
  return missingPrograms().length === 0;
}

function main(): number {
  if (process.platform !== 'linux') {
    say('✗ The lab needs Linux. Use a Linux VM or WSL2; reports of existing runs work everywhere.');
    return 4;
  }
  const missing = missingPrograms();
  if (missing.length === 0) say('✓ system packages: nothing is missing');
  else if (!installMissing(missing)) return 4;
  const choice = chooseMode();
  if (choice.mode !== undefined) {
    say(`✓ lab mode that bench will use: ${choice.mode}`);
    return 0;
  }
  say('✗ no lab mode works:');
  for (const { mode, why } of choice.trials) say(`  ${mode}: ${why}`);
  say('  Try: sudo npm run bench, or: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0');
  return 4;
}

process.exitCode = main();
