import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow, WorkflowJob, WorkflowStep } from './workflow.ts';

/** What the runner knows when a workflow begins. */
export interface WalkOptions {
  readonly workflow: Workflow;
  readonly vars: Readonly<Record<string, string>>;
  /** The environment of every step; its PATH finds the fakes first. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes the folder of a job as `actions/checkout` would. */
  readonly checkout: (job: string) => string;
  /** Where artifacts go and come from, a folder each. */
  readonly artifacts: string;
  /** Variables that `configure-aws-credentials` gives the steps after it. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** A step after which the machine is lost: nothing of the job runs any more, not even what always runs. */
  readonly lostIn?: string;
}

/** A step that ran. */
export interface WalkedStep {
  readonly job: string;
  readonly name: string;
  readonly code: number;
  readonly output: string;
}

export interface Walked {
  readonly steps: readonly WalkedStep[];
  readonly results: Readonly<Record<string, 'success' | 'failure' | 'skipped'>>;
}

type Values = (path: string) => string;

/** `a.b`, `a || 'text'`, `a == 'text'`, `a != 'text'`, joined by `&&` and `||`: the part of the expression language that ours use. */
function evaluate(expression: string, values: Values): string {
  const term = (text: string): string => {
    const part = text.trim();
    const [left, operator, right] = part.split(/\s*(==|!=)\s*/);
    if (operator !== undefined && left !== undefined && right !== undefined)
      return String((term(left) === term(right)) === (operator === '==')).replace('false', '');
    if (part.startsWith("'")) return part.slice(1, -1);
    if (part === 'always()') return 'true';
    if (!/^[a-z_]+(\.[A-Za-z_-]+)+$/.test(part)) throw new Error(`the walk does not know "${part}"`);
    return values(part);
  };
  const all = (text: string): string => text.split('&&').reduce((found, part) => (found === '' ? '' : term(part)), 'true');
  return expression.split('||').reduce((found, part) => (found === '' ? all(part) : found), '');
}

function substitute(text: string, values: Values): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluate(expression, values));
}

/** Workflow files write `name=value` lines for the steps after them. */
function readOutputs(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

interface Job {
  readonly name: string;
  readonly job: WorkflowJob;
  readonly folder: string;
  readonly outputs: Map<string, Readonly<Record<string, string>>>;
  credentials: Readonly<Record<string, string>>;
}

/** What an action of other people would do, as far as the steps after it see; its exit code. */
function useAction({ uses = '', with: given = {} }: WorkflowStep, job: Job, options: WalkOptions): number {
  const [action = ''] = uses.split('@');
  switch (action) {
    case 'actions/checkout':
    case 'actions/setup-node':
      return 0;
    case 'aws-actions/configure-aws-credentials':
      job.credentials = options.credentials ?? {};
      return 0;
    case 'actions/upload-artifact': {
      const target = join(options.artifacts, String(given['name']));
      mkdirSync(target, { recursive: true });
      const paths = String(given['path'])
        .split('\n')
        .filter((path) => path !== '' && !path.startsWith('!'));
      // As the action: hidden files and what is excluded stay behind.
      const kept = (path: string): boolean => !/\/(\.|latest$)/.test(path.slice(job.folder.length));
      for (const path of paths.filter((one) => existsSync(join(job.folder, one))))
        cpSync(join(job.folder, path), join(target, path), { recursive: true, filter: kept });
      return 0;
    }
    case 'actions/download-artifact': {
      const source = join(options.artifacts, String(given['name']));
      if (!existsSync(source)) return 1;
      cpSync(source, join(job.folder, String(given['path'])), { recursive: true });
      return 0;
    }
    default:
      throw new Error(`the walk does not know the action ${action}`);
  }
}

function runStep(step: WorkflowStep, number: number, job: Job, options: WalkOptions, values: Values): WalkedStep {
  const name = step.name ?? step.uses ?? `step ${number}`;
  if (step.run === undefined) {
    return { job: job.name, name, code: useAction(step, job, options), output: '' };
  }
  const file = `${job.folder}-output-${number}`;
  const script = `${job.folder}-step-${number}.sh`;
  writeFileSync(script, step.run);
  appendFileSync(file, '');
  const own = { ...options.workflow.env, ...job.job.env, ...step.env };
  const env = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, substitute(value, values)]));
  const runner = { GITHUB_OUTPUT: file, GITHUB_STEP_SUMMARY: `${job.folder}-summary.md`, GITHUB_ACTIONS: 'true', CI: 'true' };
  // GitHub: `bash -e {0}` where a step names no shell.
  const { status, stdout, stderr } = spawnSync('bash', ['-e', script], {
    ...{ cwd: job.folder, encoding: 'utf8', env: { ...options.env, ...runner, ...job.credentials, ...env } },
  });
  if (step.id !== undefined) job.outputs.set(step.id, readOutputs(file));
  return { job: job.name, name, code: status ?? 1, output: `${stdout}${stderr}` };
}

/** Walks a workflow as the runner would, job after job in the order of the file: every `run` for real, actions as far as others see them. */
export function walkWorkflow(options: WalkOptions): Walked {
  const steps: WalkedStep[] = [];
  const results: Record<string, 'success' | 'failure' | 'skipped'> = {};
  const outputs: Record<string, Readonly<Record<string, string>>> = {};
  for (const [name, job] of Object.entries(options.workflow.jobs)) {
    const needs = [job.needs ?? []].flat();
    const known: Values = (path) => {
      const [context = '', first = '', second = '', third = ''] = path.split('.');
      if (context === 'vars') return options.vars[first] ?? '';
      if (context === 'github') return first === 'event_name' ? 'schedule' : `github-${first}`;
      if (context === 'needs') return second === 'result' ? (results[first] ?? '') : (outputs[first]?.[third] ?? '');
      if (context === 'steps') return current?.outputs.get(first)?.[third] ?? '';
      throw new Error(`the walk does not know the context ${context}`);
    };
    let current: Job | undefined;
    const wanted = job.if === undefined || evaluate(job.if, known) !== '';
    const may = job.if?.includes('always()') || needs.every((one) => results[one] === 'success');
    if (!wanted || !may) {
      results[name] = 'skipped';
      continue;
    }
    current = { name, job, folder: options.checkout(name), outputs: new Map(), credentials: {} };
    let failed = false;
    let lost = false;
    for (const [i, step] of job.steps.entries()) {
      if (failed && !step.if?.includes('always()')) continue;
      const walked = runStep(step, i, current, options, known);
      steps.push(walked);
      failed ||= walked.code !== 0 && step['continue-on-error'] !== true;
      lost = walked.name === options.lostIn;
      if (lost) break;
    }
    results[name] = failed || lost ? 'failure' : 'success';
    if (lost) continue;
    outputs[name] = Object.fromEntries(Object.entries(job.outputs ?? {}).map(([key, text]) => [key, substitute(text, known)]));
  }
  return { steps, results };
}
