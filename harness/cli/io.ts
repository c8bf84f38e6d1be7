/** Where a command writes: results to `stdout`, everything else to `stderr`. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Absent where nobody can be asked anything. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

/** True when progress may redraw its line: a terminal, and not CI. */
export function canRedraw({ stderr, env }: CommandIo): boolean {
  return stderr.isTTY === true && (env['CI'] === undefined || env['CI'] === '');
}
