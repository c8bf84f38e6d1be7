/**
 * The lab's S3 as functions reach it: a process of its own, so that neither the control plane's XML nor its spawning shows
 * up in what the probes time. It shares the object store's folder with the control process, which serves the driver.
 */
import { openChannel } from '../kernel/channel.ts';
import { listenTcp } from '../kernel/listen.ts';
import { newS3Service } from './s3-service.ts';

function report(error: unknown): void {
  process.stderr.write(`s3: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

openChannel(process, { ...newS3Service(listenTcp, report) });
// One connection's trouble must not end those of all others.
process.on('uncaughtException', report);
process.on('unhandledRejection', report);
// The end of the control process is the end of this one.
process.on('disconnect', () => process.exit(0));
