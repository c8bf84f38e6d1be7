/** Names that the lab's internet server answers for. Compared without case. */
export interface InternetNames {
  /** Behave as DynamoDB's health page: `GET /ping`. */
  readonly ping: readonly string[];
  /** Tell the caller its address: `GET /`. */
  readonly echo: readonly string[];
}

/** What is known of a request before it is answered. */
export interface InternetRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly path: string;
  /** `Host`, with or without a port; absent in a request without it. */
  readonly host: string | undefined;
  /** The peer's address, IPv4, perhaps in IPv6 notation. */
  readonly peer: string;
}

export interface InternetAnswer {
  readonly status: number;
  readonly body: string;
}

/** The host's name alone: no port, lower case. */
function hostName(host: string | undefined): string {
  return (host ?? '').toLowerCase().replace(/:\d+$/, '');
}

/**
 * What the internet server says. `/ping` reads as DynamoDB's does (`healthy: <name> ` with its final space); the echo is the
 * caller's IPv4 address and a line feed, as `checkip.amazonaws.com` gives. Anything else is a 404, which is an answer
 * too.
 */
export function answerInternet(names: InternetNames, request: InternetRequest): InternetAnswer {
  const host = hostName(request.host);
  const path = request.path.split('?', 1)[0];
  const served = (list: readonly string[]) => list.some((name) => name.toLowerCase() === host);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'method not allowed\n' };
  if (served(names.ping) && path === '/ping') return { status: 200, body: `healthy: ${host} ` };
  if (served(names.echo) && path === '/') return { status: 200, body: `${request.peer.replace(/^::ffff:/, '')}\n` };
  return { status: 404, body: 'not found\n' };
}
