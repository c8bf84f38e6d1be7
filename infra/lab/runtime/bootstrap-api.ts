import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';

const PREFIX = '/2018-06-01/runtime';

/** One call as the Runtime API hands it out. */
export interface HandedCall {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId?: string;
  /** JSON text. */
  readonly event: string;
}

/** What the Runtime API takes as an error. */
export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The environment's side of the Runtime API. Every method rejects when the platform does not take it. */
export interface RuntimeApiClient {
  next(): Promise<HandedCall>;
  respond(requestId: string, json: string): Promise<void>;
  fail(requestId: string, error: ReportedError): Promise<void>;
  failInit(error: ReportedError): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Opens nothing yet; `address` is `host:port`. All requests share one connection. */
export function newRuntimeApiClient(address: string): RuntimeApiClient {
  const [host = '', port = ''] = address.split(':');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const send = (method: 'GET' | 'POST', path: string, body?: string, headers: RequestOptions['headers'] = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const sent = request({ host, port, method, path: PREFIX + path, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      sent.once('error', reject);
      sent.end(body);
    });

  const post = async (path: string, body: string, headers?: RequestOptions['headers']): Promise<void> => {
    const reply = await send('POST', path, body, headers);
    // 413: the platform has already told the caller that the answer is too large.
    if (reply.status !== 202 && reply.status !== 413) throw new Error(`the runtime API answered ${reply.status} to ${path}: ${reply.body}`);
  };
  const postError = (path: string, error: ReportedError): Promise<void> =>
    post(path, JSON.stringify(error), { 'Lambda-Runtime-Function-Error-Type': error.errorType });

  return {
    next: async () => newHandedCall(await send('GET', '/invocation/next')),
    respond: (requestId, json) => post(`/invocation/${requestId}/response`, json),
    fail: (requestId, error) => postError(`/invocation/${requestId}/error`, error),
    failInit: (error) => postError('/init/error', error),
  };
}

function newHandedCall(reply: Reply): HandedCall {
  if (reply.status !== 200) throw new Error(`the runtime API answered ${reply.status}: ${reply.body}`);
  const header = (name: string): string => String(reply.headers[name] ?? '');
  const traceId = header('lambda-runtime-trace-id');
  return {
    requestId: header('lambda-runtime-aws-request-id'),
    deadlineMs: Number(header('lambda-runtime-deadline-ms')),
    functionArn: header('lambda-runtime-invoked-function-arn'),
    event: reply.body,
    ...(traceId === '' ? {} : { traceId }),
  };
}
