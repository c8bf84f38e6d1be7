import type { Connection, Start } from '../domain/cell.ts';
import type { Nanoseconds } from '../domain/nanoseconds.ts';
import type { Path } from '../domain/path.ts';
import type {
  Call,
  ClientTimings,
  FunctionTimings,
  Outcome,
  Purpose,
  ReportedSample,
  ReportFigures,
  ReportSource,
} from '../domain/sample.ts';
import type { Target } from '../domain/target.ts';
import type { SampleColumns } from './sample-columns.ts';

/** Every field, each of which may turn out to be absent: a field that is added to a sample must be added here. */
type Fields<Whole> = { readonly [Key in keyof Required<Whole>]: Whole[Key] | undefined };

/** Which row is looked at. */
interface Place {
  row: number;
}

/** A row of the columns. It holds nothing itself: what it says is what the columns say of the row when it is asked. */
abstract class RowView {
  protected readonly columns: SampleColumns;
  protected readonly place: Place;

  constructor(columns: SampleColumns, place: Place) {
    this.columns = columns;
    this.place = place;
  }
}

class CallView extends RowView implements Fields<Call> {
  get callId(): string | undefined {
    return this.columns.callId.get(this.place.row);
  }

  get scenario(): string | undefined {
    return this.columns.scenario.get(this.place.row);
  }

  get target(): Target | undefined {
    return this.columns.target.get(this.place.row);
  }

  get round(): number | undefined {
    return this.columns.round.get(this.place.row);
  }

  get position(): number | undefined {
    return this.columns.position.get(this.place.row);
  }

  get purpose(): Purpose | undefined {
    return this.columns.purpose.get(this.place.row);
  }

  get startAsked(): Call['startAsked'] | undefined {
    return this.columns.startAsked.get(this.place.row);
  }

  get connection(): Connection | undefined {
    return this.columns.connection.get(this.place.row);
  }
}

class ClientView extends RowView implements Fields<ClientTimings> {
  get total(): Nanoseconds | undefined {
    return this.columns.client.total.get(this.place.row) as Nanoseconds | undefined;
  }

  get sdk(): Nanoseconds | undefined {
    return this.columns.client.sdk.get(this.place.row) as Nanoseconds | undefined;
  }

  get wait(): Nanoseconds | undefined {
    return this.columns.client.wait.get(this.place.row) as Nanoseconds | undefined;
  }

  get dns(): Nanoseconds | undefined {
    return this.columns.client.dns.get(this.place.row) as Nanoseconds | undefined;
  }

  get connect(): Nanoseconds | undefined {
    return this.columns.client.connect.get(this.place.row) as Nanoseconds | undefined;
  }

  get tls(): Nanoseconds | undefined {
    return this.columns.client.tls.get(this.place.row) as Nanoseconds | undefined;
  }

  get write(): Nanoseconds | undefined {
    return this.columns.client.write.get(this.place.row) as Nanoseconds | undefined;
  }

  get ttfb(): Nanoseconds | undefined {
    return this.columns.client.ttfb.get(this.place.row) as Nanoseconds | undefined;
  }

  get body(): Nanoseconds | undefined {
    return this.columns.client.body.get(this.place.row) as Nanoseconds | undefined;
  }
}

class PhasesView extends RowView implements Fields<FunctionTimings['phases']> {
  get dns(): Nanoseconds | undefined {
    return this.columns.phases.dns.get(this.place.row) as Nanoseconds | undefined;
  }

  get connect(): Nanoseconds | undefined {
    return this.columns.phases.connect.get(this.place.row) as Nanoseconds | undefined;
  }

  get tls(): Nanoseconds | undefined {
    return this.columns.phases.tls.get(this.place.row) as Nanoseconds | undefined;
  }

  get auth(): Nanoseconds | undefined {
    return this.columns.phases.auth.get(this.place.row) as Nanoseconds | undefined;
  }

  get ttfb(): Nanoseconds | undefined {
    return this.columns.phases.ttfb.get(this.place.row) as Nanoseconds | undefined;
  }

  get query(): Nanoseconds | undefined {
    return this.columns.phases.query.get(this.place.row) as Nanoseconds | undefined;
  }

  get body(): Nanoseconds | undefined {
    return this.columns.phases.body.get(this.place.row) as Nanoseconds | undefined;
  }
}

class FunctionView extends RowView implements Fields<FunctionTimings> {
  readonly #phases = new PhasesView(this.columns, this.place);

  get total(): Nanoseconds | undefined {
    return this.columns.fnTotal.get(this.place.row) as Nanoseconds | undefined;
  }

  get phases(): FunctionTimings['phases'] | undefined {
    return this.#phases as FunctionTimings['phases'];
  }
}

class ReportView extends RowView implements Fields<ReportFigures> {
  get duration(): Nanoseconds | undefined {
    return this.columns.report.duration.get(this.place.row) as Nanoseconds | undefined;
  }

  get billed(): Nanoseconds | undefined {
    return this.columns.report.billed.get(this.place.row) as Nanoseconds | undefined;
  }

  get init(): Nanoseconds | undefined {
    return this.columns.report.init.get(this.place.row) as Nanoseconds | undefined;
  }

  get restore(): Nanoseconds | undefined {
    return this.columns.report.restore.get(this.place.row) as Nanoseconds | undefined;
  }

  get billedRestore(): Nanoseconds | undefined {
    return this.columns.report.billedRestore.get(this.place.row) as Nanoseconds | undefined;
  }

  get memoryMb(): number | undefined {
    return this.columns.report.memoryMb.get(this.place.row);
  }

  get maxMemoryMb(): number | undefined {
    return this.columns.report.maxMemoryMb.get(this.place.row);
  }

  get status(): string | undefined {
    return this.columns.reportWords.status.get(this.place.row);
  }

  get errorType(): string | undefined {
    return this.columns.reportWords.errorType.get(this.place.row);
  }

  get initType(): string | undefined {
    return this.columns.reportWords.initType.get(this.place.row);
  }

  get runtimeVersionArn(): string | undefined {
    return this.columns.reportWords.runtimeVersionArn.get(this.place.row);
  }
}

class SampleView extends RowView implements Fields<ReportedSample> {
  readonly #call = new CallView(this.columns, this.place);
  readonly #client = new ClientView(this.columns, this.place);
  readonly #fn = new FunctionView(this.columns, this.place);
  readonly #report = new ReportView(this.columns, this.place);

  get call(): Call | undefined {
    return this.#call as Call;
  }

  get outcome(): Outcome | undefined {
    return this.columns.outcome.get(this.place.row);
  }

  get start(): Start | undefined {
    return this.columns.start.get(this.place.row);
  }

  get errorClass(): string | undefined {
    return this.columns.errorClass.get(this.place.row);
  }

  get errorPhase(): string | undefined {
    return this.columns.errorPhase.get(this.place.row);
  }

  get errorMessage(): string | undefined {
    return this.columns.errorMessage.get(this.place.row);
  }

  get askedAt(): string | undefined {
    return this.columns.askedAt.get(this.place.row);
  }

  get age(): Nanoseconds | undefined {
    return this.columns.age.get(this.place.row) as Nanoseconds | undefined;
  }

  get idleGap(): Nanoseconds | undefined {
    return this.columns.idleGap.get(this.place.row) as Nanoseconds | undefined;
  }

  get requestId(): string | undefined {
    return this.columns.requestId.get(this.place.row);
  }

  get environmentId(): string | undefined {
    return this.columns.environmentId.get(this.place.row);
  }

  get logStream(): string | undefined {
    return this.columns.logStream.get(this.place.row);
  }

  get client(): ClientTimings | undefined {
    return this.columns.client.total.get(this.place.row) === undefined ? undefined : (this.#client as ClientTimings);
  }

  get fn(): FunctionTimings | undefined {
    return this.columns.hasFn.get(this.place.row) === undefined ? undefined : (this.#fn as FunctionTimings);
  }

  get moduleLoad(): Nanoseconds | undefined {
    return this.columns.moduleLoad.get(this.place.row) as Nanoseconds | undefined;
  }

  get initGap(): Nanoseconds | undefined {
    return this.columns.initGap.get(this.place.row) as Nanoseconds | undefined;
  }

  get tlsResumed(): boolean | undefined {
    return flag(this.columns.tlsResumed.get(this.place.row));
  }

  get localAddress(): string | undefined {
    return this.columns.localAddress.get(this.place.row);
  }

  get remoteAddress(): string | undefined {
    return this.columns.remoteAddress.get(this.place.row);
  }

  get seenAddress(): string | undefined {
    return this.columns.seenAddress.get(this.place.row);
  }

  get provenPath(): Path | undefined {
    return this.columns.provenPath.get(this.place.row);
  }

  get azId(): string | undefined {
    return this.columns.azId.get(this.place.row);
  }

  get perturbed(): boolean | undefined {
    return flag(this.columns.perturbed.get(this.place.row));
  }

  get discardReason(): string | undefined {
    return this.columns.discardReason.get(this.place.row);
  }

  get report(): ReportFigures | undefined {
    return this.#report as ReportFigures;
  }

  get reportSource(): ReportSource | undefined {
    return this.columns.reportSource.get(this.place.row);
  }
}

function flag(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 1;
}

/** The sample of a row. Reads as any other; to spread it gives nothing, and it changes when its row does. */
export function viewSample(columns: SampleColumns, row: number): ReportedSample {
  return new SampleView(columns, { row }) as ReportedSample;
}

/** Gives the sample of one row after the other: the same object each time, which is then that of the row asked for last. */
export function newSampleReader(columns: SampleColumns): (row: number) => ReportedSample {
  const place: Place = { row: 0 };
  const sample = new SampleView(columns, place) as ReportedSample;
  return (row) => {
    place.row = row;
    return sample;
  };
}
