/** One line of a bill. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  /** `call`, `GB-s`, `GB`, `h`, `GB-month`, `request`. */
  readonly unit: string;
  /** For the whole quantity. */
  readonly usd: number;
}

/** Lines with their sum. */
export interface CostTable {
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

/** What one scenario's network costs in a month of 730 hours, beside what every mode pays alike. */
export interface MonthOfMode {
  readonly scenario: string;
  /** For standing there. */
  readonly standingUsd: number;
  /** For the reader's traffic; `trafficGb` goes through what charges by the GB. */
  readonly trafficUsd: number;
  readonly usd: number;
}

/** What a run costs on AWS, what it costs while it stands, and what each network costs somebody who keeps it. */
export interface RunCost {
  readonly currency: 'USD';
  /** Where the run is, and whose prices were taken. */
  readonly region: string;
  readonly pricesOf: string;
  /** YYYY-MM-DD: when the prices were looked up. */
  readonly pricesAsOf: string;
  /** Absent in the lab, which costs nothing. */
  readonly run?: CostTable & { readonly hours: number };
  /** While the run's resources stand; absent in the lab. */
  readonly hour?: CostTable;
  readonly month: {
    readonly trafficGb: number;
    readonly modes: readonly MonthOfMode[];
    /** One interface endpoint in one zone, that is, each further AWS service that the code calls from a VPC without NAT. */
    readonly furtherServiceUsd: number;
  };
}
