/** Journal to report files of the run in the folder that is named, as `bench report` does it; prints what that took as JSON. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { reportRun } from '../../harness/cli/report-run.ts';
import { openRunFolder } from '../../harness/run/folder-run-store.ts';

const [folder = '.'] = process.argv.slice(2);
const [atStart, begin] = [process.resourceUsage(), performance.now()];
await reportRun(openRunFolder(folder));
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const took = {
  seconds: (performance.now() - begin) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime - atStart.userCPUTime - atStart.systemCPUTime) / 1e6,
  startKiB: atStart.maxRSS,
  peakKiB: maxRSS,
  pageBytes: statSync(join(folder, 'report.html')).size,
};
process.stdout.write(JSON.stringify(took));
