/**
 * A process that answers as Lambda's Invoke does and as the probe of S3 would, with a Tail, without doing anything. Says its port when it
 * listens. `PUT /nonce/<nonce>` updates every function.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProbeAnswer, ProbeEvent, ProbeResult } from '../../harness/domain/probe-wire.ts';

const REUSED: ProbeResult = {
  kind: 'ok',
  phases: { ttfb: 1_000_000, body: 50_000 },
  totalNs: 1_050_000,
  localAddress: '10.0.1.17',
  remoteAddress: '198.51.100.1',
};
const NEW: ProbeResult = {
  ...REUSED,
  phases: { dns: 200_000, connect: 300_000, tls: 2_000_000, ttfb: 1_000_000, body: 50_000 },
  totalNs: 3_550_000,
  tlsResumed: false,
};

let nonce = '0'.repeat(32);
let counter = 0;
/** Calls since the last update, by function. */
let calls = new Map<string, number>();

function answerTo(functionName: string, event: ProbeEvent, requestId: string): ProbeAnswer {
  const before = calls.get(functionName) ?? 0;
  calls.set(functionName, before + 1);
  const { callId, connection, prove } = event;
  return {
    version: 2,
    ...{ callId, nonce, requestId, first: before === 0 },
    environmentId: `${functionName}-${nonce}`,
    ...(before === 0 ? { initGapNs: 1_000_000, moduleNs: 50_000_000 } : {}),
    logStream: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    result: connection === 'new' ? NEW : REUSED,
    ...(prove ? { proof: { kind: 's3', vpcEndpoint: false, interfaceEndpoint: false, sourceIp: false, neither: true } } : {}),
  };
}

function tailOf(requestId: string, first: boolean): string {
  const init = first ? 'Init Duration: 100.25 ms\t' : '';
  return [
    `START RequestId: ${requestId} Version: $LATEST`,
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 1769 MB\tMax Memory Used: 60 MB\t${init}`,
    '',
  ].join('\n');
}

function answerInvoke(functionName: string, body: string, response: ServerResponse): void {
  const requestId = `00000000-0000-4000-8000-${String(++counter).padStart(12, '0')}`;
  const answer = answerTo(functionName, JSON.parse(body) as ProbeEvent, requestId);
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-amzn-requestid': requestId,
    'x-amz-executed-version': '$LATEST',
    'x-amz-log-result': Buffer.from(tailOf(requestId, answer.first)).toString('base64'),
  });
  response.end(JSON.stringify(answer));
}

function answerRequest(request: IncomingMessage, body: string, response: ServerResponse): void {
  const path = request.url ?? '';
  const update = /^\/nonce\/([0-9a-f]{32})$/.exec(path)?.[1];
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (update !== undefined) {
    nonce = update;
    calls = new Map();
    response.end();
  } else if (invoked !== undefined) answerInvoke(invoked, body, response);
  else response.writeHead(404).end();
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.once('end', () => answerRequest(request, body, response));
});
server.keepAliveTimeout = 600_000;
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
