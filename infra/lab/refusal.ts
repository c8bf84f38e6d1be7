/**
 * A service's "no", in AWS's words. Each protocol codec gives it its own error shape.
 * `code` is the AWS error code (`ValidationError`, `ResourceNotFoundException`, `NoSuchKey`).
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, e.g. `Reason` of a 429. */
  readonly detail: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, detail: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}
