/** Counts requests against a rate. */
export interface RateLimit {
  /** True when a request may pass now; it is then counted. */
  tryTake(): boolean;
}

/**
 * A token bucket that holds one second's worth and fills continuously. `perSecond` is read at each request, so that a knob
 * acts at once; `monotonicMs` is a clock in milliseconds that never goes back.
 */
export function newRateLimit(perSecond: () => number, monotonicMs: () => number): RateLimit {
  let tokens: number | undefined;
  let filledAtMs = monotonicMs();
  return {
    tryTake() {
      const rate = perSecond();
      const nowMs = monotonicMs();
      tokens = Math.min(rate, (tokens ?? rate) + ((nowMs - filledAtMs) * rate) / 1000);
      filledAtMs = nowMs;
      // A refill sums fractions: what is within a rounding error of a whole token is one.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}
