import type { Arm } from './arm.ts';

export const STARTS = ['cold', 'warm', 'preinit'] as const;
export type Start = (typeof STARTS)[number];

export const CONNECTIONS = ['new', 'reused'] as const;
export type Connection = (typeof CONNECTIONS)[number];

/** Arm × start × connection: the unit that gets one set of figures. */
export interface Cell extends Arm {
  readonly start: Start;
  readonly connection: Connection;
}

/** `scenario/target/start/connection`, the key in maps and the stem of a histogram's tag. */
export function formatCell(cell: Cell): string {
  return `${cell.scenario}/${cell.target}/${cell.start}/${cell.connection}`;
}
