import { describe, expect, test } from 'vitest';
import { formatCanonicalPath, formatCanonicalQuery, type SignedRequest } from '../../infra/lab/api/canonical.ts';
import { type Keyring, parseScopeService, verifySignature } from '../../infra/lab/api/sigv4.ts';
import { Refusal } from '../../infra/lab/refusal.ts';

/** AWS's published SigV4 test suite: key, day and host are the same in all of its vectors. */
const SUITE: Keyring = {
  region: 'us-east-1',
  keys: [
    {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      principalArn: 'arn:aws:iam::111122223333:user/suite',
    },
  ],
};
const SUITE_NOW = Date.UTC(2015, 7, 30, 12, 36, 0);

interface Vector {
  readonly name: string;
  readonly why: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly signed?: string;
  readonly body?: string;
  readonly signature: string;
}

const VECTORS: readonly Vector[] = [
  { name: 'get-vanilla', why: 'the base', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  {
    name: 'get-vanilla-query-order-key-case',
    why: 'the query is sorted',
    target: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-empty-query-key',
    why: 'one parameter',
    target: '/?Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-utf8',
    why: 'a path outside ASCII, raw as the suite has it, is encoded',
    target: '/ሴ',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-space',
    why: 'so is a blank',
    target: '/example space/',
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  {
    name: 'get-relative',
    why: 'dot segments are resolved outside S3',
    target: '/example/..',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slashes',
    why: 'runs of slashes fold outside S3',
    target: '//./',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-header-value-trim',
    why: 'runs of blanks in a value fold',
    headers: [
      ['my-header1', ' value1'],
      ['my-header2', ' "a   b   c"'],
    ],
    signed: 'host;my-header1;my-header2;x-amz-date',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-header-key-duplicate',
    why: 'a repeated header is joined in its order',
    headers: [['my-header1', 'value2,value2,value1']],
    signed: 'host;my-header1;x-amz-date',
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'post-vanilla',
    why: 'the method counts',
    method: 'POST',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-x-www-form-urlencoded',
    why: 'the body counts',
    method: 'POST',
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    signed: 'content-type;host;x-amz-date',
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
];

function suiteRequest(vector: Vector): SignedRequest {
  const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  return {
    method: vector.method ?? 'GET',
    target: vector.target ?? '/',
    headers: new Map([
      ['host', 'example.amazonaws.com'],
      ['x-amz-date', '20150830T123600Z'],
      ...(vector.headers ?? []),
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${vector.signed ?? 'host;x-amz-date'}, Signature=${vector.signature}`,
      ],
    ]),
    body: Buffer.from(vector.body ?? ''),
  };
}

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function vanilla(): SignedRequest {
  return suiteRequest({ name: '', why: '', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' });
}

function withHeaders(request: SignedRequest, headers: Readonly<Record<string, string | undefined>>): SignedRequest {
  const changed = new Map(request.headers);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return { ...request, headers: changed };
}

describe('the published SigV4 vectors', () => {
  test.each(VECTORS)('$name: $why', (vector) => {
    const verified = verifySignature(suiteRequest(vector), SUITE, SUITE_NOW, 'query');
    expect(verified.key.accessKeyId).toBe('AKIDEXAMPLE');
    expect(verified.payload.kind).toBe('sha256');
  });

  test.each(VECTORS)('$name with its last digit changed is refused', (vector) => {
    const signature = vector.signature.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(refusalOf(() => verifySignature(suiteRequest({ ...vector, signature }), SUITE, SUITE_NOW, 'query')).code).toBe(
      'SignatureDoesNotMatch',
    );
  });
});

/** The examples of S3's own documentation, "Authenticating Requests". */
const S3_KEYS: Keyring = {
  region: 'us-east-1',
  keys: [
    {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      principalArn: 'arn:aws:iam::111122223333:user/s3',
    },
  ],
};
const S3_NOW = Date.UTC(2013, 4, 24);
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface S3Vector extends Omit<Vector, 'body'> {
  readonly host?: string;
  readonly hash?: string;
  readonly seal: string;
}

const S3_VECTORS: readonly S3Vector[] = [
  {
    name: 'GET with a range',
    why: 'more headers are signed',
    target: '/test.txt',
    headers: [['range', 'bytes=0-9']],
    signed: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    seal: 'sha256',
  },
  {
    name: 'PUT',
    why: 'a `$` in the key is encoded once',
    method: 'PUT',
    target: '/test%24file.text',
    headers: [
      ['date', 'Fri, 24 May 2013 00:00:00 GMT'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ],
    signed: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    hash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    seal: 'sha256',
  },
  {
    name: 'GET lifecycle',
    why: 'a bare subresource gets its `=`',
    target: '/?lifecycle',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    seal: 'sha256',
  },
  {
    name: 'list',
    why: 'two parameters',
    target: '/?max-keys=2&prefix=J',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    seal: 'sha256',
  },
  {
    name: 'PUT in signed chunks',
    why: 'the seed of the chunk chain',
    method: 'PUT',
    host: 's3.amazonaws.com',
    target: '/examplebucket/chunkObject.txt',
    headers: [
      ['content-encoding', 'aws-chunked'],
      ['content-length', '66824'],
      ['x-amz-decoded-content-length', '66560'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ],
    signed: 'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
    hash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    seal: 'chunked-signed',
  },
];

function s3Request(vector: S3Vector): SignedRequest {
  const signed = vector.signed ?? 'host;x-amz-content-sha256;x-amz-date';
  return {
    method: vector.method ?? 'GET',
    target: vector.target ?? '/',
    headers: new Map([
      ['host', vector.host ?? 'examplebucket.s3.amazonaws.com'],
      ['x-amz-date', '20130524T000000Z'],
      ['x-amz-content-sha256', vector.hash ?? EMPTY],
      ...(vector.headers ?? []),
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signed},Signature=${vector.signature}`,
      ],
    ]),
  };
}

describe('the examples of S3', () => {
  test.each(S3_VECTORS)('$name: $why', (vector) => {
    const { payload } = verifySignature(s3Request(vector), S3_KEYS, S3_NOW, 's3');
    expect(payload.kind).toBe(vector.seal);
    if (payload.kind === 'chunked-signed') {
      expect(payload.seed.signature).toBe(vector.signature);
      expect(payload.seed.timestamp).toBe('20130524T000000Z');
      expect(payload.trailer).toBe(false);
    }
  });
});

describe('what is refused, in the words of each dialect', () => {
  const wrongDay = withHeaders(vanilla(), { 'x-amz-date': '20150831T123600Z' });
  const CASES: readonly {
    readonly why: string;
    readonly request: SignedRequest;
    readonly nowMs?: number;
    readonly keyring?: Keyring;
    readonly query: string;
    readonly json: string;
  }[] = [
    {
      why: 'no signature at all',
      request: withHeaders(vanilla(), { authorization: undefined }),
      query: 'MissingAuthenticationToken',
      json: 'MissingAuthenticationTokenException',
    },
    {
      why: 'a presigned query',
      request: { ...withHeaders(vanilla(), { authorization: undefined }), target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' },
      query: 'NotImplemented',
      json: 'NotImplemented',
    },
    {
      why: 'SigV4A',
      request: withHeaders(vanilla(), { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=x' }),
      query: 'IncompleteSignature',
      json: 'IncompleteSignatureException',
    },
    {
      why: 'no Signature part',
      request: withHeaders(vanilla(), {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date',
      }),
      query: 'IncompleteSignature',
      json: 'IncompleteSignatureException',
    },
    {
      why: 'an access key of somebody else',
      request: vanilla(),
      keyring: { ...SUITE, keys: [] },
      query: 'InvalidClientTokenId',
      json: 'UnrecognizedClientException',
    },
    {
      why: 'a session key without its token',
      request: vanilla(),
      keyring: { ...SUITE, keys: SUITE.keys.map((key) => ({ ...key, sessionToken: 'token' })) },
      query: 'InvalidClientTokenId',
      json: 'UnrecognizedClientException',
    },
    {
      why: 'a region that is not the account’s',
      request: vanilla(),
      keyring: { ...SUITE, region: 'eu-central-1' },
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
    {
      why: 'signed 5 min 1 s ago',
      request: vanilla(),
      nowMs: SUITE_NOW + 301_000,
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
    {
      why: 'signed 5 min 1 s from now',
      request: vanilla(),
      nowMs: SUITE_NOW - 301_000,
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
    { why: 'a date outside the scope', request: wrongDay, query: 'IncompleteSignature', json: 'IncompleteSignatureException' },
    {
      why: 'an x-amz header that the signature does not cover',
      request: withHeaders(vanilla(), { 'x-amz-target': 'Logs.Nothing' }),
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
    {
      why: 'another body',
      request: { ...vanilla(), body: Buffer.from('x') },
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
    {
      why: 'another host',
      request: withHeaders(vanilla(), { host: 'example.com' }),
      query: 'SignatureDoesNotMatch',
      json: 'InvalidSignatureException',
    },
  ];

  test.each(CASES)('$why', ({ request, keyring, nowMs, query, json }) => {
    const refuse = (dialect: 'query' | 'json') =>
      refusalOf(() => verifySignature(request, keyring ?? SUITE, nowMs ?? SUITE_NOW, dialect)).code;
    expect([refuse('query'), refuse('json')]).toEqual([query, json]);
  });

  test('five minutes of skew are still accepted', () => {
    for (const skewMs of [-300_000, 300_000]) {
      expect(verifySignature(vanilla(), SUITE, SUITE_NOW + skewMs, 'query').key.accessKeyId).toBe('AKIDEXAMPLE');
    }
  });

  const [list] = S3_VECTORS.filter((vector) => vector.name === 'list');
  if (list === undefined) throw new Error('the list vector is gone');
  const S3_CASES: readonly { readonly why: string; readonly request: SignedRequest; readonly nowMs?: number; readonly code: string }[] = [
    { why: 'anonymous', request: withHeaders(s3Request(list), { authorization: undefined }), code: 'AccessDenied' },
    { why: 'another path', request: { ...s3Request(list), target: '/?max-keys=2&prefix=K' }, code: 'SignatureDoesNotMatch' },
    { why: '15 min 1 s late', request: s3Request(list), nowMs: S3_NOW + 901_000, code: 'RequestTimeTooSkewed' },
    {
      why: 'no word about the payload',
      request: withHeaders(s3Request({ ...list, signed: 'host;x-amz-date' }), { 'x-amz-content-sha256': undefined }),
      code: 'AuthorizationHeaderMalformed',
    },
    {
      why: 'a scope of another service',
      request: withHeaders(s3Request(list), {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/sts/aws4_request,SignedHeaders=host,Signature=00',
      }),
      code: 'AuthorizationHeaderMalformed',
    },
  ];
  test.each(S3_CASES)('S3: $why → $code', ({ request, nowMs, code }) => {
    expect(refusalOf(() => verifySignature(request, S3_KEYS, nowMs ?? S3_NOW, 's3')).code).toBe(code);
  });
});

describe('canonical forms', () => {
  const PATHS: readonly (readonly [string, string, string, string])[] = [
    ['/a b', 's3', '/a%20b', 'a raw blank is encoded'],
    ['/a%20b', 's3', '/a%20b', 'once is once'],
    ['/a%20b', 'lambda', '/a%2520b', 'twice elsewhere'],
    ['/a%2fb', 's3', '/a%2Fb', 'hex digits in upper case, an encoded slash stays encoded'],
    ['/%61%7e', 's3', '/a~', 'what needs no encoding loses it'],
    ['//a/../b', 's3', '//a/../b', 'S3 keys keep dots and slashes'],
    ['', 's3', '/', 'an empty path is the root'],
  ];
  test.each(PATHS)('path %s of %s is %s: %s', (path, service, canonical) => {
    expect(formatCanonicalPath(path, service)).toBe(canonical);
  });

  const QUERIES: readonly (readonly [string, string, string])[] = [
    ['delete', 'delete=', 'a bare name'],
    ['b=2&a=2&a=1', 'a=1&a=2&b=2', 'by name, then by value'],
    ['p=a/b', 'p=a%2Fb', 'a slash in a value is encoded'],
    ['&a=1&', 'a=1', 'empty pieces vanish'],
  ];
  test.each(QUERIES)('query %s is %s: %s', (query, canonical) => {
    expect(formatCanonicalQuery(query)).toBe(canonical);
  });
});

test('the service is read from the credential scope, and only from there', () => {
  expect(parseScopeService('AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0')).toBe(
    'logs',
  );
  expect(parseScopeService('Basic logs')).toBeUndefined();
  expect(parseScopeService(undefined)).toBeUndefined();
});
