import { S3_PREFIX_LIST } from '../../realise/network/addressing.ts';
import { formatCidr } from '../../realise/network/ipv4.ts';
import { find, type RouteTable, type RouteTarget, those } from '../../realise/network/ledger.ts';
import type { XmlStructure } from '../protocol/xml.ts';
import { type Description, type Ec2State, tagsIn } from './describe.ts';

/** A route table as EC2 shows it; the main one is made with its VPC, and stays as long. */
export interface ShownTable {
  readonly id: string;
  readonly vpcId: string;
  readonly routes: RouteTable['routes'];
  readonly isMain: boolean;
  readonly associations: readonly { readonly id: string; readonly subnetId?: string }[];
}

/** Ids of a VPC's main table and of its association: they are the VPC's own, in another kind's dress. */
function mainId(vpcId: string, prefix: 'rtb' | 'rtbassoc'): string {
  return vpcId.replace(/^vpc/, prefix);
}

/** All tables of the account, the main ones included. */
export function shownTables({ context }: Ec2State): readonly ShownTable[] {
  const { vpcs, routeTables, associations } = context.ledger;
  const main = [...vpcs.keys()].map((vpcId) => ({
    id: mainId(vpcId, 'rtb'),
    vpcId,
    routes: new Map<string, RouteTarget>(),
    isMain: true,
    associations: [{ id: mainId(vpcId, 'rtbassoc') }],
  }));
  const own = those(routeTables, () => true).map(({ id, vpcId, routes }) => ({
    id,
    vpcId,
    routes,
    isMain: false,
    associations: [...associations].flatMap(([associationId, { routeTableId, subnetId }]) =>
      routeTableId === id ? [{ id: associationId, subnetId }] : [],
    ),
  }));
  return [...main, ...own];
}

/** DescribeRouteTables. */
export const ROUTE_TABLES: Description<ShownTable> = {
  idParameter: 'RouteTableId',
  idOf: ({ id }) => id,
  notFound: ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  set: 'routeTableSet',
  things: shownTables,
  filters: {
    'route-table-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'association.main': ({ isMain }) => [String(isMain)],
    'association.subnet-id': ({ associations }) => associations.flatMap(({ subnetId }) => subnetId ?? []),
    'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: (table, state) => ({
    routeTableId: table.id,
    vpcId: table.vpcId,
    ownerId: state.account.accountId,
    routeSet: [formatLocal(table, state), ...[...table.routes].map(formatRoute)],
    associationSet: table.associations.map(({ id, subnetId }) => ({
      routeTableAssociationId: id,
      routeTableId: table.id,
      subnetId,
      main: table.isMain,
      associationState: { state: 'associated' },
    })),
  }),
};

function formatLocal({ vpcId }: ShownTable, { context }: Ec2State): XmlStructure {
  const destinationCidrBlock = formatCidr(find(context.ledger, 'vpcs', vpcId).block);
  return { destinationCidrBlock, gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' };
}

function formatRoute([destination, target]: readonly [string, RouteTarget]): XmlStructure {
  const state = target.kind === 'blackhole' ? 'blackhole' : 'active';
  switch (target.kind) {
    case 'vpc-endpoint':
      return { destinationPrefixListId: S3_PREFIX_LIST.id, gatewayId: target.id, state, origin: 'CreateRoute' };
    case 'internet-gateway':
      return { destinationCidrBlock: destination, gatewayId: target.id, state, origin: 'CreateRoute' };
    case 'nat-gateway':
      return { destinationCidrBlock: destination, natGatewayId: target.id, state, origin: 'CreateRoute' };
    case 'blackhole':
      return { destinationCidrBlock: destination, state, origin: 'CreateRoute' };
  }
}
