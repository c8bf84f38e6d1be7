import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import type { NetworkFabric } from './fabric.ts';
import { readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::RDS::DBSubnetGroup';
const PROPERTIES = ['DBSubnetGroupName', 'DBSubnetGroupDescription', 'SubnetIds', 'Tags'] as const;

/** Subnets in which a DB instance may be, in the template's order. */
export interface SubnetGroup {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly subnetIds: readonly string[];
}

/** Subnet groups of the account and who uses them. */
export interface SubnetGroups extends Realiser {
  /** Throws `DBSubnetGroupNotFoundFault`. */
  get(name: string): SubnetGroup;
  list(): readonly SubnetGroup[];
}

function checkSubnets(fabric: Pick<NetworkFabric, 'vpcOf' | 'zoneOf'>, subnetIds: readonly string[]): void {
  const unknown = subnetIds.filter((id) => fabric.vpcOf(id) === undefined);
  if (unknown.length > 0) throw new Refusal('InvalidSubnet', 400, `Some input subnets in :[${unknown.join(', ')}] are invalid.`);
  if (new Set(subnetIds.map((id) => fabric.vpcOf(id))).size > 1) {
    throw new Refusal('InvalidParameterValue', 400, 'The new Subnets are not in the same Vpc as the existing subnet group');
  }
  const zones = new Set(subnetIds.map((id) => fabric.zoneOf(id)));
  if (zones.size < 2) {
    const message = "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement.";
    throw new Refusal(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      400,
      `${message} Current AZ coverage: ${[...zones].join(', ') || 'none'}. Add subnets to cover at least 2 AZs.`,
    );
  }
}

/**
 * Keeps DB subnet groups: a list of subnets, checked as RDS does (they exist, one VPC, two zones). `usedBy` names the DB instance that
 * lives in a group; such a group cannot be deleted.
 */
export function newSubnetGroups(
  account: Account,
  fabric: Pick<NetworkFabric, 'vpcOf' | 'zoneOf'>,
  usedBy: (name: string) => string | undefined,
): SubnetGroups {
  const groups = new Map<string, SubnetGroup>();
  const create = async ({ properties, generatedName, tags }: RealiseRequest): Promise<Realised> => {
    const read = readProperties(TYPE, properties, PROPERTIES);
    const description = read.required('DBSubnetGroupDescription');
    const name = (read.text('DBSubnetGroupName') ?? generatedName).toLowerCase();
    if (groups.has(name)) throw new Refusal('DBSubnetGroupAlreadyExists', 400, `The DB subnet group '${name}' already exists.`);
    const subnetIds = read.texts('SubnetIds');
    checkSubnets(fabric, subnetIds);
    const arn = `arn:aws:rds:${account.region}:${account.accountId}:subgrp:${name}`;
    groups.set(name, { name, arn, description, vpcId: fabric.vpcOf(subnetIds[0] ?? '') ?? '', subnetIds, tags });
    return { physicalId: name, attributes: {} };
  };
  return {
    create,
    get: (name) => {
      const group = groups.get(name.toLowerCase());
      if (!group) throw new Refusal('DBSubnetGroupNotFoundFault', 404, `DB subnet group '${name}' does not exist.`);
      return group;
    },
    list: () => [...groups.values()],
    delete: async (name) => {
      const user = usedBy(name);
      if (user !== undefined) {
        const message = `Cannot delete the subnet group '${name}' because at least one database instance: ${user} is still using it.`;
        throw new Refusal('InvalidDBSubnetGroupStateFault', 400, message);
      }
      groups.delete(name);
    },
  };
}
