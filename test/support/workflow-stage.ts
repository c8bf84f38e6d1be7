import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');
const FAKES = join(import.meta.dirname, 'fake-commands');

/** A repository on this machine in the place of GitHub's, with fake commands before the real ones. */
export interface WorkflowStage {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly artifacts: string;
  /** Clones the repository anew for a job, with `links` to things of the project that are not in it. */
  readonly checkout: (links: readonly string[]) => (job: string) => string;
  /** A file on a branch of the repository; undefined where it is not. */
  readonly onBranch: (branch: string, path: string) => string | undefined;
  /** `1.open`, `2.closed` and their texts. */
  readonly issues: () => Readonly<Record<string, string>>;
  readonly calls: (command: 'gh' | 'npm') => readonly string[];
  readonly remove: () => void;
}

/** Makes it below the system's folder for temporary files. `fakes`: the commands that are not real. */
export function newWorkflowStage(fakes: readonly ('gh' | 'npm')[]): WorkflowStage {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-workflow-'));
  const at = (name: string): string => join(folder, name);
  const [bin, gh, npm, origin, artifacts, home] = [at('bin'), at('gh'), at('npm'), at('origin.git'), at('artifacts'), at('home')] as const;
  for (const made of [bin, gh, npm, artifacts, home]) mkdirSync(made);
  for (const name of fakes) cpSync(join(FAKES, name), join(bin, name));
  const env = {
    ...{ PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: home, TMPDIR: process.env['TMPDIR'] ?? tmpdir() },
    ...{ FAKE_GH: gh, FAKE_NPM: npm, NO_COLOR: '1' },
    ...{ GITHUB_SERVER_URL: 'https://github.test', GITHUB_REPOSITORY: 'someone/theirs', GITHUB_RUN_ID: '4711' },
  };
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  const first = join(folder, 'first');
  git('init', '--quiet', '--initial-branch=main', first);
  cpSync(join(PROJECT, '.github'), join(first, '.github'), { recursive: true });
  git('-C', first, 'add', '.');
  git('-C', first, '-c', 'user.name=x', '-c', 'user.email=x@example.test', 'commit', '--quiet', '-m', 'all');
  git('clone', '--quiet', '--bare', first, origin);
  let clones = 0;
  return {
    ...{ folder, env, artifacts },
    checkout: (links) => (job) => {
      const clone = join(folder, `${job}-${++clones}`);
      git('clone', '--quiet', origin, clone);
      for (const link of links) execFileSync('ln', ['-s', join(PROJECT, link), join(clone, link)]);
      return clone;
    },
    onBranch: (branch, path) => {
      try {
        return git('-C', origin, 'show', `${branch}:${path}`);
      } catch {
        return undefined;
      }
    },
    issues: () =>
      Object.fromEntries(
        readdirSync(gh)
          .filter((name) => /^\d+\./.test(name))
          .map((name) => [name, readFileSync(join(gh, name), 'utf8')]),
      ),
    calls: (command) => {
      const path = join(command === 'gh' ? gh : npm, 'calls');
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
