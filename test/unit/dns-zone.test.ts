import { AUTHORITATIVE_ANSWER, decode, encode, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, answerMessage, newZone } from '../../infra/lab/dns/zone.ts';

const zone = newZone([
  ['dynamodb.us-east-1.amazonaws.com', '198.51.100.10'],
  ['s3.us-east-1.amazonaws.com', '198.51.100.20'],
  ['*.s3.us-east-1.amazonaws.com', '198.51.100.20'],
  ['special.s3.us-east-1.amazonaws.com', '198.51.100.21'],
  ['Lab-DB.c0ffee.us-east-1.rds.amazonaws.com.', '10.0.1.7'],
]);

interface Asked {
  readonly name: string;
  readonly type: RecordType;
  readonly class?: 'IN' | 'CH';
}

function ask(...questions: readonly Asked[]) {
  const result = answerMessage(zone, encode({ type: 'query', id: 4711, flags: 0x0100, questions: [...questions] }));
  if (result.kind === 'drop') throw new Error(result.reason);
  const reply = decode(result.bytes) as ReturnType<typeof decode> & { rcode: string };
  const addresses = (reply.answers ?? []).map((answer) => ('data' in answer ? answer.data : undefined));
  return { reply, rcode: reply.rcode, addresses };
}

describe('answers', () => {
  test.each<[Asked, string, readonly string[], string]>([
    [{ name: 'dynamodb.us-east-1.amazonaws.com', type: 'A' }, 'NOERROR', ['198.51.100.10'], 'a record'],
    [{ name: 'DynamoDB.US-east-1.amazonaws.com', type: 'A' }, 'NOERROR', ['198.51.100.10'], 'names are compared without case'],
    [{ name: 'lab-db.c0ffee.us-east-1.rds.amazonaws.com', type: 'A' }, 'NOERROR', ['10.0.1.7'], 'a record set with capitals and final dot'],
    [{ name: 'bucket.s3.us-east-1.amazonaws.com', type: 'A' }, 'NOERROR', ['198.51.100.20'], 'a wildcard'],
    [{ name: 'a.b.s3.us-east-1.amazonaws.com', type: 'A' }, 'NOERROR', ['198.51.100.20'], 'a DNS wildcard covers any depth'],
    [{ name: 'special.s3.us-east-1.amazonaws.com', type: 'A' }, 'NOERROR', ['198.51.100.21'], 'an own record before the wildcard'],
    [{ name: 'dynamodb.us-east-1.amazonaws.com', type: 'AAAA' }, 'NOERROR', [], 'a known name without that type: answered, empty'],
    [{ name: 'bucket.s3.us-east-1.amazonaws.com', type: 'AAAA' }, 'NOERROR', [], 'the same below a wildcard'],
    [{ name: 'dynamodb.us-east-1.amazonaws.com', type: 'A', class: 'CH' }, 'NOERROR', [], 'another class has no data'],
    [{ name: 'example.com', type: 'A' }, 'NXDOMAIN', [], 'an unknown name, not forwarded'],
    [{ name: 'example.com', type: 'AAAA' }, 'NXDOMAIN', [], 'both types agree that it does not exist'],
    [{ name: 'xs3.us-east-1.amazonaws.com', type: 'A' }, 'NXDOMAIN', [], 'a wildcard ends at a label, not inside one'],
  ])('%o → %s %j: %s', (question, rcode, addresses) => {
    const answer = ask(question);
    expect(answer.rcode).toBe(rcode);
    expect(answer.addresses).toEqual(addresses);
  });

  test('carry the id, the question as it was written, and the recursion flag', () => {
    const { reply } = ask({ name: 'DynamoDB.us-east-1.amazonaws.com', type: 'A' });
    expect(reply.id).toBe(4711);
    expect(reply.questions?.[0]?.name).toBe('DynamoDB.us-east-1.amazonaws.com');
    expect(reply.answers?.[0]?.name).toBe('DynamoDB.us-east-1.amazonaws.com');
    expect((reply.flags ?? 0) & 0x0100).toBe(0x0100);
    expect((reply.flags ?? 0) & AUTHORITATIVE_ANSWER).toBe(AUTHORITATIVE_ANSWER);
  });

  test('an empty and a double question are format errors, another operation is not implemented', () => {
    expect(ask().rcode).toBe('FORMERR');
    expect(ask({ name: 'a.b', type: 'A' }, { name: 'c.d', type: 'A' }).rcode).toBe('FORMERR');
    const status = encode({ type: 'query', id: 1, flags: 2 << 11, questions: [{ name: 'a.b', type: 'A' }] });
    const result = answerMessage(zone, status);
    expect(result.kind === 'answer' && (decode(result.bytes) as { rcode?: string }).rcode).toBe('NOTIMP');
  });
});

/** The query for `bucket.…` with the label `bucke.` instead: a dot that does not divide. */
function dotted(query: Buffer): Buffer {
  const bytes = Buffer.from(query);
  bytes[bytes.indexOf('bucket') + 5] = 0x2e;
  return bytes;
}

describe('silence', () => {
  test('towards a response, which would otherwise be answered for ever between two servers', () => {
    expect(answerMessage(zone, encode({ type: 'response', id: 1 })).kind).toBe('drop');
  });

  test('whatever arrives, nothing is thrown, and an answer is a response that can be read', () => {
    const query = encode({ type: 'query', id: 7, questions: [{ name: 'bucket.s3.us-east-1.amazonaws.com', type: 'A' }] });
    const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    const mangled = fc.array(fc.tuple(fc.nat(query.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const bytes = Buffer.from(query);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    const cut = fc.nat(query.length).map((length) => query.subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(noise, mangled, cut), (message) => {
        const result = answerMessage(zone, message);
        if (result.kind === 'answer') expect(decode(result.bytes).type).toBe('response');
      }),
      { numRuns: 2000, examples: [[dotted(query)]] },
    );
  });

  test('towards a label that ends with a dot, whose name cannot be written into a reply', () => {
    const query = encode({ type: 'query', id: 7, questions: [{ name: 'bucket.s3.us-east-1.amazonaws.com', type: 'A' }] });
    expect(answerMessage(zone, query).kind).toBe('answer');
    expect(answerMessage(zone, dotted(query))).toEqual({ kind: 'drop', reason: 'a label with a dot in it' });
  });

  test('the shorter half of a query is dropped', () => {
    const query = encode({ type: 'query', id: 7, questions: [{ name: 'bucket.s3.us-east-1.amazonaws.com', type: 'A' }] });
    expect(answerMessage(zone, query.subarray(0, 20)).kind).toBe('drop');
  });
});

test('a later record replaces an earlier one, also a wildcard', () => {
  const changed = newZone([
    ['a.test', '10.0.0.1'],
    ['A.test.', '10.0.0.2'],
    ['*.w.test', '10.0.0.3'],
    ['*.w.test', '10.0.0.4'],
  ]);
  expect(addressOf(changed, 'a.test')).toBe('10.0.0.2');
  expect(addressOf(changed, 'x.w.test')).toBe('10.0.0.4');
  expect(addressOf(changed, 'w.test')).toBeUndefined();
});
