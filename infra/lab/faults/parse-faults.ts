import {
  type CallFault,
  type CallFaultEffect,
  CUT_MOMENTS,
  FAULT_SERVICES,
  type FaultService,
  SERVER_ERROR_STATUSES,
  THROTTLE_REASONS,
} from './call-fault.ts';
import { invalid, parseOneOf, parseRecord, parseText, parseWhole, requireMembers } from './parse-value.ts';
import type { DeletionFault, SecondCause } from './stack-faults.ts';

/** Knob `callFaults`. Throws `Refusal` (`InvalidKnob`), as all here do. */
export function parseCallFaults(value: unknown, name: string): readonly CallFault[] {
  if (!Array.isArray(value)) throw invalid(`${name} must be a list.`);
  return value.map((item, index) => parseCallFault(item, `${name}[${index}]`));
}

function parseCallFault(value: unknown, name: string): CallFault {
  const { service, operation, times, effect } = requireMembers(value, name, ['service', 'operation', 'times', 'effect']);
  const known = parseOneOf(service, `${name}.service`, FAULT_SERVICES);
  const asked = parseText(operation, `${name}.operation`, 'an operation such as DescribeStacks');
  if (!/^[A-Z][A-Za-z0-9]+$/.test(asked)) throw invalid(`${name}.operation must be an operation such as DescribeStacks.`);
  return {
    service: known,
    operation: asked,
    times: parseWhole(times, `${name}.times`, 1),
    effect: parseEffect(effect, `${name}.effect`, known),
  };
}

const EFFECTS = ['throttle', 'server-error', 'refuse', 'cut'] as const;

function parseEffect(value: unknown, name: string, service: FaultService): CallFaultEffect {
  const all = requireMembers(value, name, ['kind', 'reason', 'status', 'code', 'message', 'when']);
  const kind = parseOneOf(all['kind'], `${name}.kind`, EFFECTS);
  switch (kind) {
    case 'throttle': {
      const { reason } = requireMembers(value, name, ['kind', 'reason']);
      if (reason === undefined) return { kind };
      if (service !== 'lambda') throw invalid(`${name}.reason is for lambda only.`);
      return { kind, reason: parseOneOf(reason, `${name}.reason`, THROTTLE_REASONS) };
    }
    case 'server-error': {
      const { status } = requireMembers(value, name, ['kind', 'status']);
      return { kind, status: parseOneOf(status, `${name}.status`, SERVER_ERROR_STATUSES) };
    }
    case 'refuse': {
      const { code, status, message } = requireMembers(value, name, ['kind', 'code', 'status', 'message']);
      const parsed = parseWhole(status, `${name}.status`, 400);
      if (parsed > 599) throw invalid(`${name}.status must be an HTTP status from 400 to 599.`);
      return {
        kind,
        code: parseText(code, `${name}.code`, 'an error code'),
        status: parsed,
        message: parseText(message, `${name}.message`, 'a text'),
      };
    }
    case 'cut': {
      const { when } = requireMembers(value, name, ['kind', 'when']);
      const moment = parseOneOf(when, `${name}.when`, CUT_MOMENTS);
      // S3 answers while it works: there is no moment between the effect and the answer.
      if (service === 's3' && moment === 'after-effect') throw invalid(`${name}.when cannot be after-effect for s3.`);
      return { kind, when: moment };
    }
  }
}

/** Knob `failDeletion`. */
export function parseFailDeletion(value: unknown, name: string): Readonly<Record<string, DeletionFault>> {
  return parseRecord(value, name, (fault, at) => {
    const { times, reason } = requireMembers(fault, at, ['times', 'reason']);
    return { times: parseWhole(times, `${at}.times`, 1), reason: parseText(reason, `${at}.reason`, 'a status reason') };
  });
}

/** Knob `secondCause`. */
export function parseSecondCause(value: unknown, name: string): SecondCause {
  const { cancelled, resource, reason } = requireMembers(value, name, ['cancelled', 'resource', 'reason']);
  const order = parseOneOf(cancelled, `${name}.cancelled`, ['before', 'after'] as const);
  if (resource === undefined && reason === undefined) return { cancelled: order };
  return {
    cancelled: order,
    resource: parseText(resource, `${name}.resource`, 'a logical id, with its reason'),
    reason: parseText(reason, `${name}.reason`, 'a status reason, with its resource'),
  };
}
