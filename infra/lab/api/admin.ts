import { createHash, timingSafeEqual } from 'node:crypto';
import type { LabKnobs } from '../faults/knobs.ts';
import { parseKnobs } from '../faults/parse-knobs.ts';
import { Refusal } from '../refusal.ts';
import type { WireAnswer } from './protocol/wire.ts';

/** The lab's own switches, behind `/_lab/`. */
export interface LabAdmin {
  /** What `x-lab-token` must be. */
  readonly token: string;
  knobs(): LabKnobs;
  /** Called with the whole new set; the request is answered when it holds. */
  setKnobs(knobs: LabKnobs): void | Promise<void>;
  /** What a report prints of the lab; JSON. */
  facts(): object;
  /** Packets that path delays held, from number `since` on; with `handshakes` only those with TCP's SYN flag. JSON. */
  achievedDelays(since: number, handshakes: boolean): Promise<object>;
}

/** Paths below this one are the lab's own; no AWS service of ours has such a path, and no bucket may be called `_lab`. */
export const LAB_PATH = '/_lab/';

/**
 * Answers a request under `/_lab/`: `GET /_lab/knobs`, `PUT /_lab/knobs` (those knobs that shall change), `GET /_lab/facts`,
 * `GET /_lab/achieved-delays?since=0&handshakes`. A wrong token is 403, a wrong path 404, a knob or a number that does not fit 400 by name.
 */
export async function answerAdmin(
  admin: LabAdmin,
  method: string,
  path: string,
  token: string | undefined,
  body: Buffer,
  query = '',
): Promise<WireAnswer> {
  try {
    if (!sameToken(token, admin.token)) throw new Refusal('Forbidden', 403, 'x-lab-token is not the token of this lab.');
    switch (`${method} ${path}`) {
      case 'GET /_lab/knobs':
        return formatAnswer(200, admin.knobs());
      case 'PUT /_lab/knobs':
        await admin.setKnobs(parseKnobs(admin.knobs(), body.toString('utf8')));
        return formatAnswer(200, admin.knobs());
      case 'GET /_lab/facts':
        return formatAnswer(200, admin.facts());
      case 'GET /_lab/achieved-delays':
        return formatAnswer(200, await achievedDelays(admin, new URLSearchParams(query)));
      default:
        throw new Refusal('NotFound', 404, `The lab has no ${method} ${path}.`);
    }
  } catch (error) {
    if (error instanceof Refusal) return formatAnswer(error.status, { code: error.code, message: error.message });
    throw error;
  }
}

function formatAnswer(status: number, body: object): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function sameToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

async function achievedDelays(admin: LabAdmin, query: URLSearchParams): Promise<object> {
  const since = query.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since)) throw new Refusal('InvalidQuery', 400, `since must be a whole number, not "${since}".`);
  return admin.achievedDelays(Number(since), query.has('handshakes'));
}
