/** Makes DB instances on a two-host network, uses them from the other host, and prints what was seen. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { newCertificateAuthority } from '../../../infra/lab/certificates.ts';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';
import { ipBatch } from '../../../infra/lab/kernel/ip.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { spawnLabProcess } from '../../../infra/lab/kernel/node-process.ts';
import type { DatabaseDelays } from '../../../infra/lab/realise/database/delays.ts';
import { dbRealisers } from '../../../infra/lab/realise/db-realisers.ts';
import type { Attempt, AttemptOutcome } from './pg-client.ts';
import { CLIENT, makeTwoHosts, SERVER } from './two-hosts.ts';

const PASSWORD = 'correct-Horse_9battery';
const QUERY = 'select inet_client_addr()::text as address';
const LEFTOVERS =
  "select (select count(*) from pg_event_trigger) + (select count(*) from pg_namespace where nspname = 'lab_delay') + (select count(*) from pg_db_role_setting) as left";
const CALLS = 7;

mountLabFolders();
await makeTwoHosts();
const cacheFolder = process.env['TEST_CACHE'] ?? '';
const authority = await newCertificateAuthority('Test RDS CA', new Date());
const foreign = await newCertificateAuthority('Foreign CA', new Date());
const records = new Map<string, string>();
const attached = new Set<string>();
const addresses = [SERVER.address, '10.99.0.11', '10.99.0.12'];
let delays: DatabaseDelays = {};
let brokenNext = false;

const databases = dbRealisers({
  account: { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] },
  fabric: {
    attach: async ({ subnetId }) => {
      const address = brokenNext ? '10.99.77.77' : (addresses.shift() ?? '');
      if (!brokenNext) await ipBatch(SERVER.namespace, [`addr add ${address}/24 dev ${SERVER.device}`, `link set ${SERVER.device} up`]);
      const id = `eni-${address}`;
      attached.add(id);
      return { id, namespace: SERVER.namespace, address, ...(subnetId === undefined ? {} : { subnetId }) };
    },
    detach: async (id) => void attached.delete(id),
    vpcOf: (id) => (id.startsWith('subnet-') ? 'vpc-1' : undefined),
    zoneOf: (id) => (id === 'subnet-a' ? 'us-east-1a' : 'us-east-1b'),
  },
  resolver: {
    setRecord: async (name, address) => void records.set(name, address),
    removeRecord: async (name) => void records.delete(name),
  },
  authority,
  postgresFolder: process.env['TEST_POSTGRES'] ?? '',
  cacheFolder,
  delays: () => delays,
});
const groups = databases.realisers['AWS::RDS::DBSubnetGroup'];
const instances = databases.realisers['AWS::RDS::DBInstance'];
const request = (logicalId: string, properties: Record<string, unknown>) => ({
  logicalId,
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/1',
  stackName: 'test',
  properties,
  tags: {},
  generatedName: `test-${logicalId}-abcdefghijkl`,
});
const base = {
  DBInstanceClass: 'db.t4g.micro',
  AllocatedStorage: '20',
  Engine: 'postgres',
  MasterUsername: 'lnb',
  MasterUserPassword: PASSWORD,
  DBName: 'lnb',
};

// A copy that a kill cut off long ago.
const halfCopy = join(cacheFolder, '.postgresql-half');
mkdirSync(halfCopy, { recursive: true });
utimesSync(halfCopy, 0, 0);

const { physicalId: group } = await groups.create(
  request('Group', { DBSubnetGroupDescription: 'test', SubnetIds: ['subnet-a', 'subnet-b'] }),
);
const wanted = (identifier: string) => request(identifier, { ...base, DBInstanceIdentifier: identifier, DBSubnetGroupName: group });
const startedAt = performance.now();
const [first, second] = await Promise.all([instances.create(wanted('First-DB')), instances.create(wanted('second'))]);
const firstInitialisationMs = performance.now() - startedAt;
const secondStart = performance.now();
delays = { databaseQuery: 60 };
const third = await instances.create(
  request('Third', { ...base, DBName: undefined, DBSubnetGroupName: group, AvailabilityZone: 'us-east-1b', Port: 6000 }),
);
const laterStartMs = performance.now() - secondStart;

const client = openChannel(spawnLabProcess('pg-client', { namespace: CLIENT.namespace }));
const serverName = first.attributes['Endpoint.Address'] ?? '';
const login: Attempt = {
  ...{ address: records.get(serverName) ?? '', port: 5432, user: 'lnb', password: PASSWORD, database: 'lnb', query: QUERY },
  tls: { ca: authority.certificatePem, serverName },
};
const attempt = (change: Partial<Attempt> = {}): Promise<AttemptOutcome> => client.request('attempt', { ...login, ...change });
const withoutTls = ({ tls: _tls, ...rest }: Attempt): Attempt => rest;

/** The least of some calls, by stage: a delay is in every call, and what the machine does beside it can only add. */
async function leastTimes(): Promise<{ readonly loginMs: number; readonly queryMs: number }> {
  const seen: { loginMs: number; queryMs: number }[] = [];
  for (let call = 0; call < CALLS; call++) {
    const outcome = await attempt();
    if (outcome.kind === 'error') throw new Error(outcome.message);
    seen.push(outcome);
  }
  return { loginMs: Math.min(...seen.map(({ loginMs }) => loginMs)), queryMs: Math.min(...seen.map(({ queryMs }) => queryMs)) };
}

async function under(wantedDelays: DatabaseDelays) {
  delays = wantedDelays;
  await databases.setDelays(delays);
  return leastTimes();
}

function processesNamed(name: string): number {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
      } catch {
        return false;
      }
    }).length;
}

/** Of a process that ends while it is looked at there is none. */
const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
const commandLines = () =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(commandLine)
    .join('\n');
const filesWithPassword = () => {
  try {
    return execFileSync('grep', ['-rl', '--', PASSWORD, '/run/lab/db'], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
};
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: Error & { code?: string }) => `${error.code ?? ''}: ${error.message}`,
  );

const observed = {
  first,
  second: second.physicalId,
  third: third.physicalId,
  firstInitialisationMs,
  laterStartMs,
  records: [...records],
  cache: readdirSync(cacheFolder),
  good: await attempt(),
  goodByPort: await attempt({
    ...{ port: 6000, address: records.get(third.attributes['Endpoint.Address'] ?? '') ?? '', database: 'postgres' },
    tls: { ca: authority.certificatePem, serverName: third.attributes['Endpoint.Address'] ?? '' },
  }),
  master: await attempt({ query: 'select rolsuper from pg_roles where rolname = current_user' }),
  wrongPassword: await attempt({ password: 'wrong-password' }),
  withoutTls: (await client.request('attempt', withoutTls(login))) as AttemptOutcome,
  foreignAuthority: await attempt({ tls: { ca: foreign.certificatePem, serverName } }),
  otherName: await attempt({ tls: { ca: authority.certificatePem, serverName: 'other.us-east-1.rds.amazonaws.com' } }),
  passwordInCommandLine: commandLines().includes(PASSWORD),
  filesWithPassword: filesWithPassword(),
  plain: await leastTimes(),
  slowAuth: await under({ databaseAuth: 60 }),
  slowQuery: await under({ databaseQuery: 60 }),
  slowQueryAnswer: await attempt(),
  slowBoth: await under({ databaseAuth: 60, databaseQuery: 60 }),
  plainAgain: await under({}),
  leftovers: await attempt({ query: LEFTOVERS }),
  described: databases.list().map(({ described }) => described)[0],
  duplicate: await refusal(instances.create(wanted('first-db'))),
  groupInUse: await refusal(groups.delete(group)),
  serversWhileUp: processesNamed('bin/postgres'),
};

brokenNext = true;
const attachedBefore = attached.size;
const broken = await refusal(instances.create(wanted('broken')));
const afterBroken = { attached: attached.size - attachedBefore, folder: existsSync('/run/lab/db/broken'), listed: databases.list().length };
brokenNext = false;
for (const { physicalId } of [first, second, third]) await instances.delete(physicalId);
await instances.delete('never-there');
await groups.delete(group);

process.stdout.write(
  `${JSON.stringify({
    ...observed,
    broken,
    afterBroken,
    after: {
      servers: processesNamed('bin/postgres'),
      records: records.size,
      attached: attached.size,
      folders: readdirSync('/run/lab/db').filter((name) => !name.startsWith('.')),
      sharedMemory: readdirSync('/dev/shm').filter((name) => name.startsWith('PostgreSQL')),
    },
  })}\n`,
);
process.exit(0);
