/** Starts the S3 process with a public and an endpoint listener, uses it from a third namespace, and prints what was seen. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AccessKey } from '../../../infra/lab/account/identity.ts';
import { openObjectStore } from '../../../infra/lab/api/s3/object-store.ts';
import { issue, newCertificateAuthority } from '../../../infra/lab/certificates.ts';
import { ipBatch } from '../../../infra/lab/kernel/ip.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { createNamespace } from '../../../infra/lab/kernel/namespace.ts';
import { bucketRealisers, readObject } from '../../../infra/lab/realise/bucket.ts';
import { s3DnsNames, startS3Fronts } from '../../../infra/lab/targets/s3-fronts.ts';
import type { S3Outcome, S3Step } from './s3-client.ts';
import { CLIENT, makeTwoHosts, SERVER } from './two-hosts.ts';

const ENDPOINT = { namespace: 'tendpoint', address: '10.99.1.10', id: 'vpce-0a1b2c3d4e5f60718' } as const;
const BUCKET = 'proof-of-the-lab';
const ARN = 'arn:aws:iam::123456789012:';
const ROLE: AccessKey = {
  accessKeyId: 'ASIAROLE',
  secretAccessKey: 'role-secret',
  sessionToken: 'token',
  principalArn: `${ARN}role/probe`,
};
const LATER: AccessKey = { ...ROLE, accessKeyId: 'ASIALATER', secretAccessKey: 'later-secret' };

mountLabFolders();
await makeTwoHosts();
await ipBatch(SERVER.namespace, [`addr add ${SERVER.address}/24 dev ${SERVER.device}`, `link set ${SERVER.device} up`]);
await createNamespace({
  name: ENDPOINT.namespace,
  forwards: false,
  links: [`link add ep0 type veth peer name ep1 netns ${CLIENT.namespace}`, `addr add ${ENDPOINT.address}/24 dev ep0`, 'link set ep0 up'],
});
await ipBatch(CLIENT.namespace, ['addr add 10.99.1.20/24 dev ep1', 'link set ep1 up']);

const authority = await newCertificateAuthority('Test CA', new Date());
const foreign = await newCertificateAuthority('Foreign CA', new Date());
const store = openObjectStore('/run/lab/s3');
const realisers = bucketRealisers({ store, region: 'us-east-1', now: () => new Date() });
const deny = (key: string, Condition: unknown) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${BUCKET}/${key}`,
  Condition,
});
const statements = [
  deny('endpoint', { StringNotEquals: { 'aws:SourceVpce': ENDPOINT.id } }),
  deny('address', { NotIpAddress: { 'aws:SourceIp': CLIENT.address } }),
  deny('neither', { StringEquals: { 'aws:SourceVpce': ENDPOINT.id } }),
  deny('neither', { IpAddress: { 'aws:SourceIp': CLIENT.address } }),
];
const request = (logicalId: string, properties: Record<string, unknown>) => ({
  logicalId,
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/1',
  stackName: 'test',
  properties,
  tags: {},
  generatedName: `test-${logicalId}`,
});
await realisers['AWS::S3::Bucket'].create(request('data', { BucketName: BUCKET }));
await realisers['AWS::S3::BucketPolicy'].create(request('policy', { Bucket: BUCKET, PolicyDocument: { Statement: statements } }));
for (const key of ['endpoint', 'address', 'neither', 'timed']) {
  const upload = store.newUpload();
  upload.write(Buffer.alloc(1024, key));
  const checksum = { algorithm: 'CRC64NVME', value: '' } as const;
  upload.commit(BUCKET, {
    key,
    sizeBytes: 1024,
    etag: '0',
    lastModified: '2026-01-01T00:00:00.000Z',
    checksum,
    headers: {},
    userMetadata: {},
  });
}

const fronts = await startS3Fronts(
  {
    account: { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a'] },
    storeFolder: '/run/lab/s3',
    certificates: [await issue(authority, s3DnsNames('us-east-1'))],
    keys: [ROLE],
    delays: {},
  },
  authority,
);
await fronts.listen(SERVER.namespace, SERVER.address);
await fronts.listen(ENDPOINT.namespace, ENDPOINT.address, ENDPOINT.id);

async function run(steps: readonly (Partial<S3Step> & { readonly name: string })[]): Promise<Record<string, S3Outcome>> {
  const common = { address: SERVER.address, kind: 'get', key: 'timed', caPem: authority.certificatePem, credentials: ROLE, bucket: BUCKET };
  const program = join(dirname(fileURLToPath(import.meta.url)), 's3-client.mjs');
  const args = [`--net=/run/netns/${CLIENT.namespace}`, '--', process.execPath, '--no-warnings', program];
  const env = { PATH: process.env['PATH'] ?? '', TEST_STEPS: JSON.stringify(steps.map((step) => ({ ...common, ...step }))) };
  const { stdout } = await promisify(execFile)('nsenter', args, { env, timeout: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, S3Outcome>;
}

const proofs = ['endpoint', 'address', 'neither'];
const paths = await run([
  ...proofs.map((key) => ({ name: `public ${key}`, key })),
  ...proofs.map((key) => ({ name: `endpoint ${key}`, key, address: ENDPOINT.address })),
  { name: 'large', kind: 'put', key: 'large' },
  { name: 'foreign CA', caPem: foreign.certificatePem },
  { name: 'wrong secret', credentials: { ...ROLE, secretAccessKey: 'guess' } },
  { name: 'no token', credentials: { accessKeyId: ROLE.accessKeyId, secretAccessKey: ROLE.secretAccessKey } },
  { name: 'noise', kind: 'noise' },
  { name: 'after noise' },
  { name: 'key of later', credentials: LATER },
]);
await fronts.setKeys([LATER]);
const afterKeys = await run([{ name: 'role' }, { name: 'later', credentials: LATER }]);
await fronts.setKeys([ROLE]);

const plain = await run([{ name: 'm', kind: 'medians' }]);
await fronts.setDelays({ firstByte: 30 });
const slowFirstByte = await run([{ name: 'm', kind: 'medians' }]);
await fronts.setDelays({ tlsHandshake: 30 });
const slowHandshake = await run([{ name: 'm', kind: 'medians' }]);
await fronts.setDelays({});

await fronts.close(ENDPOINT.namespace);
const afterClose = await run([{ name: 'endpoint', address: ENDPOINT.address }, { name: 'public' }]);
await fronts.listen(ENDPOINT.namespace, ENDPOINT.address, ENDPOINT.id);
const reopened = await run([{ name: 'endpoint', address: ENDPOINT.address, key: 'endpoint' }]);
const counts = await fronts.counts();
const taken = await fronts.listen(SERVER.namespace, SERVER.address).then(
  () => 'listening',
  (error: Error) => error.message,
);
const large = readObject(store, BUCKET, 'large').length;
await fronts.stop();
const ended = await fronts.ended;
process.stdout.write(
  `${JSON.stringify({ paths, afterKeys, plain, slowFirstByte, slowHandshake, afterClose, reopened, counts, taken, large, ended })}\n`,
);
process.exit(0);
