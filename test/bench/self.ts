/**
 * `npm run bench:self`: what the harness itself costs, figure beside target. On a busy machine it says so instead of judging times. It
 * never fails for a time; code that throws does.
 */
import { printCallCost } from './call-cost.ts';
import { printCpuShare } from './cpu-share.ts';
import { printDriverMemory } from './driver-memory.ts';
import { newJudgement } from './judged-figure.ts';
import { printMillionSamples } from './million-samples.ts';
import { printParts } from './part-speed.ts';
import { printStallRecall } from './stall-recall.ts';

const judgement = newJudgement();
process.stdout.write(`load ${judgement.load.toFixed(2)} on ${judgement.cores} cores, Node ${process.version}\n`);

for (const section of [printParts, printCallCost, printDriverMemory, printStallRecall, printMillionSamples, printCpuShare]) {
  await section(judgement);
  process.stdout.write('\n');
}
