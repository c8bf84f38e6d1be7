import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

interface Recipe {
  readonly title: string;
  readonly language: string;
  readonly code: string;
}

const text = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
const RECIPES: readonly Recipe[] = [...text.matchAll(/^## (.+)\n\n```(\w+)\n([\s\S]*?)```/gm)].map(
  ([, title = '', language = '', code = '']) => ({
    title,
    language,
    code,
  }),
);

function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, [...args], { stdio: 'ignore' }).status === 0;
}

const PYTHONS = ['python3', '/usr/bin/python3'].filter((python) => works(python, '-c', 'import csv'));

/** How a recipe is run on this machine, or why it cannot be. */
function runnerOf({ language, code }: Recipe): { readonly command: readonly string[] } | { readonly missing: string } {
  switch (language) {
    case 'sh':
      return { command: ['sh', '-c', code] };
    case 'sql':
      return works('duckdb', '--version') ? { command: ['duckdb', '-csv', '-c', code] } : { missing: 'no duckdb on the PATH' };
    case 'python': {
      const wanted = code.includes('import pandas') ? 'pandas' : 'csv';
      const python = PYTHONS.find((candidate) => works(candidate, '-c', `import ${wanted}`));
      return python === undefined ? { missing: `no python3 with ${wanted}` } : { command: [python, '-c', code] };
    }
    default:
      throw new Error(`nobody runs ${language}`);
  }
}

let run: FakeRun;
beforeAll(async () => {
  run = await newFakeRun({ ...SMALL_RUN, targets: ['s3'], rounds: 7, warm: 3 });
});
afterAll(() => run.remove());

function outputOf(command: readonly string[]): string {
  const [name = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(name, args, { cwd: run.folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** The medians that the run itself gives. */
function expectedRows(): readonly string[] {
  return run.analysis.summary
    .filter(
      ({ cell, metric, statistic, population }) =>
        cell.start === 'warm' && metric === 'fn_total_ms' && statistic === 'p50' && population === 'all',
    )
    .map(({ cell, n, value = Number.NaN }) => [cell.scenario, cell.target, cell.connection, n, (value / 1e6).toFixed(6)].join())
    .sort();
}

describe('docs/recipes.md', () => {
  it('has its recipes', () => {
    expect(RECIPES.map(({ title, language }) => [title, language])).toEqual([
      ['DuckDB', 'sql'],
      ['pandas', 'python'],
      ['Without either: Python alone', 'python'],
      ['A verdict in a shell script', 'sh'],
    ]);
  });

  for (const recipe of RECIPES) {
    const runner = runnerOf(recipe);
    it(`${recipe.title} says what the run says`, (ctx) => {
      if ('missing' in runner) return ctx.skip(runner.missing);
      const output = outputOf(runner.command);
      if (recipe.language === 'sh') {
        expect(output).toMatch(/^vpc-nat s3 warm (new|reused) 0\.\d+$/m);
        return;
      }
      const rows = parse(output, { columns: true }) as Record<string, string>[];
      const found = rows.map((row) =>
        [row['scenario'], row['target'], row['connection'], row['n'], Number(row['p50_ms']).toFixed(6)].join(),
      );
      expect(found.length).toBe(6);
      expect(found.sort()).toEqual(expectedRows());
    });
  }
});
