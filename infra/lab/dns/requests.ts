/** What the control process asks of the DNS process: kind → body. */
export interface DnsRequests {
  /** Open a socket on `address`:53 in `namespace`, known as `scope` from then on. */
  readonly serve: { readonly namespace: string; readonly scope: string; readonly address: string };
  readonly stop: { readonly scope: string };
  readonly 'set-record': { readonly name: string; readonly address: string };
  readonly 'remove-record': { readonly name: string };
  readonly delay: { readonly answerMs: number };
  readonly counts: Record<string, never>;
}

/** Datagrams since the start. */
export interface DnsCounts {
  readonly answered: number;
  /** Malformed, or not a query. */
  readonly dropped: number;
}
