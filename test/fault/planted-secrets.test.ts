import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Command, type FaultStage, startFaultStage } from '../support/fault-stage.ts';
import { onlyRunIn } from '../support/run-folder.ts';
import { whyNoLab } from '../support/running-lab.ts';
import { waitUntil } from '../support/wait-until.ts';

const RUN_MS = 120_000;
const PLANTED_TOKEN = 'planted-session-token-8b1f5e';
const PLANTED_SECRET = 'planted/secret+access/key/3c9d27a4e0f1b6';

const missing = whyNoLab();
let stage: FaultStage;
let proxy: Server;
/** What the proxy saw go to the account as the database's password. */
const passwords = new Set<string>();
/** Done once, with the password, before the request that carries it goes on. */
let onPassword: (password: string) => Promise<void> = async () => undefined;

/** The parameter of a CreateStack request that is a password; undefined in every other request. */
function passwordIn(body: string): string | undefined {
  const fields = new URLSearchParams(body);
  const key = [...fields].find(([name, value]) => name.endsWith('.ParameterKey') && /password/i.test(value))?.[0];
  return key === undefined ? undefined : (fields.get(key.replace(/Key$/, 'Value')) ?? undefined);
}

/** Hands everything on as it is, `host` included, for it is signed. */
async function handOn(from: IncomingMessage, to: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const password = passwordIn(body.toString('utf8'));
  if (password !== undefined) {
    passwords.add(password);
    await onPassword(password);
  }
  const { hostname, port } = new URL(stage.env['AWS_ENDPOINT_URL'] ?? '');
  const onward = request({ hostname, port, method: from.method, path: from.url, headers: from.headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  onward.on('error', () => to.destroy());
  onward.end(body);
}

beforeAll(async () => {
  if (missing !== undefined) return;
  stage = await startFaultStage();
  proxy = createServer((from, to) => void handOn(from, to).catch(() => to.destroy()));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  proxy?.closeAllConnections();
  proxy?.close();
  await stage?.close();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** Titles of all processes of the machine that can be read. */
function processTitles(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .join('\n');
}

function filesOf(folder: string): readonly (readonly [name: string, text: string])[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]);
}

/** Runs, looks at process titles all the while, and gives every place in which one of the words was found. */
async function leaksOf(out: string, targets: string, env: Readonly<Record<string, string>>, planted: readonly string[]) {
  const flags = ['--backend', 'aws', '--waiting', 'lab', '--yes', '--scenario', 'vpc-nat', '--no-reference', '--targets', targets];
  const command: Command = stage.start(['run', ...flags, '--rounds', '1', '--warm', '1', '--out', out], env);
  const seen = new Set<string>();
  const words = (): readonly string[] => [...planted, ...passwords];
  let looks = 0;
  await waitUntil('the end of the run', RUN_MS, () => {
    const titles = processTitles();
    looks += titles.includes(out) ? 1 : 0;
    for (const word of words()) if (titles.includes(word)) seen.add(`a process title has ${word.slice(0, 8)}…`);
    return command.hasEnded() ? true : undefined;
  });
  const end = await command.ended;
  // The run itself was among the titles that were looked at.
  expect(looks).toBeGreaterThan(0);
  const folder = onlyRunIn(out);
  const places = [['stdout', end.stdout] as const, ['stderr', end.stderr] as const, ...(folder === undefined ? [] : filesOf(out))];
  for (const [name, text] of places) {
    for (const word of words()) if (text.includes(word)) seen.add(`${name} has ${word.slice(0, 8)}…`);
  }
  return { end, leaks: [...seen], names: places.map(([name]) => name) };
}

const endpoint = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe('no secret is to be found anywhere', () => {
  test(
    'after a whole run with a database',
    async () => {
      const secret = stage.env['AWS_SECRET_ACCESS_KEY'] ?? '';
      const { end, leaks, names } = await leaksOf(join(stage.sandbox.folder, 'whole'), 'rds', { AWS_ENDPOINT_URL: endpoint() }, [secret]);
      expect({ code: end.code, stderr: end.stderr }).toMatchObject({ code: 0 });
      expect(passwords.size).toBe(1);
      expect(secret.length).toBeGreaterThan(10);
      for (const name of ['samples.ndjson', 'run.json', 'deployment.json', 'report.md']) expect(names).toContain(name);
      expect(leaks).toEqual([]);
    },
    RUN_MS,
  );

  test(
    'when CloudFormation repeats the password in its reason',
    async () => {
      passwords.clear();
      onPassword = (password) => stage.knobs({ failResource: 'Database', failReason: `the password ${password} is refused` });
      const { end, leaks } = await leaksOf(join(stage.sandbox.folder, 'repeated'), 'rds', { AWS_ENDPOINT_URL: endpoint() }, []);
      onPassword = async () => undefined;
      await stage.knobs({});
      expect({ code: end.code, stderr: end.stderr }).toMatchObject({ code: 4 });
      // The place hides a NoEcho value itself, with four asterisks; that the tool would hide it too is a matter of its unit tests.
      expect(end.stderr).toContain('the password **** is refused');
      expect(passwords.size).toBe(1);
      expect(leaks).toEqual([]);
    },
    RUN_MS,
  );

  test(
    'when a session token and a secret key are refused',
    async () => {
      const keys = { AWS_SESSION_TOKEN: PLANTED_TOKEN, AWS_SECRET_ACCESS_KEY: PLANTED_SECRET };
      const { end, leaks } = await leaksOf(join(stage.sandbox.folder, 'refused'), 'internet', keys, [PLANTED_TOKEN, PLANTED_SECRET]);
      expect(end.code).toBe(4);
      expect(leaks).toEqual([]);
    },
    RUN_MS,
  );
});
