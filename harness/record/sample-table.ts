import type { Call, ClientTimings, FunctionTimings, ReportedSample, ReportFigures, ReportSource, Sample } from '../domain/sample.ts';
import { type FigureName, type SampleReader, SampleSequence } from '../domain/samples.ts';
import { CallLines, setUnobserved } from './call-lines.ts';
import { fillFromColumn } from './figure-columns.ts';
import { RowIndex } from './row-index.ts';
import { newSampleColumns, type SampleColumns } from './sample-columns.ts';
import { newSampleReader, viewSample } from './sample-view.ts';
import { type SharedSamples, shareColumns } from './shared-samples.ts';
import { hashOfText } from './text-hash.ts';

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function setCall(columns: SampleColumns, row: number, call: Call): void {
  columns.callId.set(row, call.callId);
  columns.scenario.set(row, call.scenario);
  columns.target.set(row, call.target);
  columns.round.set(row, call.round);
  columns.position.set(row, call.position);
  columns.purpose.set(row, call.purpose);
  columns.startAsked.set(row, call.startAsked);
  columns.connection.set(row, call.connection);
}

function setClient({ client }: SampleColumns, row: number, parts: Partial<ClientTimings>): void {
  client.total.set(row, parts.total);
  client.sdk.set(row, parts.sdk);
  client.wait.set(row, parts.wait);
  client.dns.set(row, parts.dns);
  client.connect.set(row, parts.connect);
  client.tls.set(row, parts.tls);
  client.write.set(row, parts.write);
  client.ttfb.set(row, parts.ttfb);
  client.body.set(row, parts.body);
}

function setFunction({ hasFn, fnTotal, phases }: SampleColumns, row: number, fn: FunctionTimings | undefined): void {
  const parts = fn?.phases ?? {};
  hasFn.set(row, fn === undefined ? undefined : 1);
  fnTotal.set(row, fn?.total);
  phases.dns.set(row, parts.dns);
  phases.connect.set(row, parts.connect);
  phases.tls.set(row, parts.tls);
  phases.auth.set(row, parts.auth);
  phases.ttfb.set(row, parts.ttfb);
  phases.query.set(row, parts.query);
  phases.body.set(row, parts.body);
}

function setObserved(columns: SampleColumns, row: number, sample: Omit<Sample, 'call'>): void {
  columns.outcome.set(row, sample.outcome);
  columns.start.set(row, sample.start);
  columns.errorClass.set(row, sample.errorClass);
  columns.errorPhase.set(row, sample.errorPhase);
  columns.errorMessage.set(row, sample.errorMessage);
  columns.askedAt.set(row, sample.askedAt);
  columns.age.set(row, sample.age);
  columns.idleGap.set(row, sample.idleGap);
  columns.requestId.set(row, sample.requestId);
  columns.environmentId.set(row, sample.environmentId);
  columns.logStream.set(row, sample.logStream);
  columns.moduleLoad.set(row, sample.moduleLoad);
  columns.initGap.set(row, sample.initGap);
  columns.tlsResumed.set(row, flag(sample.tlsResumed));
  columns.localAddress.set(row, sample.localAddress);
  columns.remoteAddress.set(row, sample.remoteAddress);
  columns.seenAddress.set(row, sample.seenAddress);
  columns.provenPath.set(row, sample.provenPath);
  columns.azId.set(row, sample.azId);
  columns.perturbed.set(row, flag(sample.perturbed));
  columns.discardReason.set(row, sample.discardReason);
  setClient(columns, row, sample.client ?? {});
  setFunction(columns, row, sample.fn);
}

function setReport({ report, reportWords, reportSource }: SampleColumns, row: number, source: ReportSource, figures: ReportFigures): void {
  reportSource.set(row, source);
  report.duration.set(row, figures.duration);
  report.billed.set(row, figures.billed);
  report.init.set(row, figures.init);
  report.restore.set(row, figures.restore);
  report.billedRestore.set(row, figures.billedRestore);
  report.memoryMb.set(row, figures.memoryMb);
  report.maxMemoryMb.set(row, figures.maxMemoryMb);
  reportWords.status.set(row, figures.status);
  reportWords.errorType.set(row, figures.errorType);
  reportWords.initType.set(row, figures.initType);
  reportWords.runtimeVersionArn.set(row, figures.runtimeVersionArn);
}

/** What became of a row when a line about it was taken in. */
export type Taken = 'taken' | 'never asked' | 'twice';

/**
 * The calls of a run and what was seen of each, in columns: some 150 bytes a call where objects take 3,000. Lines are joined by call id, in
 * any order after the call was asked. A call that was not observed is `lost`; one without a REPORT has the source `missing` and no figures.
 */
export class SampleTable extends SampleSequence {
  readonly #columns = newSampleColumns();
  readonly #rows = new RowIndex(this.#columns.callId);
  readonly #lines = new CallLines({ columns: this.#columns, index: this.#rows, add: () => this.#length++ });
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(row: number): ReportedSample | undefined {
    return row >= 0 && row < this.#length ? viewSample(this.#columns, row) : undefined;
  }

  newReader(): SampleReader {
    return newSampleReader(this.#columns);
  }

  fillFigures(name: FigureName, into: Float64Array, rows?: Uint32Array): void {
    fillFromColumn(this.#columns, name, into, rows);
  }

  /**
   * Takes the journal line that begins at `at` and ends before the bytes do, when it is one that needs no second look. Gives where its LF is,
   * or −1: then nothing was taken, and the line may be an entry or none.
   */
  takeLine(bytes: Uint8Array, at: number): number {
    return this.#lines.take(bytes, at);
  }

  /** A call about to be made; one that was asked before keeps its place and what it says. */
  ask(call: Call, askedAt: string): Taken {
    if (this.#rows.find(call.callId) !== undefined) return 'twice';
    const row = this.#length++;
    const columns = this.#columns;
    setCall(columns, row, call);
    this.#rows.add(row, hashOfText(call.callId));
    columns.askedAt.set(row, askedAt);
    setUnobserved(columns, row);
    return 'taken';
  }

  /** What was seen of a call; what was seen first stands. */
  observe(callId: string, sample: Omit<Sample, 'call'>): Taken {
    const row = this.#rows.find(callId);
    if (row === undefined) return 'never asked';
    if (this.#columns.observed.get(row) !== undefined) return 'twice';
    this.#columns.observed.set(row, 1);
    setObserved(this.#columns, row, sample);
    return 'taken';
  }

  /** What was found of a call's REPORT; what was found last stands. */
  report(callId: string, source: ReportSource, figures: ReportFigures): Taken {
    const row = this.#rows.find(callId);
    if (row === undefined) return 'never asked';
    setReport(this.#columns, row, source, figures);
    return 'taken';
  }

  /** The samples for another thread. From now on this table must not change, and it takes no more lines. */
  share(): SharedSamples {
    this.#rows.clear();
    return { length: this.#length, columns: shareColumns(this.#columns) };
  }

  /** Gives every sample the start and the reason that `settle` finds for it, once all lines are in; absent leaves it as it is. */
  settle(settle: (sample: ReportedSample) => Pick<ReportedSample, 'start' | 'discardReason'> | undefined): void {
    const { start, discardReason } = this.#columns;
    this.forEach((sample, row) => {
      const settled = settle(sample);
      if (settled === undefined) return;
      start.set(row, settled.start);
      discardReason.set(row, settled.discardReason);
    });
  }

  /** Gives every sample the zone that is found for it, once all lines are in; absent takes none away. */
  setZones(zoneOf: (sample: ReportedSample) => string | undefined): void {
    const { azId } = this.#columns;
    this.forEach((sample, row) => {
      const zone = zoneOf(sample);
      if (zone !== undefined) azId.set(row, zone);
    });
  }
}
