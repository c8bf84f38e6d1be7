import { visibleText } from './free-text.ts';

/** GitHub shows ten annotations of a kind for a step; the rest would vanish without a word. */
const SHOWN = 10;
const LEVELS = ['error', 'warning', 'notice'] as const;

/** What GitHub Actions shows beside a job. */
export interface Annotation {
  readonly level: (typeof LEVELS)[number];
  readonly title: string;
  readonly text: string;
}

/** Text as the message of a workflow command. */
export function escapeCommandData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Text as the value of a property of a workflow command. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function formatAnnotation({ level, title, text }: Annotation): string {
  return `::${level} title=${escapeCommandProperty(visibleText(title))}::${escapeCommandData(text)}`;
}

/** The last one says how many are only in the file. */
function cut(annotations: readonly Annotation[], level: Annotation['level'], file: string): readonly Annotation[] {
  const own = annotations.filter((annotation) => annotation.level === level);
  if (own.length <= SHOWN) return own;
  const more = own.length - SHOWN + 1;
  return [...own.slice(0, SHOWN - 1), { level, title: `${more} more`, text: `${more} more in ${file}` }];
}

/** Workflow commands, a line each, worst first; what GitHub would not show is counted, with the file that has it. */
export function formatAnnotations(annotations: readonly Annotation[], file: string): readonly string[] {
  return LEVELS.flatMap((level) => cut(annotations, level, file)).map(formatAnnotation);
}
