/** A part of a list, and the token that leads to the next part; absent at the end. */
export interface TokenPage<T> {
  readonly page: readonly T[];
  readonly next?: string;
}

/** The part of `items` that begins where `token` says, of at most `count`. `refuse` words the refusal of a token that is none of ours. */
export function pageByToken<T>(items: readonly T[], token: string | undefined, count: number, refuse: () => Error): TokenPage<T> {
  const from = token === undefined ? 0 : Number(/^at-(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1]);
  if (!Number.isSafeInteger(from) || from > items.length) throw refuse();
  const end = from + count;
  const page = items.slice(from, end);
  return end < items.length ? { page, next: Buffer.from(`at-${end}`, 'utf8').toString('base64url') } : { page };
}
