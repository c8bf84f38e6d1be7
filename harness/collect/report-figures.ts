import type { ReportFigures } from '../domain/sample.ts';
import { given } from './absence.ts';
import type { InitStartLine, PlatformLine, ReportLine, RestoreStartLine } from './line.ts';

/** The figures of one request, and whether its REPORT was seen whole. */
export interface FoundFigures {
  readonly figures: ReportFigures;
  /** False when the line was cut before its end: a figure that is absent may have been there. */
  readonly complete: boolean;
}

/**
 * Picks a request's figures out of its environment's lines, which must be in the order of logging. Of several REPORTs for
 * the id the last one counts that comes before another request starts: the platform writes its own behind whatever
 * the function printed. Undefined without a REPORT.
 */
export function figuresOf(lines: readonly PlatformLine[], requestId: string): FoundFigures | undefined {
  const index = reportIndex(lines, requestId);
  const report = lines[index];
  if (report?.kind !== 'report') return undefined;
  return { figures: { ...reported(report), ...environmentOf(lines.slice(0, index)) }, complete: isWhole(report) };
}

function reportIndex(lines: readonly PlatformLine[], requestId: string): number {
  const isOurs = (line: PlatformLine) => line.kind === 'report' && line.requestId === requestId;
  const first = lines.findIndex(isOurs);
  const nextStart = lines.findIndex((line, index) => index > first && line.kind === 'start' && line.requestId !== requestId);
  return lines.slice(0, nextStart === -1 ? lines.length : nextStart).findLastIndex(isOurs);
}

/** A cut inside the X-Ray part, which comes last, takes no figure away. */
function isWhole(report: ReportLine): boolean {
  return report.duration !== undefined && (!report.cut || report.traceId !== undefined);
}

const REPORTED = [
  'duration',
  'billed',
  'init',
  'restore',
  'billedRestore',
  'memoryMb',
  'maxMemoryMb',
  'status',
  'errorType',
] as const satisfies readonly (keyof ReportLine & keyof ReportFigures)[];

type Figures = { -readonly [figure in keyof ReportFigures]: ReportFigures[figure] };

function copyFigure<Name extends (typeof REPORTED)[number]>(from: ReportLine, to: Pick<Figures, Name>, name: Name): void {
  if (from[name] !== undefined) to[name] = from[name];
}

/** In a loop: spreading single members took five times as long, and every call of a run pays it. */
function reported(report: ReportLine): ReportFigures {
  const figures: Figures = {};
  for (const name of REPORTED) copyFigure(report, figures, name);
  return figures;
}

function environmentOf(before: readonly PlatformLine[]): ReportFigures {
  const begin = before.findLast(
    (line): line is InitStartLine | RestoreStartLine => line.kind === 'initStart' || line.kind === 'restoreStart',
  );
  if (begin === undefined) return {};
  return {
    ...given('initType', begin.kind === 'initStart' ? begin.initType : undefined),
    ...given('runtimeVersionArn', begin.runtimeVersionArn),
  };
}
