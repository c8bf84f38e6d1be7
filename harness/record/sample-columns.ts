import type { Connection, Start } from '../domain/cell.ts';
import type { Path } from '../domain/path.ts';
import type { Call, Outcome, Purpose, ReportSource } from '../domain/sample.ts';
import type { Target } from '../domain/target.ts';
import { InstantColumn } from './instant-column.ts';
import { NumberColumn } from './number-column.ts';
import { TextColumn } from './text-column.ts';
import { UuidColumn } from './uuid-column.ts';
import { WordColumn } from './word-column.ts';

/** Where every field of a sample is kept. Flags are 0 or 1; `client` and `report` have no flag, for the first always has a total and the second is always there. */
export interface SampleColumns {
  readonly callId: TextColumn;
  readonly scenario: WordColumn;
  readonly target: WordColumn<Target>;
  readonly round: NumberColumn;
  readonly position: NumberColumn;
  readonly purpose: WordColumn<Purpose>;
  readonly startAsked: WordColumn<Call['startAsked']>;
  readonly connection: WordColumn<Connection>;
  /** Set from the `observed` line on. */
  readonly observed: NumberColumn;
  readonly outcome: WordColumn<Outcome>;
  readonly start: WordColumn<Start>;
  readonly errorClass: WordColumn;
  readonly errorPhase: WordColumn;
  readonly errorMessage: TextColumn;
  readonly askedAt: InstantColumn;
  readonly age: NumberColumn;
  readonly idleGap: NumberColumn;
  readonly requestId: UuidColumn;
  readonly environmentId: WordColumn;
  readonly logStream: WordColumn;
  readonly client: Columns<'total' | 'sdk' | 'wait' | 'dns' | 'connect' | 'tls' | 'write' | 'ttfb' | 'body'>;
  readonly hasFn: NumberColumn;
  readonly fnTotal: NumberColumn;
  readonly phases: Columns<'dns' | 'connect' | 'tls' | 'auth' | 'ttfb' | 'query' | 'body'>;
  readonly moduleLoad: NumberColumn;
  readonly initGap: NumberColumn;
  readonly tlsResumed: NumberColumn;
  readonly localAddress: WordColumn;
  readonly remoteAddress: WordColumn;
  readonly seenAddress: WordColumn;
  readonly provenPath: WordColumn<Path>;
  readonly azId: WordColumn;
  readonly perturbed: NumberColumn;
  readonly discardReason: WordColumn;
  readonly report: Columns<'duration' | 'billed' | 'init' | 'restore' | 'billedRestore' | 'memoryMb' | 'maxMemoryMb'>;
  readonly reportWords: Readonly<Record<'status' | 'errorType' | 'initType' | 'runtimeVersionArn', WordColumn>>;
  readonly reportSource: WordColumn<ReportSource>;
}

type Columns<Name extends string> = Readonly<Record<Name, NumberColumn>>;

function numbers<Name extends string>(...names: readonly Name[]): Columns<Name> {
  return Object.fromEntries(names.map((name) => [name, new NumberColumn()])) as Columns<Name>;
}

function newCallColumns(): Pick<
  SampleColumns,
  'callId' | 'scenario' | 'target' | 'round' | 'position' | 'purpose' | 'startAsked' | 'connection'
> {
  return {
    callId: new TextColumn(),
    scenario: new WordColumn(),
    target: new WordColumn(),
    ...numbers('round', 'position'),
    purpose: new WordColumn(),
    startAsked: new WordColumn(),
    connection: new WordColumn(),
  };
}

function newReportColumns(): Pick<SampleColumns, 'report' | 'reportWords' | 'reportSource'> {
  return {
    report: numbers('duration', 'billed', 'init', 'restore', 'billedRestore', 'memoryMb', 'maxMemoryMb'),
    reportWords: {
      status: new WordColumn(),
      errorType: new WordColumn(),
      initType: new WordColumn(),
      runtimeVersionArn: new WordColumn(),
    },
    reportSource: new WordColumn(),
  };
}

/** Columns without rows. */
export function newSampleColumns(): SampleColumns {
  return {
    ...newCallColumns(),
    ...numbers('observed', 'age', 'idleGap', 'hasFn', 'fnTotal', 'moduleLoad', 'initGap', 'tlsResumed', 'perturbed'),
    outcome: new WordColumn(),
    start: new WordColumn(),
    errorClass: new WordColumn(),
    errorPhase: new WordColumn(),
    errorMessage: new TextColumn(),
    askedAt: new InstantColumn(),
    requestId: new UuidColumn(),
    environmentId: new WordColumn(),
    logStream: new WordColumn(),
    client: numbers('total', 'sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'),
    phases: numbers('dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body'),
    localAddress: new WordColumn(),
    remoteAddress: new WordColumn(),
    seenAddress: new WordColumn(),
    provenPath: new WordColumn(),
    azId: new WordColumn(),
    discardReason: new WordColumn(),
    ...newReportColumns(),
  };
}
