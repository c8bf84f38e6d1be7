/** What an SDK error says, read off without trusting its class: the SDK's own and the socket's look alike from outside. */
export interface ServiceError {
  /** AWS error code, Node error code, or the error's name. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  readonly requestId?: string;
  /** The member `Reason` of Lambda's 429. */
  readonly reason?: string;
}

/** Reads whatever was thrown. Never throws. */
export function readServiceError(thrown: unknown): ServiceError {
  if (!(thrown instanceof Error)) return { name: 'UnknownError', message: String(thrown) };
  const fields = thrown as Error & { code?: unknown; Reason?: unknown; $metadata?: { httpStatusCode?: unknown; requestId?: unknown } };
  const status = fields.$metadata?.httpStatusCode;
  const requestId = fields.$metadata?.requestId;
  return {
    name: nameOf(fields),
    message: fields.message,
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(typeof fields.Reason === 'string' ? { reason: fields.Reason } : {}),
  };
}

/** True for "no such thing", in Lambda's and in Logs' words. */
export function isNotFound(error: ServiceError): boolean {
  return error.name === 'ResourceNotFoundException' || error.status === 404;
}

/** True when another update of the same function is under way. */
export function isConflict(error: ServiceError): boolean {
  return error.name === 'ResourceConflictException';
}

/** The SDK renames a reset connection to `TimeoutError`, like its own timeouts; only the code tells them apart. */
function nameOf(error: Error & { code?: unknown }): string {
  const { code, name } = error;
  if (typeof code !== 'string' || !/^E[A-Z0-9_]+$/.test(code)) return name;
  return name === 'TimeoutError' && code === 'ETIMEDOUT' ? name : code;
}

/** True when the server does not have the call at all, as servers that only resemble AWS say it in many words. */
export function isUnknownOperation({ name, status }: ServiceError): boolean {
  return status === 501 || /^(InvalidAction|UnknownOperation(Exception)?|UnknownService|NotImplemented(Exception)?)$/.test(name);
}

/** True when asking again changes nothing: these credentials may not, or the request itself is wrong. */
export function isFinal({ name, status }: ServiceError): boolean {
  return (
    (status !== undefined && status >= 400 && status < 500 && status !== 429 && !name.startsWith('Throttling')) ||
    /^ExpiredToken/.test(name)
  );
}
