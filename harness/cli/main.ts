import { main } from './command-line.ts';

const io = { stdout: process.stdout, stderr: process.stderr, env: process.env };
process.exitCode = await main(process.argv.slice(2), io);
