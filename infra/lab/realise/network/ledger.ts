import { Refusal } from '../../refusal.ts';
import type { AddressPool } from './address-pool.ts';
import type { Address, Cidr } from './ipv4.ts';
import type { SecurityRule } from './security-rule.ts';

/** A VPC and its router's namespace. */
export interface Vpc {
  readonly id: string;
  readonly block: Cidr;
  /** Namespace of the router that all its subnets hang on. */
  readonly router: string;
  /** Number of the main route table: what subnets without an association use; only the local route is in it. */
  readonly mainTable: number;
  readonly defaultGroupId: string;
  /** Whether the VPC has a resolver. */
  readonly dnsSupport: boolean;
  /** Kept as declared: it gives names to instances with public addresses, and the lab has none. */
  readonly dnsHostnames: boolean;
}

/** A subnet: a bridge in its VPC's router. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly router: string;
  readonly block: Cidr;
  readonly zone: string;
  /** Device name in the router. */
  readonly bridge: string;
  readonly addresses: AddressPool;
  /** Number of the route table in force. */
  readonly table: number;
  /** Kept as declared: it is for instances; a function's interface gets no public address by it. */
  readonly mapPublicIpOnLaunch: boolean;
  /** For sentences about it: its tag `Name`, else its id. */
  readonly name: string;
}

/** Where a route of a route table leads. */
export type RouteTarget =
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'vpc-endpoint'; readonly id: string }
  /** Its target is gone; EC2 shows such a route as `blackhole`. */
  | { readonly kind: 'blackhole' };

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** The kernel's number for it, in the VPC's router. */
  readonly number: number;
  /** By destination, canonical text. */
  readonly routes: Map<string, RouteTarget>;
}

export interface InternetGateway {
  readonly id: string;
  /** Absent while detached. */
  readonly attachment?: {
    readonly vpcId: string;
    /** Its end in the internet's namespace; absent while the link is being made. */
    readonly device?: string;
  };
}

export interface ElasticIp {
  readonly allocationId: string;
  readonly address: string;
  /** Absent while nothing uses it. */
  readonly natGatewayId?: string;
}

export interface NatGateway {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly allocationId: string;
  readonly namespace: string;
  readonly privateAddress: Address;
  readonly publicAddress: string;
  /** Its port in the VPC's router. */
  readonly device: string;
  /** Kept with it, for EC2 shows them also when it is gone. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly namespace: string;
  /** The VPC's router's device towards it. */
  readonly device: string;
  readonly routeTableIds: readonly string[];
}

/** S3 at an address of a subnet. */
export interface InterfaceEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** Its network interface, and that one's namespace and address. */
  readonly interfaceId: string;
  readonly namespace: string;
  readonly address: string;
  /** DNS names of its own; what is asked for stands before them: `bucket.`. */
  readonly names: readonly string[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
  /** Kept as declared: it is for people. */
  readonly description: string;
  /** By rule id, `sgr-…`. */
  readonly ingress: Map<string, SecurityRule>;
  readonly egress: Map<string, SecurityRule>;
  /** Whether the template gave a rule for outgoing traffic; while not, EC2's own stands in `egress`. */
  readonly ownEgress: boolean;
}

/** A network interface: a namespace with one leg in a subnet. */
export interface NetworkInterface {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly namespace: string;
  readonly address: Address;
  /** Its port in the VPC's router. */
  readonly device: string;
  /** Empty in AWS's own network, which filters nothing. */
  readonly groupIds: readonly string[];
  readonly description: string;
  /** A leg of one execution environment. AWS shows none of these: what it shows is the `LambdaInterface` behind them. */
  readonly isEnvironment: boolean;
}

/**
 * The interface that EC2 shows for the functions of one subnet and set of groups: it holds an address and outlives its functions. No
 * packet flows through it here; environments have legs of their own.
 */
export interface LambdaInterface {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly groupIds: readonly string[];
  readonly address: Address;
  readonly description: string;
  /** Names of functions that need it now. */
  readonly functions: ReadonlySet<string>;
  /** What becomes of it, once no function needs it; absent while one does. */
  readonly release?: {
    /** How often it is still to be shown as attached before it is `available`. */
    readonly pollsLeft: number;
    /** Whether the time has come for Lambda to take it away; it does so as soon as it is `available`. */
    readonly isDue: boolean;
  };
}

/** Everything that the network's realisers have made; by id. */
export interface Ledger {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: Map<string, RouteTable>;
  /** Association id → what is associated. */
  readonly associations: Map<string, { readonly subnetId: string; readonly routeTableId: string }>;
  readonly internetGateways: Map<string, InternetGateway>;
  /** By allocation id. */
  readonly elasticIps: Map<string, ElasticIp>;
  readonly natGateways: Map<string, NatGateway>;
  /** Gateway endpoints. */
  readonly endpoints: Map<string, VpcEndpoint>;
  readonly interfaceEndpoints: Map<string, InterfaceEndpoint>;
  readonly groups: Map<string, SecurityGroup>;
  readonly interfaces: Map<string, NetworkInterface>;
  readonly lambdaInterfaces: Map<string, LambdaInterface>;
  /** NAT gateways that are gone: EC2 goes on describing them as `deleted`. */
  readonly deletedNatGateways: Map<string, NatGateway>;
  /** Tags of each thing, by what CloudFormation calls it: its id, or an elastic address. */
  readonly tags: Map<string, Readonly<Record<string, string>>>;
}

export function newLedger(): Ledger {
  return {
    vpcs: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    associations: new Map(),
    internetGateways: new Map(),
    elasticIps: new Map(),
    natGateways: new Map(),
    endpoints: new Map(),
    interfaceEndpoints: new Map(),
    groups: new Map(),
    interfaces: new Map(),
    lambdaInterfaces: new Map(),
    deletedNatGateways: new Map(),
    tags: new Map(),
  };
}

/** EC2's code and noun for a thing that is not there. */
const NOT_FOUND = {
  vpcs: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnets: ['InvalidSubnetID.NotFound', 'subnet ID'],
  routeTables: ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  internetGateways: ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  elasticIps: ['InvalidAllocationID.NotFound', 'allocation ID'],
  natGateways: ['InvalidNatGatewayID.NotFound', 'natGateway ID'],
  groups: ['InvalidGroup.NotFound', 'security group'],
} as const;

type Found<Kind extends keyof typeof NOT_FOUND> = Ledger[Kind] extends Map<string, infer Thing> ? Thing : never;

/** The thing of that id; throws `Refusal` with EC2's `…NotFound` when there is none. */
export function find<Kind extends keyof typeof NOT_FOUND>(ledger: Ledger, kind: Kind, id: string): Found<Kind> {
  const thing = (ledger[kind] as unknown as ReadonlyMap<string, Found<Kind>>).get(id);
  if (thing !== undefined) return thing;
  const [code, noun] = NOT_FOUND[kind];
  throw new Refusal(code, 400, `The ${noun} '${id}' does not exist`);
}

/** EC2's refusal to delete what something else still needs. `noun` as EC2 writes it: `subnet`, `routeTable`. */
export function dependencyViolation(noun: string, id: string): Refusal {
  return new Refusal('DependencyViolation', 400, `The ${noun} '${id}' has dependencies and cannot be deleted.`);
}

/** The internet gateway attached to a VPC, or undefined. */
export function gatewayOf(ledger: Ledger, vpcId: string): InternetGateway | undefined {
  return [...ledger.internetGateways.values()].find((gateway) => gateway.attachment?.vpcId === vpcId);
}

/** The things of a map that a condition holds for. */
export function those<Thing>(things: ReadonlyMap<string, Thing>, holds: (thing: Thing) => boolean): Thing[] {
  return [...things.values()].filter(holds);
}
