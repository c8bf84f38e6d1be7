import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { nearestName } from '../plan/options.ts';

/** Forms of a report beside those that every run gets. */
export const REPORTERS = ['github', 'junit'] as const;
export type Reporter = (typeof REPORTERS)[number];

const CSV_ENDS = ['lf', 'crlf'] as const;

/** What the command line says about the files of a report. */
export interface ReportFlags {
  readonly reporter?: readonly string[];
  readonly csvEol?: string;
  readonly json?: boolean;
}

/** The same, checked. */
export interface ReportChoices {
  readonly reporters: readonly Reporter[];
  /** Line ends of the CSV files; RFC 4180 has CRLF, most tools write LF. */
  readonly csvEol: (typeof CSV_ENDS)[number];
}

/** What is written when nothing was said. */
export const USUAL_CHOICES: ReportChoices = { reporters: [], csvEol: 'lf' };

function parseWord<Word extends string>(flag: string, text: string, known: readonly Word[]): Word {
  const found = known.find((word) => word === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, known);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: 'An option cannot be used.',
    why: `${flag}: unknown word "${text}".${hint} Known: ${known.join(', ')}.`,
    tryCommands: ['npm run bench -- report --help'],
    leftBehind: 'Nothing was started.',
  });
}

/** The choices of a command line; inside GitHub Actions its reporter is always among them. Throws `BenchError` for an unknown word. */
export function parseReportChoices({ reporter = [], csvEol = 'lf' }: ReportFlags, env: NodeJS.ProcessEnv): ReportChoices {
  const named = reporter.flatMap((words) => words.split(',')).map((text) => parseWord('--reporter', text.trim(), REPORTERS));
  const inActions: readonly Reporter[] = env['GITHUB_ACTIONS'] === 'true' ? ['github'] : [];
  return { reporters: [...new Set([...named, ...inActions])], csvEol: parseWord('--csv-eol', csvEol, CSV_ENDS) };
}
