import type { ChildProcess, SendHandle } from 'node:child_process';

/** One request over a process channel; `kind` selects the handler. */
interface ChannelRequest {
  readonly lnb: 'request';
  readonly id: number;
  readonly kind: string;
  readonly body: unknown;
}

interface ChannelReply {
  readonly lnb: 'reply';
  readonly id: number;
  readonly ok: boolean;
  readonly body: unknown;
}

/** Answers a request; what it returns is sent back, what it throws rejects the asker's promise with its message. */
export type ChannelHandler = (body: never, handle: SendHandle | undefined) => unknown;

/** Requests and answers over Node's IPC, between a lab process and its child, both ways. */
export interface Channel {
  /** Rejects with the other side's message, or when it ends first. `handle`: a listening server or UDP socket to pass on. */
  request<Answer>(kind: string, body: unknown, handle?: SendHandle): Promise<Answer>;
}

type End = Pick<ChildProcess, 'on' | 'send'> | NodeJS.Process;

/** Opens the channel on a child, or on `process` in the child itself. Unknown kinds are answered with an error. */
export function openChannel(end: End, handlers: Readonly<Record<string, ChannelHandler>> = {}): Channel {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let next = 1;
  const send = (message: ChannelRequest | ChannelReply, handle?: SendHandle): void => {
    (end as ChildProcess).send(message, handle as SendHandle, { keepOpen: false }, (error) => {
      if (error && message.lnb === 'request') settle(message.id, false, `the other process is gone: ${error.message}`);
    });
  };
  const settle = (id: number, ok: boolean, body: unknown): void => {
    const asker = waiting.get(id);
    if (!asker) return;
    waiting.delete(id);
    if (ok) asker.resolve(body as never);
    else asker.reject(new Error(String(body)));
  };
  const answer = async (request: ChannelRequest, handle: SendHandle | undefined): Promise<void> => {
    const handler = handlers[request.kind];
    try {
      if (!handler) throw new Error(`no handler for "${request.kind}"`);
      send({ lnb: 'reply', id: request.id, ok: true, body: (await handler(request.body as never, handle)) ?? null });
    } catch (error) {
      send({ lnb: 'reply', id: request.id, ok: false, body: error instanceof Error ? error.message : String(error) });
    }
  };
  (end as ChildProcess).on('message', (message: unknown, handle: SendHandle) => {
    if (typeof message !== 'object' || message === null || !('lnb' in message)) return;
    const typed = message as ChannelRequest | ChannelReply;
    if (typed.lnb === 'request') void answer(typed, handle);
    else settle(typed.id, typed.ok, typed.body);
  });
  (end as ChildProcess).on('disconnect', () => {
    for (const id of [...waiting.keys()]) settle(id, false, 'the other process has ended');
  });
  return {
    request: (kind, body, handle) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve: resolve as (value: never) => void, reject });
        send({ lnb: 'request', id, kind, body }, handle);
      }),
  };
}
