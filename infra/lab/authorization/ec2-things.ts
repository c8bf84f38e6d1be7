import type { Account } from '../account/identity.ts';
import type { Asked } from './identity-policy.ts';

export type Tags = Readonly<Record<string, string>>;

/** How EC2's ids begin, and the word for the thing in its ARN. */
const KINDS: Readonly<Record<string, string>> = {
  vpc: 'vpc',
  subnet: 'subnet',
  rtb: 'route-table',
  igw: 'internet-gateway',
  nat: 'natgateway',
  eipalloc: 'elastic-ip',
  vpce: 'vpc-endpoint',
  sg: 'security-group',
  eni: 'network-interface',
};

/** All ids of EC2 things in a value, however deep. */
export function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return kindOfId(value) === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(idsIn);
}

function kindOfId(id: string): string | undefined {
  const [, prefix = ''] = /^([a-z]+)-[0-9a-f]+$/.exec(id) ?? [];
  return Object.hasOwn(KINDS, prefix) ? KINDS[prefix] : undefined;
}

/** Tags as condition keys: `aws:ResourceTag/…` of what is there, `aws:RequestTag/…` of what the request asks for. */
export function tagContext(where: 'resource' | 'request', tags: Tags): Asked['context'] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:${where}tag/${key.toLowerCase()}`, value]));
}

/** An action on a thing that is there. */
export function onThing(account: Account, action: string, id: string, tags: Tags): Asked {
  return { action, resource: ec2Arn(account, kindOfId(id) ?? id, id), context: tagContext('resource', tags) };
}

/** ARN of a thing in EC2; `new` where it has no id yet, as a pattern `kind/*` takes any. */
export function ec2Arn({ region, accountId }: Account, kind: string, id = 'new'): string {
  return `arn:aws:ec2:${region}:${accountId}:${kind}/${id}`;
}
