/** When the bundle's evaluation began: a handler imports this module first. Monotonic nanoseconds. */
export const moduleBeganAt: bigint = process.hrtime.bigint();
