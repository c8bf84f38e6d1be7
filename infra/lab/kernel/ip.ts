import { CommandFailed, run, runSync } from './command.ts';

/**
 * Runs lines of `ip` syntax in a namespace, in one process; stops at the first that fails. There is no form
 * without a namespace: a rootless lab may not touch the network it was started in. Rejects with `CommandFailed`,
 * which quotes the line.
 */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run('ip', ['-n', namespace, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}

/** A packet as a router sees it arrive. */
export interface PacketAt {
  readonly source: string;
  readonly destination: string;
  /** Device it comes in by. */
  readonly inputDevice: string;
}

/** What the kernel would do with a packet. */
export type RouteDecision =
  | { readonly kind: 'local' }
  | { readonly kind: 'forward'; readonly device: string; readonly gateway?: string }
  /** No route, or one that discards. */
  | { readonly kind: 'dropped' };

interface RouteAnswer {
  readonly type?: string;
  readonly dev?: string;
  readonly gateway?: string;
}

/** Asks the kernel how a namespace would route a packet; blocks for some milliseconds. Throws `CommandFailed` where it cannot be asked. */
export function routeOf(namespace: string, packet: PacketAt): RouteDecision {
  const args = ['-n', namespace, '-json', 'route', 'get', packet.destination, 'from', packet.source, 'iif', packet.inputDevice];
  let text: string;
  try {
    text = runSync('ip', args);
  } catch (error) {
    // What is discarded is told as an error of the question; any other error has another text.
    if (
      error instanceof CommandFailed &&
      /RTNETLINK answers: (Invalid argument|No route to host|Network is unreachable)/.test(error.stderr)
    ) {
      return { kind: 'dropped' };
    }
    throw error;
  }
  const [answer] = JSON.parse(text) as readonly RouteAnswer[];
  if (answer?.type === 'local') return { kind: 'local' };
  if (answer?.dev === undefined || answer.type !== undefined) return { kind: 'dropped' };
  return { kind: 'forward', device: answer.dev, ...(answer.gateway === undefined ? {} : { gateway: answer.gateway }) };
}
