import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SCENARIOS } from '../../scenarios/index.ts';
import { BenchError, EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import { type RunId, runIdFrom } from '../domain/run.ts';
import { TARGETS, type Target } from '../domain/target.ts';
import { newPlan } from '../plan/plan.ts';
import { createRunFolder } from '../run/folder-run-store.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { LAB_KEEPS_NOTHING } from './aws-removal.ts';
import { agreeOnAws } from './aws-run.ts';
import { reportFailure } from './failure.ts';
import { watchSignals } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { describeProgress } from './progress-lines.ts';
import type { RunFlags } from './run-command.ts';
import { optionsFrom } from './run-plan.ts';

function refuseLab(backend: string): void {
  if (backend === 'aws') return;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: 'There is nothing to keep a deployment in.',
    why: LAB_KEEPS_NOTHING,
    tryCommands: [
      'npm run bench -- deploy --backend aws --scenario vpc-nat',
      'npm run bench -- lab up   (and --backend aws with what it prints)',
    ],
    leftBehind: 'Nothing was started.',
  });
}

/** The command that measures on it, and what that needs to know of the database, whose password is kept nowhere. */
function howToMeasure(runId: RunId, targets: readonly Target[], env: NodeJS.ProcessEnv): readonly string[] {
  const measure = `  measure on it: npm run bench -- --on ${runId}`;
  if (!targets.includes('rds')) return [measure];
  return env['LNB_DB_PASSWORD']
    ? [`${measure}   (with the same LNB_DB_PASSWORD)`]
    : [
        `${measure} --targets ${TARGETS.filter((target) => target !== 'rds').join(',')}`,
        '  rds cannot be measured on it: its password was drawn and is kept nowhere. Set LNB_DB_PASSWORD before "bench deploy".',
      ];
}

/** `bench deploy`: what `run` deploys, without measuring; it stays until it is destroyed or its time is over. */
export async function deployCommand(flags: RunFlags, io: CommandIo): Promise<ExitCode> {
  const options = optionsFrom(flags);
  refuseLab(options.backend);
  const clock = newSystemClock();
  const runId = runIdFrom(randomBytes(10));
  const { place, remains } = await agreeOnAws({ ...flags, keep: true }, options, clock, io);
  const folder = createRunFolder(flags.out, runId);
  const told = (): readonly string[] => remains(runId, join(flags.out, runId));
  const interrupt = watchSignals(io, told);
  const onEvent = (kind: 'deploying' | 'removing') => (event: Parameters<Parameters<typeof place.deployer.destroy>[1]>[0]) => {
    for (const line of describeProgress({ kind, event })) io.stderr.write(`${line}\n`);
  };
  try {
    const plan = newPlan(options, SCENARIOS);
    const { functions } = await place.deployer.deploy(runId, plan, onEvent('deploying'), interrupt.signal);
    io.stdout.write(
      [`✓ run ${runId} stands: ${functions.length} functions`, ...told(), ...howToMeasure(runId, plan.targets, io.env), ''].join('\n'),
    );
    return EXIT_CODES.ok;
  } catch (error) {
    const signalCode = interrupt.code();
    if (signalCode === undefined) return reportFailure(error, io);
    const leftovers = await place.deployer.destroy(runId, onEvent('removing'));
    if (leftovers.length > 0) for (const line of told()) io.stderr.write(`${line}\n`);
    return strongestExitCode([signalCode, ...(leftovers.length > 0 ? [EXIT_CODES.leftovers] : [])]);
  } finally {
    interrupt.stop();
    folder.close();
    await place.close();
  }
}
