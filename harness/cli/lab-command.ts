import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IdentityKey } from '../../infra/lab/handshake.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { readEnforcedPolicies } from './enforced-policies.ts';
import type { CommandIo } from './io.ts';
import { parseKnobs, startLab } from './lab-start.ts';

/** Flags of `bench lab up`. */
export interface LabUpFlags {
  readonly port: string;
  readonly labKnobs?: string;
  readonly enforcePolicy: readonly string[];
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: '--port cannot be used.',
    why: `must be a whole number from 0 to 65535 (0: a free one), got "${text}"`,
    tryCommands: ['npm run bench -- lab up   (takes a free port)'],
    leftBehind: 'Nothing was started.',
  });
}

/** The database's CA as a file for `--rds-ca`, and its end. */
function writeCa(pem: string): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-lab-'));
  const path = join(folder, 'rds-ca.pem');
  writeFileSync(path, pem);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `export LNB_DEPLOYER_ACCESS_KEY_ID=… LNB_DEPLOYER_SECRET_ACCESS_KEY=…` */
function formatIdentity({ name, accessKeyId, secretAccessKey }: IdentityKey): string {
  const prefix = `LNB_${name.toUpperCase().replaceAll('-', '_')}`;
  return `export ${prefix}_ACCESS_KEY_ID=${accessKeyId} ${prefix}_SECRET_ACCESS_KEY=${secretAccessKey}`;
}

/** `bench lab up`: starts the lab, prints what a client needs, and waits for a signal. */
export async function labUpCommand(flags: LabUpFlags, io: CommandIo): Promise<ExitCode> {
  const port = parsePort(flags.port);
  const identities = readEnforcedPolicies(flags.enforcePolicy);
  const lab = await startLab(parseKnobs(flags.labKnobs), port, io.env, (line) => io.stderr.write(`lab: ${line}\n`), identities);
  const { endpoint, region, accessKeyId, secretAccessKey, token, rdsCaPem } = lab.ready;
  const ca = writeCa(rdsCaPem);
  io.stdout.write(
    [
      `export AWS_ENDPOINT_URL=${endpoint}`,
      `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
      `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
      'export AWS_EC2_METADATA_DISABLED=true',
      `export LNB_LAB_TOKEN=${token}`,
      `export LNB_RDS_CA=${ca.path}`,
      ...lab.ready.identities.map(formatIdentity),
      '',
    ].join('\n'),
  );
  io.stderr.write(`lab (${lab.mode}) is up; Ctrl-C ends it. awscli older than 2.13 wants --endpoint-url ${endpoint}\n`);
  const signal = await new Promise<'SIGINT' | 'SIGTERM' | string>((resolve) => {
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('SIGTERM', () => resolve('SIGTERM'));
    void lab.ended.then((why) => resolve(why));
  });
  await lab.stop();
  ca.remove();
  if (signal === 'SIGINT') return EXIT_CODES.interrupted;
  if (signal === 'SIGTERM') return EXIT_CODES.terminated;
  io.stderr.write(`the lab ended by itself: ${signal}\n`);
  return EXIT_CODES.internal;
}
