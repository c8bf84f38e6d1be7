import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { type CalibrationHead, formatCalibration } from '../../reports/calibration.ts';
import { formatReadable, formatSigned } from '../../reports/figure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { CALIBRATED_PLACES, type CalibrationRecord, type CalibrationRunPlan, type CalibrationSummary } from '../domain/calibration.ts';
import { EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import { runIdFrom } from '../domain/run.ts';
import { planCalibration } from '../plan/calibration.ts';
import { calibrate } from '../run/calibration.ts';
import { judgeCalibrationRun } from '../run/calibration-judgement.ts';
import { type CalibrationHeader, type CalibrationLedger, createLedger, type OpenLedger, resumeLedger } from '../run/calibration-ledger.ts';
import { summariseCalibration } from '../run/calibration-summary.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { type CalibrateFlags, checkResumed, parseCalibration } from './calibrate-options.ts';
import { currentLoad, driverFacts } from './driver-facts.ts';
import { reportFailure } from './failure.ts';
import { type Interrupt, watchSignals } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { openLabPlace } from './lab-place.ts';
import { newPathDelayer } from './path-delayer.ts';
import { TOOL_VERSION } from './version.ts';

/** A calibration under way: what is fixed, what is done, what is open. */
interface Calibration {
  readonly ledger: OpenLedger;
  readonly header: CalibrationHeader;
  readonly records: CalibrationRecord[];
  readonly interrupted: number;
  readonly open: readonly CalibrationRunPlan[];
}

function resumed(ledger: OpenLedger, { header, records, interrupted }: CalibrationLedger): Calibration {
  const done = new Set(records.map(({ plan }) => plan.number));
  const open = planCalibration(header.options).filter(({ number }) => !done.has(number));
  return { ledger, header, records: [...records], interrupted: interrupted.length, open };
}

function begin(flags: CalibrateFlags): Calibration {
  if (flags.resume !== undefined) {
    checkResumed(flags);
    const { open, ledger } = resumeLedger(flags.resume);
    return resumed(open, ledger);
  }
  const options = parseCalibration(flags, randomBytes(4).toString('hex'));
  const header: CalibrationHeader = { toolVersion: TOOL_VERSION, startedAt: new Date().toISOString(), options, driver: driverFacts() };
  const path = join(flags.out, `calibrate-${runIdFrom(randomBytes(10))}`, 'ledger.ndjson');
  return resumed(createLedger(path, header), { header, records: [], interrupted: [], malformed: 0 });
}

/** One run in a line, as soon as it has ended. */
function runLine(record: CalibrationRecord, all: number): string {
  const run = judgeCalibrationRun(record);
  const { plan, seconds, load } = record;
  const head = `run ${plan.number}/${all}  ${plan.delayMs} ms on ${plan.delayed}`;
  const tail = `${seconds.toFixed(1)} s  load ${load.toFixed(2)}`;
  if (run.kind === 'failed') return `✗ ${head}  failed: ${run.why}  ${tail}\n`;
  const interval = `[${formatReadable(run.low)}, ${formatReadable(run.high)}]`;
  return `${run.inside ? '✓' : '✗'} ${head}  truth ${formatSigned(run.truth)}  measured ${formatSigned(run.measured)} ${interval}  ${tail}\n`;
}

async function makeRuns({ ledger, header, records, open }: Calibration, interrupt: Interrupt, io: CommandIo): Promise<void> {
  const clock = newSystemClock();
  const pathDelays = Object.fromEntries(Object.values(CALIBRATED_PLACES).map((place) => [place, { roundTripMs: 0 }]));
  const place = await openLabPlace({ ...DEFAULT_KNOBS, pathDelays }, clock, io);
  try {
    await calibrate({
      ...{ options: header.options, runs: open, scenarios: SCENARIOS, place, ledger, clock },
      runId: runIdFrom(randomBytes(10)),
      delayer: newPathDelayer(place.admin),
      machineNs: () => Number(process.hrtime.bigint()),
      load: currentLoad,
      signal: AbortSignal.any([interrupt.signal, place.failed]),
      onRun: (record) => {
        records.push(record);
        io.stderr.write(runLine(record, header.options.runs * header.options.delaysMs.length));
      },
    });
    if (place.failed.aborted) throw place.failed.reason;
  } catch (error) {
    if (!interrupt.signal.aborted) throw place.failed.aborted ? place.failed.reason : error;
  } finally {
    // Everything that was deployed goes with the lab.
    await place.close();
  }
}

function print({ header, records, interrupted }: Calibration, json: boolean, io: CommandIo): CalibrationSummary {
  const runs = [...records].sort((a, b) => a.plan.number - b.plan.number).map(judgeCalibrationRun);
  const summary = summariseCalibration(runs);
  const { options, driver, startedAt } = header;
  const { seed, rounds, warm, delaysMs } = options;
  const head: CalibrationHead = { startedAt, driver, seed, rounds, warm, interrupted, open: options.runs * delaysMs.length - runs.length };
  if (json) {
    const rows = runs.map(({ record: { outcome: _, ...record }, ...run }) => ({ ...record, ...run }));
    io.stdout.write(`${JSON.stringify({ head, runs: rows, summary }, null, 2)}\n`);
  } else io.stdout.write(formatCalibration(head, runs, summary));
  return summary;
}

/** `bench calibrate`: known delays in, measured ones out; every run in the table. Exit 3 when a target is missed. */
export async function calibrateCommand(flags: CalibrateFlags, io: CommandIo): Promise<ExitCode> {
  const calibration = begin(flags);
  const interrupt = watchSignals(io);
  const codes: ExitCode[] = [];
  try {
    io.stderr.write(`${calibration.open.length} runs to make; ledger ${calibration.ledger.path}\n`);
    if (calibration.open.length > 0) await makeRuns(calibration, interrupt, io);
  } catch (error) {
    codes.push(reportFailure(error, io));
  } finally {
    calibration.ledger.close();
    interrupt.stop();
  }
  const { targets } = print(calibration, flags.json === true, io);
  if (targets.some(({ met }) => !met)) codes.push(EXIT_CODES.regression);
  const signal = interrupt.code();
  return strongestExitCode([...codes, ...(signal === undefined ? [] : [signal])]);
}
