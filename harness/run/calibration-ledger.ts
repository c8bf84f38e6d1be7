import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CALIBRATED_SCENARIOS, type CalibrationOptions, type CalibrationRecord } from '../domain/calibration.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { DriverFacts } from '../domain/run.ts';

/** The first line of a ledger: what was to be done, fixed before the first run, and where. */
export interface CalibrationHeader {
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly options: CalibrationOptions;
  readonly driver: DriverFacts;
}

/** What a ledger holds. */
export interface CalibrationLedger {
  readonly header: CalibrationHeader;
  readonly records: readonly CalibrationRecord[];
  /** Runs that were cut short by a signal; each is made again. */
  readonly interrupted: readonly number[];
  /** Lines that could not be read, but for a cut last one. */
  readonly malformed: number;
}

const SCHEMA = 1;
const count = z.number().int().positive();
const column = z.array(z.number().nonnegative());
const calls = z.strictObject({ round: z.array(count), connectNs: column, achievedNs: z.array(z.number().nonnegative().nullable()) });
const outcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measured'),
    means: z.enum(['netem', 'relay']),
    calls: z.strictObject({ default: calls, 'vpc-nat': calls }),
    missing: z.number().int().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('failed'), why: z.string() }),
]);
const plan = z.strictObject({
  number: count,
  delayMs: z.number().nonnegative(),
  delayed: z.enum(CALIBRATED_SCENARIOS),
  seed: z.string(),
});
const options = z.strictObject({
  seed: z.string(),
  delaysMs: z.array(z.number().nonnegative()).min(1),
  ...{ runs: count, rounds: count, warm: count },
});
const driver = z.strictObject({
  node: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpuCount: count,
  loadAverageAtStart: z.number(),
});
const line = z.discriminatedUnion('event', [
  z.strictObject({
    ...{ event: z.literal('calibration'), schema: z.literal(SCHEMA), toolVersion: z.string(), startedAt: z.string() },
    ...{ options, driver },
  }),
  z.strictObject({
    ...{ event: z.literal('run'), plan, startedAt: z.string(), seconds: z.number(), load: z.number() },
    outcome,
  }),
  z.strictObject({ event: z.literal('interrupted'), number: count, at: z.string() }),
]);
type LedgerLine = z.infer<typeof line>;

function parseLine(text: string): LedgerLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Reads a ledger's text; a last line without LF is left out, a second record of a run counts as malformed. Undefined without a header. */
export function parseLedger(text: string): CalibrationLedger | undefined {
  const parsed = text.split('\n').slice(0, -1).map(parseLine);
  const [first] = parsed;
  if (first?.event !== 'calibration') return undefined;
  const records = new Map<number, CalibrationRecord>();
  const interrupted: number[] = [];
  let malformed = 0;
  for (const one of parsed.slice(1)) {
    if (one?.event === 'run' && !records.has(one.plan.number)) {
      const { event: _, ...record } = one;
      records.set(record.plan.number, record);
    } else if (one?.event === 'interrupted') interrupted.push(one.number);
    else malformed += 1;
  }
  const { toolVersion, startedAt } = first;
  return {
    header: { toolVersion, startedAt, options: first.options, driver: first.driver },
    records: [...records.values()],
    interrupted,
    malformed,
  };
}

/** A ledger that runs are added to, each as soon as it has ended. */
export interface OpenLedger {
  readonly path: string;
  record(record: CalibrationRecord): void;
  interrupted(number: number, at: string): void;
  close(): void;
}

function unusable(path: string, why: string, cause?: unknown): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot use the calibration ledger ${path}.`,
    why,
    tryCommands: ['npm run bench -- calibrate', 'npm run bench -- calibrate --resume FILE'],
    leftBehind: 'Nothing was started.',
    cause,
  });
}

function openedLedger(path: string, descriptor: number): OpenLedger {
  const append = (entry: LedgerLine): void => {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  };
  return {
    path,
    record: (record) => append({ event: 'run', ...record } as LedgerLine),
    interrupted: (number, at) => append({ event: 'interrupted', number, at }),
    close: () => closeSync(descriptor),
  };
}

/** Begins a ledger at `path`, whose folder is made. Throws `BenchError` when it cannot, or when there is one. */
export function createLedger(path: string, header: CalibrationHeader): OpenLedger {
  const location = resolve(path);
  try {
    mkdirSync(dirname(location), { recursive: true });
    const descriptor = openSync(location, 'ax');
    writeSync(descriptor, `${JSON.stringify({ event: 'calibration', schema: SCHEMA, ...header })}\n`);
    return openedLedger(location, descriptor);
  } catch (error) {
    throw unusable(location, error instanceof Error ? error.message : String(error), error);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Opens a ledger to go on with it; a last line that was cut is removed first. Throws `BenchError` when it is none. */
export function resumeLedger(path: string): { readonly open: OpenLedger; readonly ledger: CalibrationLedger } {
  const location = resolve(path);
  const text = readText(location);
  const ledger = parseLedger(text);
  if (ledger === undefined) throw unusable(location, `its first line is not that of a calibration of schema ${SCHEMA}`);
  const descriptor = openSync(location, 'a');
  ftruncateSync(descriptor, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
  return { open: openedLedger(location, descriptor), ledger };
}
