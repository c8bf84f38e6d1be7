/** What a probe talks to. Closed: adding a word makes the compiler name every place that must provide it. */
export const TARGETS = ['internet', 's3', 'rds'] as const;
export type Target = (typeof TARGETS)[number];

/** Narrows foreign text to a target. */
export function isTarget(text: string): text is Target {
  return (TARGETS as readonly string[]).includes(text);
}
