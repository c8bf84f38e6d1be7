import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends a test run with one line of counts, and a line for every reason why something was skipped. */
export class ClosingReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    for (const [reason, number] of countSkips(tests)) process.stdout.write(`skipped ${number}: ${reason}\n`);
    process.stdout.write(`${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`);
  }
}

function countSkips(tests: readonly TestCase[]): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (const test of tests) {
    const result = test.result();
    if (result.state !== 'skipped') continue;
    const reason = result.note ?? 'no reason was given';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return reasons;
}
