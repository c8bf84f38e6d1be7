import { Refusal } from '../refusal.ts';

/** The families in which AWS's services word an authentication error. */
export type AuthDialect = 's3' | 'query' | 'ec2' | 'json' | 'rest-json';

/** Why a request is not authenticated. */
export type AuthFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'presigned' }
  | { readonly kind: 'algorithm'; readonly name: string }
  | { readonly kind: 'malformed'; readonly what: string }
  | { readonly kind: 'unknown-key'; readonly accessKeyId: string }
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong-service'; readonly expected: string }
  | { readonly kind: 'wrong-region'; readonly got: string; readonly expected: string }
  | { readonly kind: 'unsigned-headers'; readonly names: readonly string[] }
  | { readonly kind: 'skew'; readonly signed: string; readonly server: string; readonly early: boolean; readonly minutes: number }
  | { readonly kind: 'wrong-signature'; readonly canonicalRequest: string; readonly stringToSign: string }
  | { readonly kind: 'payload-mismatch' };

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** An authentication failure in the code, status and words of the service's dialect. */
export function formatAuthRefusal(failure: AuthFailure, dialect: AuthDialect): Refusal {
  return dialect === 's3' ? refuseS3(failure) : refuseOther(failure, dialect);
}

interface Codes {
  readonly status: 400 | 401 | 403;
  readonly missing: string;
  readonly key: string;
  readonly signature: string;
  readonly incomplete: string;
  readonly expired: readonly [code: string, status: 400 | 403, message: string];
  /** Absent: each failure has words of its own. */
  readonly message?: string;
}

const EXPIRED = 'The security token included in the request is expired';

const CODES: Readonly<Record<Exclude<AuthDialect, 's3'>, Codes>> = {
  query: {
    status: 403,
    missing: 'MissingAuthenticationToken',
    key: 'InvalidClientTokenId',
    signature: 'SignatureDoesNotMatch',
    incomplete: 'IncompleteSignature',
    expired: ['ExpiredToken', 403, EXPIRED],
  },
  // EC2 says the same for whatever it cannot validate (its API reference, common errors: AuthFailure).
  ec2: {
    status: 401,
    missing: 'MissingAuthenticationToken',
    key: 'AuthFailure',
    signature: 'AuthFailure',
    incomplete: 'IncompleteSignature',
    expired: ['RequestExpired', 400, 'Request has expired.'],
    message: 'AWS was not able to validate the provided access credentials',
  },
  json: {
    status: 400,
    missing: 'MissingAuthenticationTokenException',
    key: 'UnrecognizedClientException',
    signature: 'InvalidSignatureException',
    incomplete: 'IncompleteSignatureException',
    expired: ['ExpiredTokenException', 400, EXPIRED],
  },
  'rest-json': {
    status: 403,
    missing: 'MissingAuthenticationTokenException',
    key: 'UnrecognizedClientException',
    signature: 'InvalidSignatureException',
    incomplete: 'IncompleteSignatureException',
    expired: ['ExpiredTokenException', 403, EXPIRED],
  },
};

function refuseOther(failure: AuthFailure, dialect: Exclude<AuthDialect, 's3'>): Refusal {
  const codes = CODES[dialect];
  const signature = (message: string) => new Refusal(codes.signature, codes.status, codes.message ?? message);
  switch (failure.kind) {
    case 'missing':
      return new Refusal(codes.missing, 403, 'Missing Authentication Token');
    case 'presigned':
      return new Refusal('NotImplemented', 501, 'The lab does not realise presigned requests: sign with the Authorization header.');
    case 'algorithm':
      return new Refusal(codes.incomplete, 400, `Unsupported signature algorithm '${failure.name}': only AWS4-HMAC-SHA256 is realised.`);
    case 'malformed':
      return new Refusal(codes.incomplete, 400, failure.what);
    case 'unknown-key':
    case 'wrong-token':
      return new Refusal(codes.key, codes.status, codes.message ?? 'The security token included in the request is invalid.');
    case 'expired':
      return new Refusal(...codes.expired);
    case 'wrong-service':
      return signature(`Credential should be scoped to correct service: '${failure.expected}'. `);
    case 'wrong-region':
      return signature('Credential should be scoped to a valid region. ');
    case 'unsigned-headers':
      return signature(`'${failure.names[0]}' must be a 'SignedHeader' in the AWS Authorization.`);
    case 'skew':
      return signature(formatSkew(failure));
    case 'wrong-signature':
    case 'payload-mismatch':
      return signature(MISMATCH);
  }
}

function formatSkew(skew: Extract<AuthFailure, { kind: 'skew' }>): string {
  return skew.early
    ? `Signature not yet current: ${skew.signed} is still later than ${skew.server} (+ ${skew.minutes} min.)`
    : `Signature expired: ${skew.signed} is now earlier than ${skew.server} (- ${skew.minutes} min.)`;
}

function refuseS3(failure: AuthFailure): Refusal {
  switch (failure.kind) {
    case 'missing':
      return new Refusal('AccessDenied', 403, 'Access Denied');
    case 'presigned':
      return new Refusal('NotImplemented', 501, 'The lab does not realise presigned requests: sign with the Authorization header.');
    case 'algorithm':
      return new Refusal(
        'InvalidRequest',
        400,
        'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      );
    case 'malformed':
      return new Refusal('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${failure.what}`);
    case 'unknown-key':
      return new Refusal('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.', {
        AWSAccessKeyId: failure.accessKeyId,
      });
    case 'wrong-token':
      return new Refusal('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.');
    case 'expired':
      return new Refusal('ExpiredToken', 400, 'The provided token has expired.');
    case 'wrong-service':
      return new Refusal(
        'AuthorizationHeaderMalformed',
        400,
        `The authorization header is malformed; incorrect service. This endpoint belongs to "${failure.expected}".`,
      );
    case 'wrong-region':
    case 'unsigned-headers':
    case 'skew':
    case 'wrong-signature':
      return refuseS3WithDetail(failure);
    case 'payload-mismatch':
      return new Refusal('XAmzContentSHA256Mismatch', 400, "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
}

type Detailed = Extract<AuthFailure, { kind: 'wrong-region' | 'unsigned-headers' | 'skew' | 'wrong-signature' }>;

/** S3 says in members of its own what it had expected. */
function refuseS3WithDetail(failure: Detailed): Refusal {
  switch (failure.kind) {
    case 'wrong-region':
      return new Refusal(
        'AuthorizationHeaderMalformed',
        400,
        `The authorization header is malformed; the region '${failure.got}' is wrong; expecting '${failure.expected}'`,
        { Region: failure.expected },
      );
    case 'unsigned-headers':
      return new Refusal('AccessDenied', 403, 'There were headers present in the request which were not signed', {
        HeadersNotSigned: failure.names.join(', '),
      });
    case 'skew':
      return new Refusal('RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.', {
        RequestTime: failure.signed,
        ServerTime: failure.server,
        MaxAllowedSkewMilliseconds: String(failure.minutes * 60_000),
      });
    case 'wrong-signature':
      return new Refusal(
        'SignatureDoesNotMatch',
        403,
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        { StringToSign: failure.stringToSign, CanonicalRequest: failure.canonicalRequest },
      );
  }
}
