import { describe, expect, it } from 'vitest';
import { BenchError } from '../../harness/domain/exit-code.ts';
import { exitCodeOf, formatVerdict, missingTypes, type Verdict, verdictOf, verdictOfError } from '../endpoint/verdict.ts';
import { serviceError } from '../support/fake-stacks.ts';

const stackFailure = (why: string) =>
  new BenchError({ exitCode: 4, what: 'stack lnb-x-net failed', why, tryCommands: [], leftBehind: 'nothing' });

describe('whose fault it is', () => {
  it.each<[string, unknown, Verdict['kind']]>([
    ['a call that the server does not know', serviceError('InvalidAction', 400, 'no such action'), 'lack'],
    ['a server that says so by its status', serviceError('Unknown', 501, 'no'), 'lack'],
    ['a server that breaks', serviceError('InternalError', 500, 'KeyError'), 'lack'],
    ['a type that it cannot make', stackFailure('Guard: Resource type AWS::Scheduler::Schedule is not supported'), 'lack'],
    ['a template that is wrong', stackFailure('Vpc: The CIDR is invalid'), 'fail'],
    ['a request that is wrong', serviceError('ValidationError', 400, 'bad'), 'fail'],
    ['credentials that are wrong', serviceError('InvalidClientTokenId', 403, 'who?'), 'fail'],
    ['a fault in our own code', new TypeError('undefined is not a function'), 'fail'],
  ])('%s', (_, thrown, kind) => expect(verdictOfError(thrown).kind).toBe(kind));
});

describe('a step', () => {
  it('that saw nothing is no success', () => {
    expect(verdictOf('')).toMatchObject({ kind: 'fail' });
    expect(verdictOf('3 things')).toEqual({ kind: 'ok', seen: '3 things' });
    expect(verdictOf('3 things', ['a fourth'])).toMatchObject({ kind: 'lack' });
  });

  it('names what a stack passed over in silence, each type once', () => {
    expect(missingTypes(['A', 'B', 'B', 'C'], ['B', 'A'])).toEqual([
      'the stack has 1 B less than its template',
      'the stack has 1 C less than its template',
    ]);
    expect(missingTypes(['A'], ['A', 'A'])).toEqual([]);
  });

  it('is one line, and one more a lack', () => {
    expect(formatVerdict({ step: 'net', verdict: verdictOf('3 things', ['a fourth']) })).toEqual([
      '~ net        lack     3 things',
      '    lacks: a fourth',
    ]);
  });
});

describe('the walk', () => {
  const ended = (...kinds: readonly Verdict['kind'][]) =>
    exitCodeOf(kinds.map((kind) => ({ step: kind, verdict: { kind, seen: 'x', why: 'x', lacks: ['x'] } as Verdict })));
  it.each([
    [['ok', 'ok'], 0],
    [['ok', 'lack', 'skipped'], 0],
    [['ok', 'fail'], 1],
    [['lack', 'skipped'], 1],
    [[], 1],
  ] as const)('of %j ends with %i', (kinds, code) => expect(ended(...kinds)).toBe(code));
});
