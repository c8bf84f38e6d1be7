import type { ProbePhase } from '../domain/probe-wire.ts';
import type { FigureName } from '../domain/samples.ts';
import type { NumberColumn } from './number-column.ts';
import type { SampleColumns } from './sample-columns.ts';

/** The column of a figure. A row without a client or a function has nothing in the columns of their parts either. */
function columnOf(columns: SampleColumns, name: FigureName): NumberColumn {
  switch (name) {
    case 'round':
      return columns.round;
    case 'client':
      return columns.client.total;
    case 'duration':
    case 'init':
      return columns.report[name];
    case 'fn':
      return columns.fnTotal;
    default:
      return columns.phases[name.slice('fn '.length) as ProbePhase];
  }
}

/** Fills in the figure of these rows, or of the first ones; NaN where a row has none. */
export function fillFromColumn(columns: SampleColumns, name: FigureName, into: Float64Array, rows?: Uint32Array): void {
  const column = columnOf(columns, name);
  for (let at = 0; at < into.length; at++) into[at] = column.get(rows === undefined ? at : (rows[at] as number)) ?? Number.NaN;
}
