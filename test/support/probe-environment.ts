import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProbeAnswer } from '../../harness/domain/probe-wire.ts';
import type { Target } from '../../harness/domain/target.ts';
import { packageProbe } from '../../infra/package/package-probe.ts';

/** The packaged probe, unpacked into a temporary folder. */
export interface UnpackedProbe {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Packages the probe and writes its files out. */
export async function unpackProbe(): Promise<UnpackedProbe> {
  const folder = await mkdtemp(join(tmpdir(), 'lnb-test-probe-'));
  const { files } = await packageProbe();
  await Promise.all(files.map((file) => writeFile(join(folder, file.name), file.content)));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A process that has loaded one handler of the package, with nothing but `env` in its environment. */
export interface ProbeEnvironment {
  readonly loaded: { readonly opened: number; readonly resources: readonly string[] };
  /** One invocation at a time. Rejects with the message that the handler threw. */
  invoke(event: unknown): Promise<ProbeAnswer>;
  /** Stops the process where it is, as Lambda does between invocations; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

interface ChildMessage {
  readonly kind: 'loaded' | 'answer' | 'thrown';
  readonly opened?: number;
  readonly resources?: readonly string[];
  readonly answer?: ProbeAnswer;
  readonly message?: string;
}

/** Starts a process for one handler. */
export async function newProbeEnvironment(
  probe: UnpackedProbe,
  target: Target,
  env: Readonly<Record<string, string>>,
): Promise<ProbeEnvironment> {
  const script = fileURLToPath(new URL('./probe-child.mjs', import.meta.url));
  const child = fork(script, [join(probe.folder, `${target}.mjs`)], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { opened = -1, resources = [] } = await nextMessage(child);
  return {
    loaded: { opened, resources },
    invoke: async (event) => {
      const reply = nextMessage(child);
      child.send({ event, context: { awsRequestId: 'request-1', logStreamName: 'stream-1' } });
      const { answer, message } = await reply;
      if (answer === undefined) throw new Error(message);
      return answer;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<ChildMessage> {
  const died = new AbortController();
  const onExit = () => died.abort(new Error('the process that serves the probe ended'));
  child.once('exit', onExit);
  try {
    const [message] = await once(child, 'message', { signal: died.signal });
    return message as ChildMessage;
  } finally {
    child.off('exit', onExit);
  }
}
