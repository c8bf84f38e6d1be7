import { dirname, join } from 'node:path';
import { formatHistoryHtml } from '../../reports/history-html.ts';
import { formatHistoryMarkdown } from '../../reports/history-page.ts';
import type { HistoryFile } from '../run/history-file.ts';
import { historySeries } from '../run/history-series.ts';

/** Writes the history's pages beside it, from the history alone; gives their paths. Throws `BenchError`. */
export function writeHistoryPages(history: HistoryFile): readonly string[] {
  const read = history.read();
  const series = historySeries(read);
  const pages = { 'history.md': formatHistoryMarkdown(series, read.damage), 'history.html': formatHistoryHtml(series, read.damage) };
  for (const [name, text] of Object.entries(pages)) history.writeBeside(name, text);
  return Object.keys(pages).map((name) => join(dirname(history.path), name));
}
