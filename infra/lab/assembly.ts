import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessKey, type Account, LAB_ACCOUNT_ID } from './account/identity.ts';
import type { Schedules } from './account/schedules.ts';
import { newAccountServices, startSchedules } from './account-services.ts';
import { newS3Handler } from './api/s3/handler.ts';
import { type ObjectStore, openObjectStore } from './api/s3/object-store.ts';
import { type RunningApi, startApi } from './api/server.ts';
import { newAuthority } from './authorization/authority.ts';
import { type CertificateAuthority, issue, newCertificateAuthority } from './certificates.ts';
import { type LabResolver, startResolver } from './dns/resolver.ts';
import { callPlace, enforcedUsers, newUserKey } from './enforced-identities.ts';
import { faultsMet, newCountdown } from './faults/countdown.ts';
import type { LabKnobs } from './faults/knobs.ts';
import { applyDelays, checkPlacesExist, type DelayedParts, delayedFromBirth } from './faults/lab-delays.ts';
import { newPathDelay, type PathDelayKnob } from './faults/path-delay.ts';
import { newRelayHost } from './faults/relay-host.ts';
import { newScaledClock, scaledMs } from './faults/scaled-clock.ts';
import { newStrikes, type Strikes } from './faults/strikes.ts';
import { newSynAckDelay, type SynAckDelay } from './faults/syn-ack-delay.ts';
import type { LabReady, LabStart } from './handshake.ts';
import { findCpuGroups } from './kernel/cpu-places.ts';
import { type CpuGroups, describeCpuGroups } from './kernel/cpu-quota.ts';
import { LAB_FOLDER } from './kernel/lab-mounts.ts';
import { bucketRealisers, readObject } from './realise/bucket.ts';
import { DATABASE_SHORTCUTS } from './realise/database/configuration.ts';
import { type Databases, dbRealisers } from './realise/db-realisers.ts';
import { type Ec2Realisers, ec2Realisers } from './realise/ec2.ts';
import { createFabric, type Fabric } from './realise/network/fabric.ts';
import type { Realisers } from './realise/realiser.ts';
import { newScheduleRealiser } from './realise/schedule.ts';
import { type Runtime, startRuntime } from './runtime/start.ts';
import { systemStackClock } from './stack/clock.ts';
import { newStackEngine, type StackEngine } from './stack/engine.ts';
import { randomStackIds } from './stack/ids.ts';
import { type InternetTarget, internetNames, startInternet } from './targets/internet.ts';
import { type LabS3Fronts, s3DnsNames, startS3Fronts } from './targets/s3-fronts.ts';

/** Everything that runs beside the API. */
interface Parts extends DelayedParts {
  readonly account: Account;
  readonly keys: AccessKey[];
  readonly knobs: () => LabKnobs;
  readonly store: ObjectStore;
  readonly resolver: LabResolver;
  readonly s3Fronts: LabS3Fronts;
  readonly fabric: Fabric;
  readonly internet: InternetTarget;
  readonly databases: Databases;
  readonly runtime: Runtime;
  /** Where functions get their share of the CPU, or why not. */
  readonly cpu: CpuGroups | { readonly why: string };
  readonly synAck: SynAckDelay;
  readonly path: PathDelayKnob;
}

/** A lab that answers. */
export interface Lab {
  readonly ready: LabReady;
  readonly api: RunningApi;
  /** Resolves with the reason when one of the lab's processes has ended. */
  readonly broken: Promise<string>;
}

function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}

/** Public names and their addresses: the same answer in every VPC and in default mode. */
async function publishNames(resolver: LabResolver, fabric: Fabric, internet: InternetTarget, region: string): Promise<void> {
  for (const name of internet.dnsNames) await resolver.setRecord(name, fabric.publicHosts.web.address);
  for (const name of s3DnsNames(region)) await resolver.setRecord(name, fabric.publicHosts.s3.address);
}

async function startParts(
  start: LabStart,
  account: Account,
  keys: AccessKey[],
  knobs: () => LabKnobs,
  rds: CertificateAuthority,
  strikes: Strikes,
): Promise<Parts> {
  const publicCa = await newCertificateAuthority('lambda-network-bench lab public CA', new Date());
  const publicCaFile = join(LAB_FOLDER, 'public-ca.pem');
  writeFileSync(publicCaFile, publicCa.certificatePem);
  const storeFolder = join(LAB_FOLDER, 's3');
  const store = openObjectStore(storeFolder);
  const certificates = [await issue(publicCa, s3DnsNames(account.region))];
  const resolver = startResolver();
  const s3Fronts = await startS3Fronts({ account, storeFolder, certificates, keys, delays: knobs().delays }, publicCa);
  const fabric = createFabric({ account, resolver, s3Fronts, newId, onHeldPoll: () => strikes.strike('interfaceReleasePolls') });
  await fabric.start();
  const { web, s3 } = fabric.publicHosts;
  await s3Fronts.listen(s3.namespace, s3.address);
  const internet = await startInternet({ host: web, authority: publicCa, names: internetNames(account.region), delays: knobs().delays });
  await publishNames(resolver, fabric, internet, account.region);
  const { postgresFolder, cacheFolder } = start;
  const databases = dbRealisers({ account, fabric, resolver, authority: rds, postgresFolder, cacheFolder, delays: () => knobs().delays });
  const register = {
    add: (key: AccessKey): void => {
      keys.push(key);
      void s3Fronts.setKeys(keys);
    },
    remove: (accessKeyId: string): void => {
      const at = keys.findIndex((key) => key.accessKeyId === accessKeyId);
      if (at >= 0) keys.splice(at, 1);
      void s3Fronts.setKeys(keys);
    },
  };
  const cpu = findCpuGroups(start.cpuOwner);
  const runtime = startRuntime({
    account,
    fabric,
    knobs,
    readObject: async (bucket, key) => readObject(store, bucket, key),
    keys: register,
    onStaleRead: () => strikes.strike('staleUpdatePolls'),
    folder: LAB_FOLDER,
    publicCaFile,
    ...('why' in cpu ? {} : { cpu }),
  });
  const relay = newRelayHost();
  const knobsOfDelay = { synAck: newSynAckDelay(relay), path: newPathDelay(relay) };
  return { account, keys, knobs, store, resolver, s3Fronts, fabric, internet, databases, runtime, cpu, ...knobsOfDelay };
}

function realisersOf(parts: Parts, ec2: Ec2Realisers, schedules: Schedules): Realisers {
  const { databases, runtime, store, account } = parts;
  return {
    ...ec2,
    'AWS::EC2::VPCEndpoint': delayedFromBirth(parts, ec2['AWS::EC2::VPCEndpoint']),
    'AWS::EC2::NatGateway': delayedFromBirth(parts, ec2['AWS::EC2::NatGateway']),
    ...databases.realisers,
    'AWS::RDS::DBInstance': delayedFromBirth(parts, databases.realisers['AWS::RDS::DBInstance']),
    ...bucketRealisers({ store, region: account.region, now: () => new Date() }),
    'AWS::IAM::Role': runtime.roleRealiser,
    'AWS::IAM::Policy': runtime.policyRealiser,
    'AWS::Logs::LogGroup': runtime.logGroupRealiser,
    'AWS::Lambda::Function': runtime.functionRealiser,
    'AWS::Scheduler::Schedule': newScheduleRealiser(schedules),
  };
}

/** Starts everything behind one endpoint on the host's loopback. Throws `ListenError` when the port is taken. */
export async function assembleLab(start: LabStart, onFault: (error: unknown) => void): Promise<Lab> {
  const { region } = start;
  const account: Account = { accountId: LAB_ACCOUNT_ID, region, zones: ['a', 'b', 'c'].map((letter) => `${region}${letter}`) };
  const operator = newUserKey(LAB_ACCOUNT_ID, 'lab-operator');
  const enforced = enforcedUsers(start.identities ?? [], LAB_ACCOUNT_ID, operator);
  const keys = [operator, ...enforced.keys];
  let knobs = start.knobs;
  const strikes = newStrikes();
  const rdsCa = await newCertificateAuthority('lambda-network-bench lab RDS CA', new Date());
  const parts = await startParts(start, account, keys, () => knobs, rdsCa, strikes);
  await applyDelays(parts);
  const authority = newAuthority(enforced.policies, callPlace(parts.fabric.context, parts.runtime));
  const notes = (): readonly string[] => [
    ...parts.fabric.describePaths(),
    ...[parts.path.describe() ?? []].flat(),
    DATABASE_SHORTCUTS,
    `Functions run with the Node that runs the lab (${process.version}), one process an environment, frozen between calls.`,
    describeCpuGroups(parts.cpu),
  ];
  const token = randomBytes(16).toString('hex');
  const ec2 = ec2Realisers(parts.fabric);
  const schedules = startSchedules(
    account,
    parts.runtime,
    systemStackClock,
    (ms) => scaledMs(knobs, ms),
    () => stacks,
    onFault,
  );
  const countdown = newCountdown();
  const stacks: StackEngine = newStackEngine({
    account,
    realisers: realisersOf(parts, ec2, schedules),
    clock: newScaledClock(systemStackClock, () => knobs),
    countdown,
    ids: randomStackIds,
    knobs: () => knobs,
    authority,
  });
  const s3 = newS3Handler({
    store: parts.store,
    account,
    originOf: () => ({ sourceAddress: '127.0.0.1', secureTransport: true }),
    now: () => new Date(),
    authority,
  });
  const { fabric, runtime, store, databases } = parts;
  const { context, zoneOf } = fabric;
  const wire = newAccountServices({ account, context, ec2, runtime, store, databases, stacks, schedules, zoneOf, authority, onFault });
  const api = await startApi({
    host: '127.0.0.1',
    port: start.port,
    account,
    keys,
    services: { stacks, functions: parts.runtime.functions, logs: parts.runtime.logs, s3, wire },
    admin: {
      token,
      knobs: () => knobs,
      setKnobs: (next) => {
        checkPlacesExist(parts, next);
        knobs = next;
        return applyDelays(parts);
      },
      achievedDelays: (since, handshakes) => parts.path.achieved(since, handshakes),
      facts: () => ({
        notes: notes(),
        databases: parts.databases.list(),
        faultsMet: faultsMet(knobs, countdown),
        strikes: strikes.counts(),
      }),
    },
    countdown,
    authority,
    clock: { epochMs: Date.now, monotonicMs: () => performance.now() },
    newRequestId: randomUUID,
    onFault,
  });
  const broken = Promise.race([
    parts.s3Fronts.ended,
    new Promise<string>((resolve) =>
      parts.runtime.child.once('exit', (code, signal) => resolve(`the runtime process ended with ${signal ?? code}`)),
    ),
  ]);
  const { accessKeyId, secretAccessKey } = operator;
  const endpoint = `http://127.0.0.1:${api.port}`;
  const ready = {
    endpoint,
    region,
    accountId: LAB_ACCOUNT_ID,
    accessKeyId,
    secretAccessKey,
    identities: enforced.named,
    token,
    rdsCaPem: rdsCa.certificatePem,
    notes: notes(),
    ...('why' in parts.cpu ? {} : { cpuGroups: parts.cpu.prefix }),
  };
  return { ready, api, broken };
}
