import type { Account } from './account/identity.ts';
import type { ObjectStore } from './api/s3/object-store.ts';
import type { TaggedResource } from './api/tagging.ts';
import type { Databases } from './realise/db-realisers.ts';
import type { Ledger } from './realise/network/ledger.ts';
import type { Runtime } from './runtime/start.ts';
import type { StackService } from './stack/service.ts';

/** Where things with tags are. */
export interface TaggedParts {
  readonly account: Account;
  readonly context: { readonly ledger: Ledger };
  readonly store: Pick<ObjectStore, 'listBuckets'>;
  readonly runtime: Pick<Runtime, 'functions' | 'logs'>;
  readonly databases: Pick<Databases, 'list' | 'listGroups'>;
  readonly stacks: Pick<StackService, 'describe'>;
}

type Tags = TaggedResource['tags'];

/** All that the Resource Groups Tagging API knows of in the account, with its tags. */
export function taggedResources(parts: TaggedParts): readonly TaggedResource[] {
  const { region, accountId } = parts.account;
  const place = `${region}:${accountId}`;
  const { logs, functions } = parts.runtime;
  return [
    ...networkResources(parts.context.ledger, (kind, id, tags) => ({ arn: `arn:aws:ec2:${place}:${kind}/${id}`, tags })),
    ...parts.store.listBuckets().map(({ name, tags }) => ({ arn: `arn:aws:s3:::${name}`, tags })),
    ...functions.list().map(({ functionArn, tags }) => ({ arn: functionArn, tags })),
    ...logs.groups().map(({ name, tags }) => ({ arn: `arn:aws:logs:${place}:log-group:${name}`, tags })),
    ...[...parts.databases.list(), ...parts.databases.listGroups()].map(({ arn, tags }) => ({ arn, tags })),
    ...parts.stacks
      .describe()
      .map(({ stackId, tags }) => ({ arn: stackId, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) })),
  ];
}

function networkResources(ledger: Ledger, resource: (kind: string, id: string, tags: Tags) => TaggedResource): readonly TaggedResource[] {
  const kinds: readonly (readonly [kind: string, ids: Iterable<string>])[] = [
    ['vpc', ledger.vpcs.keys()],
    ['subnet', ledger.subnets.keys()],
    ['route-table', ledger.routeTables.keys()],
    ['internet-gateway', ledger.internetGateways.keys()],
    ['natgateway', ledger.natGateways.keys()],
    ['vpc-endpoint', ledger.endpoints.keys()],
    ['security-group', ledger.groups.keys()],
  ];
  const byId = kinds.flatMap(([kind, ids]) => [...ids].map((id) => resource(kind, id, ledger.tags.get(id) ?? {})));
  const addresses = [...ledger.elasticIps.values()].map(({ allocationId, address }) =>
    resource('elastic-ip', allocationId, ledger.tags.get(address) ?? {}),
  );
  return [...byId, ...addresses];
}
