import type { HeldPackets } from '../run/achieved-delays.ts';
import type { PathDelayer } from '../run/calibrate.ts';

/** Where a lab's own switches are. */
export interface LabAdminAddress {
  readonly endpoint: string;
  readonly token: string;
}

const TIMEOUT_MS = 30_000;
/** Beyond the end of any log. */
const END = 999_999_999_999_999;

/** The path delays of a running lab. Its methods reject with what the lab said. */
export function newPathDelayer({ endpoint, token }: LabAdminAddress): PathDelayer {
  const ask = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${endpoint}/_lab/${path}`, {
      method,
      headers: { 'x-lab-token': token },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the lab refused ${method} ${path}: ${text}`);
    return JSON.parse(text) as Answer;
  };
  const held = (since: number) => ask<HeldPackets & { readonly next: number }>('GET', `achieved-delays?handshakes&since=${since}`);
  return {
    setRoundTrips: async (byPlace) => {
      const pathDelays = Object.fromEntries(Object.entries(byPlace).map(([place, roundTripMs]) => [place, { roundTripMs }]));
      await ask('PUT', 'knobs', { pathDelays });
    },
    position: async () => (await held(END)).next,
    held,
  };
}
