/** What `--reporter=PATH` loads: it must be a default export. */
export { ClosingReporter as default } from './closing-reporter.ts';
