import { defineConfig } from 'vitest/config';

/**
 * `unit` touches no kernel and no socket outside loopback; `browser` opens reports in Chromium where there is one; `flows` runs whole
 * commands in labs of their own, mostly with AWS's waiting times: four files side by side hardly hinder each other; `lab` makes real namespaces, one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,property,golden,docs}/**/*.test.ts'],
          // Files share their modules: a third of the time went into loading the same ones again.
          isolate: false,
          // Generous: a machine that is busy with other things is no failure.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'flows',
          include: ['test/lab/flows/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
          pool: 'forks',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/{lab,fault}/**/*.test.ts'],
          exclude: ['test/lab/flows/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: 'forks',
          // After the others: what is timed here shares the machine with nothing of ours.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
