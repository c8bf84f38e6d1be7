/** What Invoke's Tail held. */
export interface Tail {
  /** Whole lines only. */
  readonly text: string;
  /** Bytes at the front were lost: the log of the invocation is longer than Tail. */
  readonly frontCut: boolean;
}

/** Lambda returns the last 4 KB of an invocation's log. */
export const TAIL_BYTES = 4096;

/**
 * Decodes `LogResult`. A full Tail begins in the middle of a line as a rule, so its first line is dropped: half a line
 * could read as something that was never logged. Undefined for text that is not base64.
 */
export function decodeTail(base64: string): Tail | undefined {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    return undefined;
  }
  const text = new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  if (binary.length < TAIL_BYTES) return { text, frontCut: false };
  const firstEnd = text.indexOf('\n');
  return { text: firstEnd === -1 ? '' : text.slice(firstEnd + 1), frontCut: true };
}
