import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { exitCodes } from '../../harness/cli/run-command.ts';
import type { MeasureResult } from '../../harness/run/measure.ts';

const RESULT = { manifest: { stopReason: 'complete' }, leftovers: [] } as unknown as MeasureResult;

function codesOf(
  failed: Readonly<Record<string, number>>,
  firstFailure?: string,
): { readonly codes: readonly number[]; readonly said: string } {
  const lines: string[] = [];
  const sink = { write: (text: string) => lines.push(text) > 0 } as unknown as NodeJS.WritableStream;
  const analysis = { reachability: [], accounting: { asked: 10, failed, firstFailure } } as unknown as Analysis;
  const codes = exitCodes(RESULT, analysis, undefined, { stdout: sink, stderr: sink, env: {} }, 'out/abcdefghij');
  return { codes, said: lines.join('') };
}

describe('a run in which too many calls failed', () => {
  it('says how many, how, and what to look at', () => {
    const { codes, said } = codesOf({ throttled: 2, failed: 1 });
    expect(codes).toEqual([4]);
    expect(said).toContain('3 of 10 calls failed');
    expect(said).toContain('throttled: 2, failed: 1');
    expect(said).toContain('Try: aws lambda get-account-settings');
    expect(said).toContain('report out/abcdefghij');
  });

  it('repeats what the service said first: it names the permission that is missing', () => {
    const { said } = codesOf({ failed: 3 }, 'AccessDeniedException in invoke: User u is not authorized to perform: lambda:InvokeFunction');
    expect(said).toContain(
      'The first of them: AccessDeniedException in invoke: User u is not authorized to perform: lambda:InvokeFunction',
    );
  });

  const judged: readonly (readonly [Readonly<Record<string, number>>, string])[] = [
    [{ failed: 2 }, 'a fifth is still judged'],
    [{ blocked: 10 }, 'a blocked target is a finding, not a failure'],
  ];
  it.each(judged)('is not one with %j: %s', (failed) => {
    expect(codesOf(failed)).toEqual({ codes: [], said: '' });
  });
});
