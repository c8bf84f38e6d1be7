import { main } from './command-line.ts';
import { quietSdkWarning } from './sdk-warning.ts';

quietSdkWarning(process);
// A reader that has seen enough (`| head`) must not cut a run short: its teardown comes first.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const io = { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin, env: process.env };
process.exitCode = await main(process.argv.slice(2), io);
