import { describe, expect, test } from 'vitest';
import { answerAdmin, type LabAdmin } from '../../infra/lab/api/admin.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';

const TOKEN = 'lab-token';

function newAdmin() {
  let knobs: LabKnobs = DEFAULT_KNOBS;
  const admin: LabAdmin = {
    token: TOKEN,
    knobs: () => knobs,
    setKnobs: (next) => {
      knobs = next;
    },
    facts: () => ({}),
    achievedDelays: async (since, handshakes) => ({ since, handshakes }),
  };
  return {
    knobs: () => knobs,
    put: (change: unknown) => answerAdmin(admin, 'PUT', '/_lab/knobs', TOKEN, Buffer.from(JSON.stringify(change))),
    get: (query: string) => answerAdmin(admin, 'GET', '/_lab/achieved-delays', TOKEN, Buffer.alloc(0), query),
  };
}

describe('path delays', () => {
  test('are set by place or gateway, and replaced as a whole', async () => {
    const { put, knobs } = newAdmin();
    const pathDelays = { default: { roundTripMs: 0 }, 'nat-0a1b': { roundTripMs: 2.5 } };
    expect((await put({ pathDelays })).status).toBe(200);
    expect(knobs()).toEqual({ ...DEFAULT_KNOBS, pathDelays });
    await put({ pathDelays: {} });
    expect(knobs()).toEqual(DEFAULT_KNOBS);
  });

  test.each([
    [{ nut: { roundTripMs: 1 } }, 'default, nat, endpoint', 'no such place: those that there are'],
    [{ nat: 1 }, 'pathDelays.nat', 'a bare number says neither one way nor both'],
    [{ nat: {} }, 'pathDelays.nat.roundTripMs', 'no time'],
    [{ nat: { oneWayMs: 1 } }, 'oneWayMs', 'another way to say it'],
    [{ nat: { roundTripMs: -1 } }, 'roundTripMs', 'negative'],
    [{ nat: { roundTripMs: 501 } }, 'at most 500', 'longer than probes wait for'],
    [[], 'pathDelays', 'a list'],
  ])('%j is refused, naming %s: %s', async (pathDelays, says, _why) => {
    const { put, knobs } = newAdmin();
    const answer = await put({ pathDelays });
    const body = JSON.parse(String(answer.body)) as unknown;
    expect([answer.status, body]).toEqual([400, { code: 'InvalidKnob', message: expect.stringContaining(says) }]);
    expect(knobs()).toEqual(DEFAULT_KNOBS);
  });
});

describe('achieved delays', () => {
  test.each([
    ['', { since: 0, handshakes: false }],
    ['since=17', { since: 17, handshakes: false }],
    ['since=17&handshakes', { since: 17, handshakes: true }],
  ])('are asked for with "%s"', async (query, asked) => {
    const answer = await newAdmin().get(query);
    expect([answer.status, JSON.parse(String(answer.body))]).toEqual([200, asked]);
  });

  test.each(['-1', '1.5', 'now', ''])('since "%s" is refused', async (since) => {
    const answer = await newAdmin().get(`since=${since}`);
    expect([answer.status, JSON.parse(String(answer.body)).code]).toEqual([400, 'InvalidQuery']);
  });
});
