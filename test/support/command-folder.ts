import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newFakeRun, SMALL_RUN } from './fake-run.ts';

const LOG = [
  'START RequestId: 11111111-1111-4111-8111-111111111111 Version: $LATEST',
  'REPORT RequestId: 11111111-1111-4111-8111-111111111111\tDuration: 2.50 ms\tBilled Duration: 103 ms\tMemory Size: 1769 MB\tMax Memory Used: 60 MB\tInit Duration: 100.25 ms\t',
  '',
].join('\n');

const OWN_ID = 'abcdefgh12';

/** What the documented commands find in the reader's folder: three runs, the newest, somebody's samples, two logs. Returns the runs' ids. */
export async function fillCommandFolder(folder: string): Promise<readonly string[]> {
  const results = join(folder, 'results');
  mkdirSync(results, { recursive: true });
  const run = await newFakeRun({ ...SMALL_RUN, rounds: 8, warm: 4 });
  const ids = [1, 2, 3].map((i) => `abcdefgh${i}0`);
  try {
    for (const [i, id] of ids.entries()) {
      const target = join(results, `RUN${i + 1}`);
      cpSync(run.folder, target, { recursive: true });
      for (const name of ['run.json', 'samples.ndjson'])
        writeFileSync(join(target, name), readFileSync(join(target, name), 'utf8').replaceAll(OWN_ID, id));
    }
  } finally {
    run.remove();
  }
  symlinkSync('RUN1', join(results, 'latest'));
  const rows = Array.from({ length: 20 }, (_, i) => `default,s3,warm,new,ok,${10 + i / 9}\nmine,s3,warm,new,ok,${14 + i / 9}`);
  writeFileSync(join(folder, 'theirs.csv'), `scenario,target,start,connection,outcome,client_ms\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'FILE.log'), LOG);
  writeFileSync(join(folder, 'FILE.gz'), gzipSync(LOG));
  return ids;
}
