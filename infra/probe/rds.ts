// biome-ignore assist/source/organizeImports: it stamps the begin of the module load, so it must be evaluated first
import './module-begin.ts';
import type { ProbeProof } from '../../harness/domain/probe-wire.ts';
import { isIPv4 } from 'node:net';
import type { EventFor } from './event.ts';
import { formatMessage, staleBeforeUse } from './failure.ts';
import { failedProof, newHandler } from './handler.ts';
import type { TimeLimit } from './phase-watch.ts';
import { type DatabaseOperation, PostgresSession } from './postgres-session.ts';

let kept: PostgresSession | undefined;

async function operate(event: EventFor<'rds'>): Promise<DatabaseOperation> {
  const limit: TimeLimit = { milliseconds: event.phaseTimeoutMs, bounds: 'each-phase' };
  return event.connection === 'reused' ? onKept(limit) : onNew(event, limit);
}

async function onNew(event: EventFor<'rds'>, limit: TimeLimit): Promise<DatabaseOperation> {
  const { session, ...operation } = await PostgresSession.open(event.target, limit);
  if (event.keep && session !== undefined) {
    kept?.close();
    kept = session;
  } else session?.close();
  return operation;
}

async function onKept(limit: TimeLimit): Promise<DatabaseOperation> {
  if (kept === undefined) return { result: staleBeforeUse('query', 'this environment has kept no connection') };
  const operation = await kept.queryAgain(limit);
  if (operation.result.kind === 'error') {
    kept.close();
    kept = undefined;
  }
  return operation;
}

/** The timed query has already asked the server which address it sees. */
async function prove(_event: EventFor<'rds'>, operation: DatabaseOperation): Promise<ProbeProof> {
  const { seenAddress } = operation;
  if (seenAddress !== undefined && isIPv4(seenAddress)) return { kind: 'rds', seenAddress };
  return failedProof({ class: 'protocol', phase: 'query', message: formatMessage(`no IPv4 address: ${seenAddress}`) });
}

/** Lambda handler `rds.handler`. */
export const handler = newHandler({ kind: 'rds', operate, prove });
