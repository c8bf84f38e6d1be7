import { type BenchProcess, type Sandbox, startBench } from './bench-process.ts';
import { waitUntil } from './wait-until.ts';

const START_MS = 60_000;

/** A `bench lab up` that runs, as anybody would start it. */
export interface LabUp {
  readonly process: BenchProcess;
  /** What it printed for clients, beside the sandbox's own variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it as Ctrl-C does; resolves when it has ended. */
  stop(): Promise<void>;
}

/** `export A=1 B=2` lines to variables. */
export function parseExports(text: string): Readonly<Record<string, string>> {
  const words = text.split('\n').flatMap((line) => (line.startsWith('export ') ? line.slice('export '.length).split(' ') : []));
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** Starts a lab and waits until it is up. */
export async function startLabUp(sandbox: Sandbox, flags: readonly string[] = []): Promise<LabUp> {
  const lab = startBench(['lab', 'up', ...flags], sandbox.env);
  await waitUntil('a lab that is up', START_MS, () => {
    if (lab.hasEnded()) throw new Error(`bench lab up ended:\n${lab.stderr()}`);
    return lab.stderr().includes('is up') ? true : undefined;
  });
  return {
    process: lab,
    env: { ...sandbox.env, ...parseExports(lab.stdout()) },
    stop: async () => {
      if (!lab.hasEnded()) process.kill(lab.pid, 'SIGINT');
      await lab.ended;
    },
  };
}
