import { Refusal } from '../refusal.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatJsonAnswer, parseTarget } from './protocol/json.ts';
import { type Members, parseMembers } from './protocol/members.ts';
import type { WireService } from './protocol/wire.ts';
import { pageByToken } from './token-page.ts';

/** A resource that has, or may have, tags. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

const INVALID = 'InvalidParameterException';

/**
 * The Resource Groups Tagging API: GetResources with tag and type filters, in pages; any other operation is `UnknownOperationException` by name.
 * As on AWS it shows resources that have a tag now; roles are not among what it knows.
 */
export function newTaggingService(resources: () => readonly TaggedResource[]): WireService {
  return (call) => {
    const name = parseTarget(call.headers['x-amz-target']) ?? '';
    if (name !== 'GetResources')
      throw refuseUnknown('json', `The lab does not realise the operation ${name || '(none named)'} of tagging.`);
    return formatJsonAnswer(getResources(parseMembers(call.body, name, INVALID), resources()));
  };
}

function getResources(members: Members, resources: readonly TaggedResource[]): object {
  const filters = members.objects('TagFilters').map(parseFilter);
  const types = members.texts('ResourceTypeFilters') ?? [];
  const count = members.integer('ResourcesPerPage', 1, 100) ?? 50;
  // An empty token is none: AWS answers the last page with one, and clients send it back.
  const token = members.text('PaginationToken') || undefined;
  members.finish();
  const tagged = resources.filter(({ tags }) => Object.keys(tags).length > 0);
  const found = tagged.filter(({ arn, tags }) => filters.every((holds) => holds(tags)) && isOfType(arn, types));
  const { page, next } = pageByToken(
    found,
    token,
    count,
    () => new Refusal('PaginationTokenExpiredException', 400, 'The token is invalid.'),
  );
  return {
    PaginationToken: next ?? '',
    ResourceTagMappingList: page.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** A filter without values asks for the key alone. */
function parseFilter(filter: Members): (tags: TaggedResource['tags']) => boolean {
  const key = filter.requiredText('Key');
  const values = filter.texts('Values') ?? [];
  filter.finish();
  return (tags) => Object.hasOwn(tags, key) && (values.length === 0 || values.includes(tags[key] ?? ''));
}

/** `ec2` or `ec2:vpc`: a service, or a service and the kind that stands in its ARNs. */
function isOfType(arn: string, types: readonly string[]): boolean {
  const [, , service, , , ...rest] = arn.split(':');
  const kind = rest.join(':').split(/[:/]/)[0];
  return types.length === 0 || types.includes(service ?? '') || types.includes(`${service}:${kind}`);
}
