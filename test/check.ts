/**
 * `npm run check`: types, lint with the layer rules, dead code. Each gate must say how much it saw: one that saw nothing fails.
 */
import { spawnSync } from 'node:child_process';

interface Gate {
  readonly name: string;
  readonly words: readonly string[];
  /** How many things the gate looked at, from what it printed. */
  readonly seen: (output: string) => number;
  readonly atLeast: number;
}

const OWN_FILE = /\/(harness|infra|reports|scenarios|test)\/[^\n]*\.ts$/gm;

const GATES: readonly Gate[] = [
  {
    name: 'types',
    words: ['tsc', '-p', '.', '--listFiles'],
    seen: (output) => (output.match(OWN_FILE) ?? []).filter((path) => !path.includes('node_modules')).length,
    atLeast: 150,
  },
  {
    name: 'lint and layers',
    words: ['biome', 'ci', '--max-diagnostics=40', '.'],
    seen: (output) => Number(/Checked (\d+) files/.exec(output)?.[1] ?? 0),
    atLeast: 150,
  },
  {
    name: 'dead code',
    words: ['knip', '--no-progress', '--debug'],
    seen: (output) => (output.match(OWN_FILE) ?? []).length || (output.match(/\.ts\b/g) ?? []).length,
    atLeast: 150,
  },
];

function runGate({ name, words, seen, atLeast }: Gate): boolean {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...words], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  const output = `${stdout}${stderr}`;
  const count = seen(output);
  const passed = status === 0 && count >= atLeast;
  if (!passed) process.stdout.write(`${output.split('\n').slice(-80).join('\n')}\n`);
  process.stdout.write(`${passed ? '✓' : '✗'} ${name}: saw ${count} files (at least ${atLeast}), exit ${status}\n`);
  return passed;
}

process.exitCode = GATES.map(runGate).every(Boolean) ? 0 : 1;
