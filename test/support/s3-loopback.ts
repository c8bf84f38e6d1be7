import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { AccessKey } from '../../infra/lab/account/identity.ts';
import { newS3Handler } from '../../infra/lab/api/s3/handler.ts';
import { newS3Listener } from '../../infra/lab/api/s3/listener.ts';
import { type ObjectStore, openObjectStore } from '../../infra/lab/api/s3/object-store.ts';
import type { RequestOrigin } from '../../infra/lab/api/s3/policy.ts';
import { NO_POLICIES } from '../../infra/lab/authorization/authority.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '123456789012';

/** A user's key and a role's, with a session token. */
export const USER_KEY: AccessKey = {
  accessKeyId: 'AKIALABUSER000000001',
  secretAccessKey: 'user-secret/with+signs',
  principalArn: `arn:aws:iam::${ACCOUNT_ID}:user/driver`,
};
export const ROLE_KEY: AccessKey = {
  accessKeyId: 'ASIALABROLE000000001',
  secretAccessKey: 'role-secret',
  sessionToken: 'role-session-token==',
  principalArn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/probe/session`,
};

/** The lab's S3 on loopback over http, on a folder of its own. */
export interface LoopbackS3 {
  readonly root: string;
  readonly store: ObjectStore;
  readonly endpoint: string;
  readonly faults: readonly unknown[];
  /** The origin that the next requests seem to have. */
  comeFrom(origin: RequestOrigin): void;
  client(config?: Partial<S3ClientConfig>): S3Client;
  stop(): Promise<void>;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

export async function startLoopbackS3(bucket: string): Promise<LoopbackS3> {
  const root = mkdtempSync(join(tmpdir(), 'lnb-s3-'));
  const store = openObjectStore(root);
  store.createBucket({ name: bucket, createdAt: new Date().toISOString(), properties: {}, tags: {} });
  let origin: RequestOrigin = { sourceAddress: '127.0.0.1', secureTransport: true };
  const faults: unknown[] = [];
  let requests = 0;
  const server = createServer(
    newS3Listener({
      handler: newS3Handler({
        store,
        account: { accountId: ACCOUNT_ID, region: REGION, zones: ['us-east-1a'] },
        originOf: () => origin,
        now: () => new Date(),
        authority: NO_POLICIES,
      }),
      keyring: () => ({ region: REGION, keys: [USER_KEY, ROLE_KEY] }),
      nowMs: () => Date.now(),
      newRequestId: () => (++requests).toString(16).toUpperCase().padStart(16, '0'),
      onFault: (error) => faults.push(error),
    }),
  );
  const endpoint = await listen(server);
  const clients: S3Client[] = [];
  return {
    root,
    store,
    endpoint,
    faults,
    comeFrom: (next) => {
      origin = next;
    },
    client: (config = {}) => {
      const client = new S3Client({ region: REGION, endpoint, credentials: USER_KEY, maxAttempts: 1, ...config });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
