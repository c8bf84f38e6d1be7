import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };

/** How it ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A documented command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
}

/** Words as a shell parts them, as far as our commands need it: spaces and double quotes. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What `npm run NAME -- …` starts, from package.json itself. Throws for anything else. */
function startedBy(command: string): readonly string[] {
  const [, name = '', , rest = ''] = /^npm run ([\w:]+)( -- (.*))?$/.exec(command) ?? [];
  const [, file = '', own = ''] = /^node --import tsx (\S+)(.*)$/.exec(scripts[name] ?? '') ?? [];
  if (file === '') throw new Error(`package.json has no script for: ${command}`);
  return ['--import', TSX, join(ROOT, file), ...words(own), ...words(rest)];
}

/** Nobody's credentials, no metadata service, no colour; files and cache inside the folder. */
function environmentIn(folder: string): Readonly<Record<string, string>> {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  for (const made of [home, temporary]) mkdirSync(made, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: temporary,
    NO_COLOR: '1',
    CI: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(process.env['LNB_LAB_MODE'] === undefined ? {} : { LNB_LAB_MODE: process.env['LNB_LAB_MODE'] }),
  };
}

/** Starts a documented `npm run …` in a folder of the reader's; `RUN` is the run `results/RUN1` there. */
export function runDocumented(command: string, folder: string, more: readonly string[] = []): RunningCommand {
  const args = startedBy(command).map((word) =>
    word === 'RUN' ? 'abcdefgh10' : word.startsWith('deployer=') || word.startsWith('runner=') ? word.replace('=', `=${ROOT}`) : word,
  );
  const child = spawn(process.execPath, [...args, ...more], { cwd: folder, env: environmentIn(folder), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended, stdout: () => stdout };
}
