import { EXIT_CODES, type ExitCode } from './exit-code.ts';

/** What is looked at before a run, in the order in which it is told. */
export const FINDING_AREAS = ['machine', 'account', 'region', 'quotas', 'permissions', 'leftovers'] as const;
export type FindingArea = (typeof FINDING_AREAS)[number];

/** `missing`: a run needs it and does not have it. `cannot tell`: nobody who was asked answered. */
export const FINDING_STATUSES = ['ok', 'warning', 'missing', 'cannot tell'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

interface FindingText {
  readonly area: FindingArea;
  /** What was looked at. */
  readonly what: string;
  /** What was seen, and why a run needs it. */
  readonly why: string;
}

/** One thing that was looked at, and how to mend it where it is not well. */
export type Finding =
  | (FindingText & { readonly status: 'ok' })
  | (FindingText & {
      readonly status: Exclude<FindingStatus, 'ok'>;
      /** The exact command line. */
      readonly mend: string;
    });

/** 4 when something that a run needs is missing; what cannot be told is not known to be missing. */
export function exitCodeOfFindings(findings: readonly Finding[]): ExitCode {
  return findings.some(({ status }) => status === 'missing') ? EXIT_CODES.environment : EXIT_CODES.ok;
}
