import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createForeignStack, deleteForeignStack, type SettledStack } from '../support/foreign-stacks.ts';
import { LANDS_TEMPLATE, OBJECTS, STORE_TEMPLATE } from '../support/foreign-template.ts';
import { takeRouteAway, translationsIn } from '../support/lab-kernel.ts';
import { type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';
import type { LookAround, Seen } from './inside/look-around.ts';

const missing = whyNoLab();
const CODE_KEY = 'scouts/look.zip';
let lab: RunningLab;
let before: readonly string[];
let store: SettledStack;
let lands: SettledStack;

/** The handler as somebody else would deploy it: one file, SDK included. */
async function zipHandler(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./inside/look-around.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  });
  return zipSync({ 'look.js': outputFiles[0]?.contents ?? new Uint8Array() });
}

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  before = await lab.namespaces();
  const { cloudFormation, s3 } = lab.clients;
  store = await createForeignStack(cloudFormation, 'wide-store', STORE_TEMPLATE);
  const { Store: bucket = '', Reader: reader = '' } = store.outputs;
  const objects: readonly (readonly [string, string | Uint8Array])[] = [
    [CODE_KEY, await zipHandler()],
    ...Object.values(OBJECTS).map((key) => [key, `this is ${key}`] as const),
  ];
  await Promise.all(objects.map(([key, body]) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))));
  lands = await createForeignStack(cloudFormation, 'two-lands', LANDS_TEMPLATE, { Store: bucket, Reader: reader, Code: CODE_KEY });
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

type Scout = 'NorthScout' | 'SouthScout' | 'LostScout' | 'FreeScout';

async function look(scout: Scout): Promise<Seen> {
  const event: LookAround = { bucket: store.outputs['Store'] ?? '', keys: Object.values(OBJECTS) };
  const outcome = await lab.measuring.invoker.invoke(lands.outputs[scout] ?? '', new TextEncoder().encode(JSON.stringify(event)));
  if (outcome.kind !== 'answered') throw new Error(`${scout} was not invoked: ${JSON.stringify(outcome)}`);
  const text = new TextDecoder().decode(outcome.payload);
  if (outcome.functionError !== undefined) throw new Error(`${scout} failed: ${text}`);
  return JSON.parse(text) as Seen;
}

/** Which objects could be read, and what was said of the others. */
function objects(readable: readonly string[], others: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(OBJECTS).map((key) => [key, readable.includes(key) ? `this is ${key}` : others]));
}

describe('a template with other names, other blocks, two VPCs and two NAT gateways', () => {
  test('is created', () => {
    expect(
      lands.events.filter(({ ResourceStatusReason }) => ResourceStatusReason !== undefined && /fail/i.test(ResourceStatusReason)),
    ).toEqual([]);
    expect(lands.status).toBe('CREATE_COMPLETE');
  });

  test('each NAT gateway shows its own elastic address, though both VPCs use the same addresses inside', async () => {
    const [north, south] = await Promise.all([look('NorthScout'), look('SouthScout')]);
    const { NorthFlag: northFlag, SouthFlag: southFlag } = lands.outputs;
    expect(northFlag).not.toBe(southFlag);
    expect([north.address, south.address]).toEqual([northFlag, southFlag]);
    expect(north.localAddress).toMatch(/^172\.20\.[45]\.\d+$/);
    expect(south.localAddress).toBe(north.localAddress);
    const gateways = (await lab.namespaces()).filter((name) => name.startsWith('nat-'));
    const translations = await Promise.all(gateways.map((name) => translationsIn(lab, name)));
    expect(translations.map(([first]) => first?.address).sort()).toEqual([northFlag, southFlag].sort());
  });

  test.each([
    ['NorthScout', [OBJECTS.byTunnel], 'its table has the endpoint, which goes before the NAT route'],
    ['SouthScout', [OBJECTS.fromSouth], 'it has a NAT gateway alone'],
    ['FreeScout', [], "AWS's own network is neither"],
  ] satisfies [Scout, string[], string][])('%s may read %j beside what is open to all: %s', async (scout, readable, _reason) => {
    expect((await look(scout)).objects).toEqual(objects([...readable, OBJECTS.anyWay], 'AccessDenied'));
  });

  test('without a VPC the internet sees neither elastic address', async () => {
    const { address } = await look('FreeScout');
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect([lands.outputs['NorthFlag'], lands.outputs['SouthFlag']]).not.toContain(address);
  });

  test('a subnet whose route table lacks both routes is silent, beside one that has them', async () => {
    expect(await look('LostScout')).toEqual({ address: 'silence', objects: objects([], 'silence') });
  });

  test("with the endpoint's route deleted, S3 sees the NAT gateway's address", async () => {
    const s3Address = (await lab.inLab(['nsenter', '--net=/run/netns/aws', 'getent', 'ahostsv4', 's3.us-east-1.amazonaws.com'])).split(
      ' ',
    )[0];
    const route = await takeRouteAway(lab, lands.outputs['NorthLand'] ?? '', s3Address ?? '');
    try {
      expect((await look('NorthScout')).objects).toEqual(objects([OBJECTS.fromNorth, OBJECTS.anyWay], 'AccessDenied'));
    } finally {
      await route.putBack();
    }
    expect((await look('NorthScout')).objects[OBJECTS.byTunnel]).toBe(`this is ${OBJECTS.byTunnel}`);
  });

  test('deleted, it leaves no namespace', async () => {
    expect((await lab.namespaces()).length).toBeGreaterThan(before.length + 6);
    const { status } = await deleteForeignStack(lab.clients.cloudFormation, lands.id);
    expect(status).toBe('DELETE_COMPLETE');
    expect(await lab.namespaces()).toEqual(before);
    expect(lab.log).toEqual([]);
  });
});
