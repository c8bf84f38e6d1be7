import { spawn, spawnSync } from 'node:child_process';
import { findProgram, type Program, SYSTEM_PATH } from './programs.ts';

/** What a command is given to read. */
export interface CommandInput {
  readonly stdin: string;
  /** Texts that stdin carries inside it for other programs, under the name by which those programs call their own input; default: stdin itself. */
  readonly inner?: Readonly<Record<'-' | '/dev/stdin', string>>;
}

/** A command of the kernel layer that ended with an error: says which, with what input, and what it printed. */
export class CommandFailed extends Error {
  /** Program and arguments, as one would type them. */
  readonly command: string;
  readonly stderr: string;
  /** Exit code; absent when a signal ended it or it could not be started. */
  readonly exitCode: number | undefined;

  constructor(command: string, stderr: string, exitCode: number | undefined, input: CommandInput) {
    const said = stderr.trim() || (exitCode === undefined ? 'it did not run to its end' : `exit code ${exitCode}`);
    super(`${command}: ${said}${failingLines(said, input)}`);
    this.name = 'CommandFailed';
    this.command = command;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/** `ip -batch` and `nft -f` name the line of their input: `Command failed -:3`, `/dev/stdin:9:89-89: Error`. */
function failingLines(said: string, input: CommandInput): string {
  const shown = [...said.matchAll(/(-|\/dev\/stdin):(\d+)/g)].flatMap(([, name, number]) => {
    const text = input.inner?.[name as '-' | '/dev/stdin'] ?? input.stdin;
    return text.split('\n')[Number(number) - 1]?.trim() ?? [];
  });
  return shown.length === 0 ? '' : ` [${[...new Set(shown)].join(' | ')}]`;
}

const NO_INPUT: CommandInput = { stdin: '' };
const ENVIRONMENT = { PATH: SYSTEM_PATH, LC_ALL: 'C' };

/** Runs a program to its end and resolves with what it printed. Rejects with `CommandFailed` or `MissingProgram`. */
export async function run(program: Program, args: readonly string[], input: CommandInput = NO_INPUT): Promise<string> {
  const file = findProgram(program);
  return new Promise((resolve, reject) => {
    const command = [program, ...args].join(' ');
    const child = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'pipe'], env: ENVIRONMENT });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => reject(new CommandFailed(command, error.message, undefined, input)));
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new CommandFailed(command, stderr, code ?? undefined, input));
    });
    // A program that ends before it has read everything: its exit code tells, not EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(input.stdin);
  });
}

/** `run` that blocks the event loop; only for questions of a few milliseconds asked outside any measurement. */
export function runSync(program: Program, args: readonly string[]): string {
  const command = [program, ...args].join(' ');
  const ended = spawnSync(findProgram(program), [...args], { encoding: 'utf8', env: ENVIRONMENT });
  if (ended.error) throw new CommandFailed(command, ended.error.message, undefined, NO_INPUT);
  if (ended.status !== 0) throw new CommandFailed(command, ended.stderr, ended.status ?? undefined, NO_INPUT);
  return ended.stdout;
}
