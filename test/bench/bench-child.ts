import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of a benchmark: what it costs is its own, and what it measures nobody else's. */
export interface BenchChild {
  /** Sends a word and gives the answer. Rejects when the process ends without one. */
  ask(word: string): Promise<unknown>;
  /** What it says unasked. */
  hear(): Promise<unknown>;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
}

function hearFrom(child: ChildProcess, file: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`${file} ended with ${code} before it answered`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** Starts a TypeScript file of this folder. It must end when its channel closes. */
export function startBenchChild(file: string, args: readonly string[], nodeOptions: readonly string[] = []): BenchChild {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [...args], {
    execArgv: ['--import', 'tsx', ...nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ask: (word) => {
      const answer = hearFrom(child, file);
      child.send(word);
      return answer;
    },
    hear: () => hearFrom(child, file),
    end: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
