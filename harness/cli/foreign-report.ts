import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { formatBadRowsCsv } from '../../reports/bad-rows-csv.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { BACKENDS, type Backend } from '../domain/plan.ts';
import { nearestName } from '../plan/options.ts';
import { openReportFolder } from '../run/folder-run-store.ts';
import { analyseForeignFile } from '../run/foreign-analysis.ts';
import type { ForeignChoices } from '../run/foreign-plan.ts';
import type { CommandIo } from './io.ts';
import type { ReportChoices } from './report-choices.ts';
import { writeAnalysisFiles } from './report-files.ts';
import { printReport } from './report-output.ts';
import { TOOL_VERSION } from './version.ts';

/** Flags of `bench report` that a file of samples needs and a run's folder does not. */
export interface ForeignFlags {
  readonly reference?: string;
  readonly out?: string;
  readonly margins?: string;
  readonly seed?: string;
}

/** Without a seed of its own a file's report must still come out the same twice. */
const DEFAULT_SEED = 'foreign';

function unusable(file: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot take samples from ${file}.`,
    why,
    tryCommands: [
      'head -2 FILE.csv   (needed: scenario, target, start, connection, outcome and a time such as fn_total_ms or client_ms)',
      'npm run bench -- report --help',
    ],
    leftBehind: 'Nothing was written.',
  });
}

/** True when the argument of `bench report` is a file and not a run's folder. */
export function isSampleFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? /\.csv$/i.test(path);
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : error instanceof Error ? error.message : String(error);
    throw unusable(file, why);
  }
}

function parseMargins(text: string | undefined): Backend {
  if (text === undefined) return 'aws';
  const known = BACKENDS.find((name) => name === text);
  if (known !== undefined) return known;
  const nearest = nearestName(text, BACKENDS);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: 'An option cannot be used.',
    why: `--margins: unknown place "${text}".${hint} Known: ${BACKENDS.join(', ')}.`,
    tryCommands: ['npm run bench -- report --help'],
    leftBehind: 'Nothing was written.',
  });
}

function choicesFrom({ reference, margins, seed }: ForeignFlags): ForeignChoices {
  return {
    ...(reference === undefined ? {} : { reference }),
    margins: parseMargins(margins),
    seed: seed ?? DEFAULT_SEED,
    order: SCENARIOS.map(({ name }) => name),
  };
}

/** `<its folder>/<its name>-report`, beside the file. */
function defaultFolder(file: string): string {
  return join(dirname(file), `${basename(file, extname(file))}-report`);
}

/** `bench report FILE.csv`: the analysis of samples that any tool may have taken. */
export async function foreignReport(
  file: string,
  flags: ForeignFlags,
  choices: ReportChoices,
  json: boolean,
  io: CommandIo,
): Promise<ExitCode> {
  const found = analyseForeignFile(readText(file), basename(file), choicesFrom(flags), TOOL_VERSION);
  if (found.kind === 'unusable') throw unusable(file, found.why);
  const store = openReportFolder(flags.out ?? defaultFolder(file));
  await writeAnalysisFiles(store, found.analysis, choices);
  if (found.unused.length > 0) await store.writeFile('bad-rows.csv', formatBadRowsCsv(found.unused));
  printReport(found.analysis, store.location, json, choices, io);
  return EXIT_CODES.ok;
}
