import { main } from './command-line.ts';
import { quietSdkWarning } from './sdk-warning.ts';

quietSdkWarning(process);
const io = { stdout: process.stdout, stderr: process.stderr, env: process.env };
process.exitCode = await main(process.argv.slice(2), io);
