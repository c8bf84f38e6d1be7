/** Names, the internet server and every delay on the way to it, on a two-host network; prints what was seen. */
import { execFileSync } from 'node:child_process';
import { newCertificateAuthority } from '../../../infra/lab/certificates.ts';
import { startResolver } from '../../../infra/lab/dns/resolver.ts';
import type { PhaseDelays } from '../../../infra/lab/faults/knobs.ts';
import { newSynAckDelay } from '../../../infra/lab/faults/syn-ack-delay.ts';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';
import { ipBatch } from '../../../infra/lab/kernel/ip.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { listenUdp } from '../../../infra/lab/kernel/listen.ts';
import { listNamespaces } from '../../../infra/lab/kernel/namespace.ts';
import { applyRules } from '../../../infra/lab/kernel/nft.ts';
import { spawnLabProcess } from '../../../infra/lab/kernel/node-process.ts';
import { RESOLVER_ADDRESS } from '../../../infra/lab/realise/network/addressing.ts';
import { internetNames, startInternet } from '../../../infra/lab/targets/internet.ts';
import { type Fetched, PHASES, type Phase } from './https-client.ts';
import { CLIENT, makeTwoHosts, SERVER } from './two-hosts.ts';

const DELAY_MS = 30;
const CALLS = 9;

mountLabFolders();
await makeTwoHosts();
await ipBatch(SERVER.namespace, [
  `addr add ${SERVER.address}/24 dev ${SERVER.device}`,
  `addr add ${RESOLVER_ADDRESS}/32 dev lo`,
  `link set ${SERVER.device} up`,
]);
await ipBatch(CLIENT.namespace, [`route add ${RESOLVER_ADDRESS} via ${SERVER.address}`]);
// As strict as a security group: only answers leave, only the ports of this test come in.
await applyRules(
  SERVER.namespace,
  [
    'table ip sg {',
    '  chain ingress {',
    '    type filter hook input priority filter; policy drop;',
    '    ct state established,related accept',
    '    tcp dport 443 accept',
    '    udp dport 53 accept',
    '  }',
    '  chain egress {',
    '    type filter hook output priority filter; policy drop;',
    '    ct state established,related accept',
    '  }',
    '}',
    '',
  ].join('\n'),
);

const authority = await newCertificateAuthority('Test public CA', new Date());
const resolver = startResolver();
await resolver.serve(SERVER.namespace, 'vpc-1');
const internet = await startInternet({ host: SERVER, authority, names: internetNames('us-east-1', ['extra.test']), delays: {} });
for (const name of internet.dnsNames) await resolver.setRecord(name, SERVER.address);
await resolver.setRecord('*.s3.us-east-1.amazonaws.com', SERVER.address);
const synAck = newSynAckDelay();
const client = openChannel(spawnLabProcess('https-client', { namespace: CLIENT.namespace }));
const ca = authority.certificatePem;
const get = (url: string): Promise<Fetched> => client.request('fetch', { url, ca });
const lookUp = (name: string): Promise<string> => client.request('lookup', { name });
const PING = 'https://dynamodb.us-east-1.amazonaws.com/ping';

async function medians(): Promise<Record<Phase, number>> {
  const seen: Fetched[] = [];
  for (let call = 0; call < CALLS; call++) seen.push(await get(PING));
  const middle = (values: number[]) => values.sort((left, right) => left - right)[Math.floor(CALLS / 2)];
  return Object.fromEntries(PHASES.map((phase) => [phase, middle(seen.map(({ phasesMs }) => phasesMs[phase]))])) as Record<Phase, number>;
}

async function under(delays: PhaseDelays): Promise<Record<Phase, number>> {
  await resolver.setAnswerDelay(delays.dnsAnswer ?? 0);
  await internet.setDelays(delays);
  await synAck.apply(delays.synAck ?? 0, [SERVER.namespace]);
  return medians();
}

async function sendNoise(): Promise<void> {
  const noise = await listenUdp(CLIENT.namespace, CLIENT.address, 40_000);
  for (const text of ['', 'noise', '\0\0\u0080']) await new Promise((resolve) => noise.send(text, 53, RESOLVER_ADDRESS, resolve));
  noise.close();
}

await get(PING);
const plain = await medians();
const slow: Record<string, Record<Phase, number>> = {};
for (const knob of ['dnsAnswer', 'tlsHandshake', 'firstByte', 'lastByte', 'synAck'] as const)
  slow[knob] = await under({ [knob]: DELAY_MS });
const relayCounts = await synAck.counts();
const namespacesWithRelay = listNamespaces();
const plainAgain = await under({});
await sendNoise();

const observed = {
  plain,
  slow,
  plainAgain,
  relayCounts,
  namespacesWithRelay,
  namespacesAfter: listNamespaces(),
  serverRules: execFileSync('nsenter', [`--net=/run/netns/${SERVER.namespace}`, '--', 'nft', 'list', 'tables'], {
    encoding: 'utf8',
  }).trim(),
  ping: await get(PING),
  extra: await get('https://extra.test/ping'),
  echo: await get('https://checkip.amazonaws.com/'),
  wildcard: await lookUp('any-bucket.s3.us-east-1.amazonaws.com'),
  unknown: await lookUp('example.com'),
  dns: await resolver.counts(),
  removed: await resolver.removeRecord('extra.test').then(() => lookUp('extra.test')),
  twice: await resolver.serve(SERVER.namespace, 'vpc-1').catch((error: Error) => error.message),
  taken: await startInternet({ host: SERVER, authority, names: internetNames('us-east-1'), delays: {} }).then(
    () => 'started',
    (error: Error) => error.message,
  ),
};
await resolver.stop('vpc-1');
const stopped = await lookUp('checkip.amazonaws.com');
await resolver.serve(SERVER.namespace, 'vpc-1');
const servedAgain = await lookUp('checkip.amazonaws.com');
await Promise.all([resolver.close(), internet.close(), synAck.close()]);
process.stdout.write(`${JSON.stringify({ ...observed, stopped, servedAgain })}\n`);
process.exit(0);
