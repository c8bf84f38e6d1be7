import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { AccessKey } from '../account/identity.ts';
import { newS3Handler } from '../api/s3/handler.ts';
import { newS3Listener } from '../api/s3/listener.ts';
import { type ObjectStore, openObjectStore } from '../api/s3/object-store.ts';
import type { RequestOrigin } from '../api/s3/policy.ts';
import { NO_POLICIES } from '../authorization/authority.ts';
import type { PhaseDelays } from '../faults/knobs.ts';
import { newTlsFront, type TlsFront } from './delaying-tls.ts';
import type { S3Counts, S3Requests, S3Setup } from './s3-requests.ts';

const PORT = 443;

/** Opens a listening socket in a namespace. */
export type Listen = (namespace: string, address: string, port: number) => Promise<Server>;

/** What the S3 process answers to its channel's requests. */
export type S3Service = { readonly [Kind in keyof S3Requests]: (body: S3Requests[Kind]) => unknown };

interface Front {
  readonly server: Server;
  readonly tls: TlsFront;
}

interface Running {
  readonly setup: S3Setup;
  readonly store: ObjectStore;
  keys: readonly AccessKey[];
  delays: PhaseDelays;
}

/** Through an endpoint there is no source address, as on AWS; else the peer's counts, whatever NAT has made of it. */
function originAt(request: IncomingMessage, vpcEndpointId: string | undefined): RequestOrigin {
  if (vpcEndpointId !== undefined) return { vpcEndpointId, secureTransport: true };
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '');
  return { ...(address === undefined ? {} : { sourceAddress: address }), secureTransport: true };
}

/**
 * The S3 data path: one store behind any number of TLS listeners, each of which knows how its callers came. `onFault` is told of
 * errors that are the lab's own.
 */
export function newS3Service(listen: Listen, onFault: (error: unknown) => void): S3Service {
  let running: Running | undefined;
  const fronts = new Map<string, Front[]>();
  const counts = { requests: 0, faults: 0 };

  const requireRunning = (): Running => {
    if (!running) throw new Error('the S3 process is not set up');
    return running;
  };
  const newFront = (state: Running, { vpcEndpointId, certificate }: S3Requests['listen']): TlsFront => {
    const { account, certificates } = state.setup;
    const answer = newS3Listener({
      handler: newS3Handler({
        store: state.store,
        account,
        originOf: (request) => originAt(request, vpcEndpointId),
        now: () => new Date(),
        // Functions come here, with their role, and roles' policies are not evaluated.
        authority: NO_POLICIES,
      }),
      keyring: () => ({ region: account.region, keys: state.keys }),
      nowMs: () => Date.now(),
      newRequestId: () => randomBytes(8).toString('hex').toUpperCase(),
      onFault: (error) => {
        counts.faults++;
        onFault(error);
      },
    });
    return newTlsFront({
      certs: certificate === undefined ? certificates : [certificate, ...certificates],
      delays: () => state.delays,
      onRequest: (request, response) => {
        counts.requests++;
        answer(request, response);
      },
    });
  };
  return {
    'set-up': (setup) => {
      if (running) throw new Error('the S3 process is set up already');
      running = { setup, store: openObjectStore(setup.storeFolder), keys: setup.keys, delays: setup.delays };
    },
    listen: async (request) => {
      const { namespace, address } = request;
      const tls = newFront(requireRunning(), request);
      const server = await listen(namespace, address, PORT);
      tls.attach(server);
      server.on('error', onFault);
      fronts.set(namespace, [...(fronts.get(namespace) ?? []), { server, tls }]);
    },
    close: async ({ namespace }) => {
      const closing = fronts.get(namespace) ?? [];
      fronts.delete(namespace);
      await Promise.all(closing.map(closeFront));
    },
    'set-keys': ({ keys }) => {
      requireRunning().keys = keys;
    },
    'set-delays': ({ delays }) => {
      requireRunning().delays = delays;
    },
    counts: (): S3Counts => ({ ...counts }),
  };
}

/** Resolves when the socket is closed and no connection is left that would hold its namespace. */
function closeFront({ server, tls }: Front): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    tls.close();
  });
}
