import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A file that would break a layer, and why the layer is there. */
const BREACHES = [
  ['harness/domain/x.ts', '../plan/plan.ts', 'domain imports nothing of ours'],
  ['harness/domain/x.ts', 'node:fs', 'domain does no I/O'],
  ['harness/plan/x.ts', '../../scenarios/index.ts', 'the engine does not know the scenarios'],
  ['harness/collect/x.ts', 'node:zlib', 'collect is pure'],
  ['harness/analyse/x.ts', '../record/journal.ts', 'neighbours meet in run, not here'],
  ['harness/record/x.ts', '../analyse/analysis.ts', 'neighbours meet in run, not here'],
  ['harness/history/x.ts', '../analyse/verdict.ts', 'of analyse history has the distributions alone'],
  ['harness/history/x.ts', 'node:fs', 'history is pure; run reads and appends'],
  ['harness/drive/x.ts', '@aws-sdk/client-lambda', 'the driver is given its client'],
  ['harness/run/x.ts', '../../infra/aws/invoker.ts', 'only cli wires infra'],
  ['harness/cli/x.ts', '@aws-sdk/client-lambda', 'one owner a dependency'],
  ['scenarios/x.ts', '../infra/template/net.ts', 'a scenario is data over domain'],
  ['reports/x.ts', '../harness/record/journal.ts', 'reports know the analysis only'],
  ['reports/html/x.ts', '../../harness/run/measure.ts', 'a folder deeper nothing else holds'],
  ['reports/html/x.ts', 'd3-scale', 'charts own d3'],
  ['reports/charts/x.ts', '../html/style.ts', 'a chart does not know its page'],
  ['infra/aws/x.ts', '../../harness/run/measure.ts', 'infra knows domain only'],
  ['infra/lab/x.ts', '../template/net.ts', 'the lab knows only what arrives over the wire'],
  ['infra/lab/realise/x.ts', '../../deploy/deployer.ts', 'the lab knows only what arrives over the wire'],
  ['infra/lab/api/x.ts', '../../../harness/domain/plan.ts', 'the lab does not know the harness'],
  ['infra/lab/api/x.ts', '@aws-sdk/client-s3', 'the lab is the other side of the SDK'],
  ['infra/template/x.ts', '../lab/refusal.ts', 'a template does not know who realises it'],
] as const;

const ALLOWED = [
  ['harness/plan/x.ts', '../domain/plan.ts'],
  ['infra/aws/x.ts', '../../harness/domain/ports.ts'],
  ['reports/x.ts', '../harness/analyse/analysis.ts'],
  ['reports/html/x.ts', '../../harness/domain/cost.ts'],
  ['reports/charts/x.ts', 'd3-scale'],
  ['harness/history/x.ts', '../analyse/special-functions.ts'],
] as const;

/** Lints one file an import, all at once, in a folder of its own with this project's rules; the paths that were refused. */
function refusedPaths(imports: readonly (readonly [path: string, specifier: string, reason?: string])[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-layers-'));
  try {
    const rules = JSON.parse(readFileSync('biome.json', 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
    for (const [i, [path, specifier]] of imports.entries()) {
      const file = join(folder, path.replace('x.ts', `x${i}.ts`));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `import * as other from '${specifier}';\n\nexport const names = Object.keys(other);\n`);
    }
    const biome = resolve('node_modules/.bin/biome');
    const { stdout } = spawnSync(biome, ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=200', '--reporter=github', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return imports.map(([path], i) => path.replace('x.ts', `x${i}.ts`)).filter((path) => stdout.includes(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('layers', () => {
  it('refuses every import that would break one', () => {
    const refused = refusedPaths(BREACHES);
    const missed = BREACHES.filter(([path], i) => !refused.includes(path.replace('x.ts', `x${i}.ts`)));
    expect(missed).toEqual([]);
  });

  it('lets a layer import what it stands on', () => {
    expect(refusedPaths(ALLOWED)).toEqual([]);
  });
});
