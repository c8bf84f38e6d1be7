/**
 * `npm test`: every test, with CI=1 so that a golden file is never written unasked. Words after `--` go to vitest.
 */
import { spawnSync } from 'node:child_process';

const args = ['vitest', 'run', '--reporter=default', '--reporter=./test/support/closing-reporter-entry.ts', ...process.argv.slice(2)];
const { status } = spawnSync('npx', ['--no-install', ...args], { stdio: 'inherit', env: { ...process.env, CI: '1' } });
process.exitCode = status ?? 1;
