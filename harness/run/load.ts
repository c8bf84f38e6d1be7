import { z } from 'zod';
import { type Analysis, analyseRun, type JournalFacts } from '../analyse/analysis.ts';
import { settleStray, strayRounds } from '../collect/stray-rounds.ts';
import { DRIVER_HEALTH_EVENT, parseDriverHealth } from '../domain/driver-health.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { RunStore } from '../domain/ports.ts';
import { isRunId, RUN_SCHEMA_VERSION, type RunManifest } from '../domain/run.ts';
import { REACHABILITIES } from '../domain/scenario.ts';
import { TARGETS } from '../domain/target.ts';
import type { Journal } from '../record/journal.ts';
import { readJournal } from './read-journal.ts';

function unreadable(location: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot read the run in ${location}.`,
    why,
    tryCommands: ['npm run bench -- report results/latest'],
    leftBehind: 'Nothing was changed.',
  });
}

const text = z.string();
const known = z.enum(REACHABILITIES);
/** As much of a manifest as an analysis cannot do without; the rest is taken as it is. */
const manifestShape = z.looseObject({
  toolVersion: text,
  runId: text.refine(isRunId, 'not a run id'),
  startedAt: text,
  rounds: z.int().positive(),
  backend: z.looseObject({ kind: z.enum(['lab', 'aws']), region: text, account: text, notes: z.array(text) }),
  driver: z.looseObject({ node: text, kernel: text, cpuModel: text, cpuCount: z.number(), loadAverageAtStart: z.number() }),
  plan: z.looseObject({
    seed: text,
    rounds: z.int().positive(),
    warm: z.int().positive(),
    targets: z.array(z.enum(TARGETS)),
    scenarios: z.array(z.looseObject({ name: text, expected: z.record(z.enum(TARGETS), known) })),
    arms: z.array(z.looseObject({ scenario: text, target: z.enum(TARGETS), expected: known })),
    schedule: z.array(z.unknown()),
  }),
});

async function readable<T>(store: RunStore, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw unreadable(store.location, error instanceof Error ? error.message : String(error));
  }
}

function parseManifest(text: string, location: string): RunManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(location, 'run.json is not JSON');
  }
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema !== RUN_SCHEMA_VERSION) {
    throw unreadable(location, `run.json has schema ${JSON.stringify(schema) ?? 'none'}; this version reads schema ${RUN_SCHEMA_VERSION}`);
  }
  const shaped = manifestShape.safeParse(json);
  if (!shaped.success) {
    const issue = shaped.error.issues[0];
    throw unreadable(location, `run.json is not a whole manifest: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return json as RunManifest;
}

/** The last totals count: a run has one driver. */
function healthOf({ events }: Journal): Pick<JournalFacts, 'driverHealth'> {
  const last = events.findLast(({ kind }) => kind === DRIVER_HEALTH_EVENT);
  const driverHealth = last === undefined ? undefined : parseDriverHealth(last.detail);
  return driverHealth === undefined ? {} : { driverHealth };
}

/** A run's files as they were read: its samples do not change any more. */
export interface LoadedRun {
  readonly manifest: RunManifest;
  readonly samples: Journal['samples'];
}

/**
 * Reads a run's files and analyses them; needs neither the lab nor AWS. `whenRead` is waited for before the analysis, which lets nothing else of this
 * thread run. Throws `BenchError` when the files cannot be read.
 */
export async function loadAnalysis(store: RunStore, whenRead?: (run: LoadedRun) => Promise<void>): Promise<Analysis> {
  const text = new TextDecoder().decode(await readable(store, store.readFile('run.json')));
  const manifest = parseManifest(text, store.location);
  const journal = await readable(store, readJournal(store));
  const { samples, cutLastLine, malformedLines } = journal;
  const strays = strayRounds(samples);
  if (strays.size > 0) samples.settle((sample) => settleStray(sample, strays));
  await whenRead?.({ manifest, samples });
  return analyseRun(manifest, samples, { cutLastLine, malformedLines, ...healthOf(journal) });
}
