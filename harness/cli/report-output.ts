import { appendFileSync } from 'node:fs';
import { visibleText } from '../../reports/free-text.ts';
import { githubAnnotations } from '../../reports/github-annotations.ts';
import { formatGithubSummary } from '../../reports/github-summary.ts';
import { formatReportJson } from '../../reports/json.ts';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import type { Analysis } from '../analyse/analysis.ts';
import type { CommandIo } from './io.ts';
import type { ReportChoices } from './report-choices.ts';

/** What GitHub Actions is told beside a job. */
interface GithubWords {
  readonly annotations: readonly string[];
  readonly summary: string;
}

/** What a run's report tells there. */
export function githubWords(analysis: Analysis): GithubWords {
  return { annotations: githubAnnotations(analysis), summary: formatGithubSummary(analysis) };
}

/** Annotations on stderr, and the job's summary where the runner says it wants it; a runner that does not take it fails nothing. */
export function tellGithub({ annotations, summary }: GithubWords, { stderr, env }: CommandIo): void {
  for (const line of annotations) stderr.write(`${line}\n`);
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, `${summary}\n`);
  } catch (error) {
    stderr.write(`! the job's summary could not be written: ${visibleText(error instanceof Error ? error.message : String(error))}\n`);
  }
}

/** What a command that has a report prints: the document of `report.json` or the final summary on stdout, and what its surroundings want to know. */
export function printReport(analysis: Analysis, location: string, json: boolean, choices: ReportChoices, io: CommandIo): void {
  io.stdout.write(json ? formatReportJson(analysis) : formatTerminalSummary(analysis, location));
  if (choices.reporters.includes('github')) tellGithub(githubWords(analysis), io);
}
