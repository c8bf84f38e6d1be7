import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatReportJson } from '../../reports/json.ts';
import { runCommandLine } from '../support/command.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { type JsonSchema, PUBLISHED_SCHEMA, parseReport, problemOf } from '../support/published-schema.ts';
import { newReportedRun } from '../support/reported-run.ts';

type Json = unknown;
/** Where a value stands in a document. */
type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  readonly schema: JsonSchema;
}

/** The schema of the value where there is one: what beside null is allowed. */
function present(schema: JsonSchema): JsonSchema & { readonly type?: string } {
  const { type, ...rest } = schema.anyOf?.find((one) => one.type !== 'null') ?? schema;
  const name = typeof type === 'string' ? type : type?.find((one) => one !== 'null');
  return { ...rest, ...(name === undefined ? {} : { type: name }) };
}

function takesNull({ anyOf = [], type = [] }: JsonSchema): boolean {
  return anyOf.some((one) => one.type === 'null') || type.includes('null');
}

/** A document in which nothing is absent, made of nothing but the schema. */
function exampleOf(nullable: JsonSchema): Json {
  const schema = present(nullable);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, exampleOf(member)]));
    case 'array':
      return [exampleOf(schema.items ?? {})];
    case 'string':
      return 'words';
    case 'boolean':
      return true;
    case 'integer':
      return 3;
    case 'number':
      return 1.5;
    default:
      throw new Error(`no example of type ${schema.type}`);
  }
}

/** Every value of that document with its schema, the document itself first. */
function placesOf(nullable: JsonSchema, path: Path = []): readonly Place[] {
  const schema = present(nullable);
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => placesOf(member, [...path, name]));
  const items = schema.items === undefined ? [] : placesOf(schema.items, [...path, 0]);
  return [{ path, schema: nullable }, ...members, ...items];
}

const EXAMPLE = exampleOf(PUBLISHED_SCHEMA);
const PLACES = placesOf(PUBLISHED_SCHEMA);
const OBJECTS = PLACES.filter(({ schema }) => present(schema).type === 'object');
const WORDS = PLACES.filter(({ schema }) => present(schema).enum !== undefined || present(schema).const !== undefined);

/** The example with what stands at `path` changed; `undefined` takes it away. */
function changed(path: Path, edit: (value: Json) => Json): Json {
  const document = structuredClone(EXAMPLE);
  const [last] = path.slice(-1);
  if (last === undefined) return edit(document);
  const holder = path.slice(0, -1).reduce<Json>((at, key) => (at as Record<string | number, Json>)[key], document) as Record<
    string | number,
    Json
  >;
  const value = edit(holder[last]);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return document;
}

const STRANGERS: Readonly<Record<string, Json>> = { string: 'stranger', number: 7.5, boolean: true, null: null, object: {}, array: [] };

/** Names of the JSON types that the schema lets stand there. */
function allowedTypes(schema: JsonSchema): readonly string[] {
  const one = present(schema);
  const type = one.type ?? (typeof one.const === 'number' ? 'number' : 'string');
  return takesNull(schema) ? [type, 'null'] : [type];
}

const show = (path: Path): string => path.join('.') || 'the document';

describe('the schema of report.json', () => {
  it('takes a document in which nothing is absent', () => {
    expect(problemOf(EXAMPLE)).toBeUndefined();
    // A walk that saw little proves little.
    expect(PLACES.length).toBeGreaterThan(150);
    expect(OBJECTS.length).toBeGreaterThan(20);
    expect(WORDS.length).toBeGreaterThan(30);
  });

  it.each(PLACES.map((place) => [show(place.path), place] as const))('refuses %s of another type', (_, { path, schema }) => {
    const allowed = allowedTypes(schema);
    for (const [type, value] of Object.entries(STRANGERS)) {
      if (allowed.includes(type)) continue;
      expect(problemOf(changed(path, () => value)), `${show(path)} as ${type}`).toBeDefined();
    }
    // And takes null only where it says what null means.
    expect(/null: /.test(schema.description ?? '')).toBe(takesNull(schema));
  });

  it.each(OBJECTS.map((place) => [show(place.path), place] as const))(
    'refuses %s without any one of its members, and with one more',
    (_, { path, schema }) => {
      const members = Object.keys(present(schema).properties ?? {});
      expect(members.length).toBeGreaterThan(0);
      for (const name of members) expect(problemOf(changed([...path, name], () => undefined)), `without ${name}`).toBeDefined();
      expect(problemOf(changed(path, (value) => ({ ...(value as object), stranger: 1 })))).toContain('additional properties');
    },
  );

  it.each(WORDS.map((place) => [show(place.path), place] as const))(
    'refuses a word at %s that is not in its list',
    (_, { path, schema }) => {
      const { const: only, enum: words = [only] } = present(schema);
      for (const word of words) expect(problemOf(changed(path, () => word))).toBeUndefined();
      expect(problemOf(changed(path, (word) => `${String(word)}x`))).toBeDefined();
    },
  );

  it('says what each member is, and the unit of each quantity', () => {
    for (const { path, schema } of PLACES.filter(({ path: at }) => typeof at.at(-1) === 'string')) {
      if (present(schema).type !== 'object') expect(schema.description, show(path)).toMatch(/\w/);
      if (['number', 'integer'].includes(present(schema).type ?? '') && present(schema).const === undefined) {
        expect(schema['x-unit'], show(path)).toMatch(/\S/);
        // A name with a unit, and no other unit in its schema.
        const named = /_(ms|usd|gb|pct)$/.exec(String(path.at(-1)))?.[1];
        if (named !== undefined) expect(schema['x-unit']).toBe({ ms: 'ms', usd: 'USD', gb: 'GB', pct: '%' }[named]);
      }
    }
  });
});

const cost = {
  currency: 'USD',
  region: 'us-east-1',
  pricesOf: 'us-east-1',
  pricesAsOf: '2026-01-01',
  run: { usd: 1, hours: 0.5, lines: [{ item: 'NAT', quantity: 1, unit: 'h', usd: 1 }] },
  hour: { usd: 1, lines: [] },
  month: { trafficGb: 100, modes: [{ scenario: 'default', standingUsd: 0, trafficUsd: 0, usd: 0 }], furtherServiceUsd: 7 },
} as const;
const widest = { comparison: 'a − b', halfWidth: 1000, target: 10, rounds: 7 };

const MANIFESTS: readonly (readonly [string, Parameters<typeof newReportedRun>[0]])[] = [
  ['a run that was killed before its first call', { endedAt: undefined as never, stopReason: undefined as never }],
  ['prices and a pilot', { cost, sizing: { pilotRounds: 6, rounds: 7, warmRounds: 7, limit: 'precision', warm: widest } }],
  ['a wrong path', { wrongPaths: [{ arm: 'vpc-nat/s3', expected: 'nat-gateway', seen: 'aws-network' }], stopReason: 'wrong-path' }],
  [
    'injected delays',
    { backend: { kind: 'lab', region: 'r', account: '0', notes: ['n'], injected: { 'nat path': '+2 ms' }, pathDelaysMs: { nat: 2 } } },
  ],
  ['AWS', { backend: { kind: 'aws', region: 'r', account: '1234', role: 'x', endpoint: 'http://127.0.0.1:1', notes: [] } }],
];

describe('every report.json that is written', () => {
  it.each(MANIFESTS)('keeps to the schema: %s', (_, parts) => {
    expect(() => parseReport(formatReportJson(newReportedRun(parts)))).not.toThrow();
  });

  it('keeps to it for a file of samples too, and is what --json prints', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lnb-json-'));
    try {
      const file = join(folder, 'theirs.csv');
      const rows = Array.from({ length: 20 }, (_, i) => `default,s3,warm,new,ok,${10 + i / 9}\nmine,s3,warm,new,ok,${14 + i / 9}`);
      writeFileSync(file, `scenario,target,start,connection,outcome,client_ms\n${rows.join('\n')}\n`);
      const { code, stdout, stderr } = await runCommandLine('report', file, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(parseReport(stdout)).toMatchObject({ place: { backend: 'foreign' }, driver: null, run: { foreign_file: 'theirs.csv' } });
      expect(readFileSync(join(folder, 'theirs-report', 'report.json'), 'utf8')).toBe(stdout);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is printed by bench report RUN --json, exactly', async () => {
    const run = await newFakeRun({ ...SMALL_RUN, targets: ['s3'] });
    try {
      const { stdout, stderr } = await runCommandLine('report', run.folder, '--json');
      expect(stderr).toBe('');
      expect(stdout).toBe(run.read('report.json'));
    } finally {
      run.remove();
    }
  });
});
