import type { CallFault, CallFaultEffect, CutMoment, FaultService } from '../faults/call-fault.ts';
import type { Countdown } from '../faults/countdown.ts';
import { Refusal } from '../refusal.ts';

/** The faults in front of the API. */
export interface CallFaults {
  /** Counts a call of this operation against the first fault that fits it and says what becomes of it; undefined: nothing. */
  next(service: string, operation: string | undefined): CallFaultEffect | undefined;
  /** The same for what is decided before the body is read. */
  cutsBeforeBody(service: string | undefined, operation: string | undefined): boolean;
}

/** Faults as the knobs have them, counted down. */
export function newCallFaults(faults: () => readonly CallFault[], countdown: Countdown): CallFaults {
  const take = (service: string | undefined, operation: string | undefined, early: boolean): CallFaultEffect | undefined =>
    faults().find(
      (fault) => fault.service === service && fault.operation === operation && (!early || isEarly(fault.effect)) && countdown.take(fault),
    )?.effect;
  return {
    next: (service, operation) => take(service, operation, false),
    cutsBeforeBody: (service, operation) => take(service, operation, true) !== undefined,
  };
}

function isEarly(effect: CallFaultEffect): boolean {
  return effect.kind === 'cut' && effect.when === 'before-body';
}

/** Thrown where a connection shall be cut instead of an answer. */
export class CutConnection extends Error {
  readonly when: CutMoment;
  constructor(when: CutMoment) {
    super(`the connection is cut ${when}`);
    this.name = 'CutConnection';
    this.when = when;
  }
}

interface ServiceWords {
  readonly throttle: readonly [code: string, status: number, message: string];
  /** 500 and 503. */
  readonly failure: string;
  readonly unavailable: string;
}

const QUERY: ServiceWords = {
  throttle: ['Throttling', 400, 'Rate exceeded'],
  failure: 'InternalFailure',
  unavailable: 'ServiceUnavailable',
};

/** Each service's own words; codes are those of its service model or of its list of common errors. */
const WORDS: Readonly<Record<FaultService, ServiceWords>> = {
  cloudformation: QUERY,
  iam: QUERY,
  rds: QUERY,
  sts: QUERY,
  ec2: { throttle: ['RequestLimitExceeded', 503, 'Request limit exceeded.'], failure: 'InternalError', unavailable: 'Unavailable' },
  lambda: {
    throttle: ['TooManyRequestsException', 429, 'Rate Exceeded.'],
    failure: 'ServiceException',
    unavailable: 'ServiceUnavailableException',
  },
  logs: {
    throttle: ['ThrottlingException', 400, 'Rate exceeded'],
    failure: 'InternalFailure',
    unavailable: 'ServiceUnavailableException',
  },
  s3: { throttle: ['SlowDown', 503, 'Please reduce your request rate.'], failure: 'InternalError', unavailable: 'ServiceUnavailable' },
  scheduler: {
    throttle: ['ThrottlingException', 429, 'Rate exceeded'],
    failure: 'InternalServerException',
    unavailable: 'ServiceUnavailableException',
  },
  servicequotas: {
    throttle: ['TooManyRequestsException', 400, 'Rate exceeded'],
    failure: 'ServiceException',
    unavailable: 'ServiceUnavailableException',
  },
  tagging: {
    throttle: ['ThrottledException', 400, 'Rate exceeded'],
    failure: 'InternalServiceException',
    unavailable: 'ServiceUnavailableException',
  },
};

/** Throws what a fault has in the place of the answer; returns for a cut after the effect, which the caller makes once there is one. */
export function applyCallFault(effect: CallFaultEffect, service: string): void {
  const words = Object.hasOwn(WORDS, service) ? WORDS[service as FaultService] : QUERY;
  switch (effect.kind) {
    case 'throttle': {
      const reason = effect.reason ?? (service === 'lambda' ? 'CallerRateLimitExceeded' : undefined);
      throw new Refusal(...words.throttle, reason === undefined ? {} : { Type: 'User', Reason: reason });
    }
    case 'server-error':
      throw effect.status === 500
        ? new Refusal(words.failure, 500, 'An internal error occurred.')
        : new Refusal(words.unavailable, 503, 'The service is temporarily unavailable.');
    case 'refuse':
      throw new Refusal(effect.code, effect.status, effect.message);
    case 'cut':
      if (effect.when !== 'after-effect') throw new CutConnection(effect.when);
  }
}
