import { openChannel } from '../kernel/channel.ts';
import { spawnLabProcess } from '../kernel/node-process.ts';
import { stopProcess } from '../kernel/stop-process.ts';
import type { Resolver } from '../realise/fabric.ts';
import { RESOLVER_ADDRESS } from '../realise/network/addressing.ts';
import type { DnsCounts, DnsRequests } from './requests.ts';

/** The lab's resolver as the control process holds it. */
export interface LabResolver extends Resolver {
  /** Every answer waits so long, in milliseconds (0: none); a lookup that asks A and AAAA together takes it once. */
  setAnswerDelay(answerMs: number): Promise<void>;
  counts(): Promise<DnsCounts>;
  /** Ends the process; all scopes stop answering. */
  close(): Promise<void>;
}

/** Starts the DNS process. It ends with its starter. */
export function startResolver(): LabResolver {
  const child = spawnLabProcess('dns');
  const channel = openChannel(child);
  const ask = <Kind extends keyof DnsRequests, Answer = void>(kind: Kind, body: DnsRequests[Kind]): Promise<Answer> =>
    channel.request<Answer>(kind, body);
  return {
    serve: (namespace, scope) => ask('serve', { namespace, scope, address: RESOLVER_ADDRESS }),
    stop: (scope) => ask('stop', { scope }),
    setRecord: (name, address) => ask('set-record', { name, address }),
    removeRecord: (name) => ask('remove-record', { name }),
    setAnswerDelay: (answerMs) => ask('delay', { answerMs }),
    counts: () => ask<'counts', DnsCounts>('counts', {}),
    close: () => stopProcess(child),
  };
}
