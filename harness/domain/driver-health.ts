/** What disturbed the driver over a run; `stallMs` and the like are milliseconds, absent where the machine does not tell. */
export interface DriverHealthTotals {
  /** Wall time that was watched. */
  readonly watchedMs: number;
  /** Times that the event loop stood still for more than 2 ms, and how long altogether. */
  readonly stalls: number;
  readonly stallMs: number;
  /** Pauses for garbage collection, all of them, however short. */
  readonly gcPauses?: number;
  readonly gcMs?: number;
  /** Time that the driver's main thread could have run and had to wait for a CPU. */
  readonly runQueueMs?: number;
  /** Share of all CPU time that the hypervisor gave to others; 0 … 1. */
  readonly stealShare?: number;
}

/** The journal's event that carries the totals. */
export const DRIVER_HEALTH_EVENT = 'driver-health';

const FIELDS = [
  ['watched_ms', 'watchedMs'],
  ['stalls', 'stalls'],
  ['stall_ms', 'stallMs'],
  ['gc_pauses', 'gcPauses'],
  ['gc_ms', 'gcMs'],
  ['run_queue_ms', 'runQueueMs'],
  ['steal_share', 'stealShare'],
] as const satisfies readonly (readonly [string, keyof DriverHealthTotals])[];

/** The totals as an event's detail: milliseconds with three decimals, shares with six. */
export function formatDriverHealth(totals: DriverHealthTotals): Readonly<Record<string, string>> {
  const text = (field: string, value: number): string => {
    if (field.endsWith('_ms')) return value.toFixed(3);
    return field.endsWith('_share') ? value.toFixed(6) : String(value);
  };
  return Object.fromEntries(
    FIELDS.flatMap(([field, key]) => {
      const value = totals[key];
      return value === undefined ? [] : [[field, text(field, value)]];
    }),
  );
}

/** Reads a detail back. Absent where a field is missing that is always there, or where one is no number of 0 or more. */
export function parseDriverHealth(detail: Readonly<Record<string, string>>): DriverHealthTotals | undefined {
  const found: { -readonly [key in keyof DriverHealthTotals]?: number } = {};
  for (const [field, key] of FIELDS) {
    const text = Object.hasOwn(detail, field) ? detail[field] : undefined;
    if (text === undefined) continue;
    if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) return undefined;
    found[key] = Number(text);
  }
  const { watchedMs, stalls, stallMs } = found;
  if (watchedMs === undefined || stalls === undefined || stallMs === undefined) return undefined;
  return { ...found, watchedMs, stalls, stallMs };
}
