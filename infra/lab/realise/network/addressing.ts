import { cidr } from './ipv4.ts';

/** Public addresses of the lab's hosts and of S3: TEST-NET-2 (RFC 5737), never routed outside. */
export const PUBLIC_HOSTS = {
  web: { namespace: 'web', address: '198.51.100.10' },
  s3: { namespace: 's3', address: '198.51.100.80' },
} as const;

/** The lab's internet: a router of its own. */
export const INTERNET = 'inet';

/** What the internet answers its neighbours by, on every link. */
export const INTERNET_ADDRESS = '198.51.100.1';

/** Elastic IP addresses: TEST-NET-3 (RFC 5737). */
export const ELASTIC_BLOCK = cidr('203.0.113.0/24');

/** Where functions without a VPC come from: TEST-NET-1 (RFC 5737). */
export const AWS_PUBLIC_ADDRESS = '192.0.2.10';

/** Private addresses of AWS's own network: shared address space (RFC 6598), which no template's VPC has to avoid. */
export const AWS_BLOCK = cidr('100.64.0.0/16');

/**
 * Not reachable over the internet; it discards them silently, as networks do, so that a client hangs until its own
 * timeout instead of being refused (RFC 1918, RFC 6598, RFC 3927).
 */
export const PRIVATE_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'] as const;

/** Next hop that every VPC router has towards its gateway links: the IPv4 dummy address (RFC 7600). */
export const ROUTER_ADDRESS = '192.0.0.8';

/** The other end of a gateway endpoint's link, from the same special block (RFC 7335 reserves it for such links). */
export const ENDPOINT_ADDRESS = '192.0.0.2';

/** The resolver of every VPC and of default mode (VPC User Guide, "Amazon DNS server"). */
export const RESOLVER_ADDRESS = '169.254.169.253';

/** S3's addresses as route tables and security groups name them. The id is the one AWS uses in us-east-1. */
export const S3_PREFIX_LIST = { id: 'pl-63a5400a', block: cidr('198.51.100.80/28') } as const;

/** Routing rules of a VPC router, in the order in which the kernel asks them. */
export const RULE_ORDER = {
  /** Table main: the subnets, and silence for the rest of the VPC's block. AWS's `local` route, before any other. */
  local: 100,
  /** One a subnet: its route table. */
  subnet: 1000,
  /** What comes in by the internet gateway. */
  internetGateway: 2000,
  /** Nothing matched: silence. */
  nowhere: 30000,
} as const;

/** The routing table for what comes in by the internet gateway: elastic address → its network interface. */
export const INTERNET_GATEWAY_TABLE = 900;

/** First number for route tables; each gets its own. */
export const FIRST_ROUTE_TABLE = 1000;

/** Device of a VPC router towards the internet. */
export const INTERNET_GATEWAY_DEVICE = 'igw';
