/**
 * Distribution functions to about 1e-13 relative, for arguments up to a few million: what intervals at any n need and no
 * dependency of this project offers. Only +, −, ×, ÷, sqrt, log, log1p and exp are used, so results do not differ by platform.
 */

const LOG_ROOT_TWO_PI = 0.918_938_533_204_672_8;

/** δ(z) = ln Γ(z) − [(z − ½) ln z − z + ½ ln 2π], z > 0: Stirling's series from 16 on (Abramowitz & Stegun 6.1.41), below by Γ(z+1) = z·Γ(z). */
function stirlingCorrection(z: number): number {
  let [argument, shifted] = [z, 0];
  for (; argument < 16; argument++) shifted += (argument + 0.5) * Math.log1p(1 / argument) - 1;
  const s = 1 / (argument * argument);
  const series = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360_360))));
  return shifted + series / argument;
}

/** a·ln(a/m) + m − a without cancellation near a = m: the deviance of C. Loader, "Fast and accurate computation of binomial probabilities", 2000. */
function deviance(a: number, m: number): number {
  const gap = a - m;
  if (Math.abs(gap) >= 0.1 * (a + m)) return a * Math.log(a / m) - gap;
  const v = gap / (a + m);
  let sum = gap * v;
  let term = 2 * a * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}

/** ln [x^a·y^b / B(a, b)] with y = 1 − x given apart, so that neither end of the unit interval loses digits. */
function logBetaTerm(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const corrections = stirlingCorrection(n) - stirlingCorrection(a) - stirlingCorrection(b);
  return 0.5 * Math.log((a / n) * b) - LOG_ROOT_TWO_PI + corrections - deviance(a, n * x) - deviance(b, n * y);
}

/**
 * The continued fraction of A. R. DiDonato and A. H. Morris, "Algorithm 708", ACM TOMS 18 (1992), section 4, evaluated by Lentz's
 * method: I_x(a, b) = x^a·y^b / B(a, b) × the fraction. For x below the mean; at most a few times √(a + b) terms.
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  // a − n·x, from the end of the unit interval where the subtraction loses least.
  const gap = x < y ? a - n * x : n * y - b;
  const partial = (m: number): number => m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (gap + 1 + m * (1 + y))) / (a + 2 * m + 1);
  let c = (a * (gap + 1)) / (a + 1);
  let d = 0;
  let fraction = c;
  for (let m = 1; m < 1_000_000; m++) {
    const numerator = ((a + m - 1) / (a + 2 * m - 1)) * ((n + m - 1) / (a + 2 * m - 1)) * m * (b - m) * x * x;
    const denominator = partial(m);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 2.3e-16) break;
  }
  return 1 / fraction;
}

/** Both tails of the beta distribution at x (y = 1 − x): the smaller is exact, the other its complement. */
function betaTails(x: number, y: number, a: number, b: number): { readonly lower: number; readonly upper: number } {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  const term = Math.exp(logBetaTerm(x, y, a, b));
  if (x * (a + b) <= a) {
    const lower = term * betaFraction(x, y, a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = term * betaFraction(y, x, b, a);
  return { lower: 1 - upper, upper };
}

function checkShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && Number.isFinite(a + b))) throw new RangeError(`a beta distribution needs positive shapes, got ${a} and ${b}`);
}

/** The regularised incomplete beta function I_x(a, b) = P(Beta(a, b) ≤ x), x in [0, 1]. Throws `RangeError` for shapes that are not positive. */
export function regularisedBeta(x: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(x >= 0 && x <= 1)) throw new RangeError(`the incomplete beta function is defined on [0, 1], got ${x}`);
  return betaTails(x, 1 - x, a, b).lower;
}

/**
 * The zero of an increasing function in (low, high), from a start and its slope: Newton's steps, halving where one would leave the
 * bracket or does not halve it in a while.
 */
function findZero(value: (at: number) => number, slope: (at: number) => number, start: number, low: number, high: number): number {
  let at = start > low && start < high ? start : (low + high) / 2;
  for (let i = 0; i < 200; i++) {
    const height = value(at);
    if (height === 0) return at;
    if (height < 0) low = at;
    else high = at;
    const step = at - height / slope(at);
    const next = step > low && step < high && i % 20 !== 19 ? step : (low + high) / 2;
    if (Math.abs(next - at) <= 1e-16 * Math.abs(at) || next === low || next === high) return next;
    at = next;
  }
  return at;
}

/** The x at which I_x(a, b) = share, 0 < share < 1. Throws `RangeError` outside, and for shapes that are not positive. */
export function inverseRegularisedBeta(share: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(share > 0 && share < 1)) throw new RangeError(`a share must be in (0, 1), got ${share}`);
  const mean = a / (a + b);
  const start = mean + normalQuantile(share) * Math.sqrt((mean * (1 - mean)) / (a + b + 1));
  const density = (x: number): number => Math.exp(logBetaTerm(x, 1 - x, a, b)) / (x * (1 - x));
  const height = (x: number): number => {
    const { lower, upper } = betaTails(x, 1 - x, a, b);
    return lower < upper ? lower - share : 1 - share - upper;
  };
  return findZero(height, density, start, 0, 1);
}

/** P(T ≤ t) for Student's t with `degrees` > 0 degrees of freedom (DLMF 8.17 and Abramowitz & Stegun 26.7.1). */
export function studentCumulative(t: number, degrees: number): number {
  if (!(degrees > 0)) throw new RangeError(`degrees of freedom must be positive, got ${degrees}`);
  const { tail } = studentParts(Math.abs(t), degrees);
  return t < 0 ? tail : 1 - tail;
}

/** For t ≥ 0: P(T > t) and P(|T| ≤ t), each exact where it is small. */
function studentParts(t: number, degrees: number): { readonly tail: number; readonly middle: number } {
  const square = t * t;
  const whole = degrees + square;
  if (whole === Number.POSITIVE_INFINITY) return { tail: 0, middle: 1 };
  const { lower, upper } = betaTails(degrees / whole, square / whole, degrees / 2, 0.5);
  return { tail: lower / 2, middle: upper };
}

/** The t that `share` of Student's distribution lies below, 0 < share < 1. Throws `RangeError` outside and without degrees of freedom. */
export function studentQuantile(share: number, degrees: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share must be in (0, 1), got ${share}`);
  if (!(degrees > 0)) throw new RangeError(`degrees of freedom must be positive, got ${degrees}`);
  if (share === 0.5) return 0;
  if (share < 0.5) return -studentUpper(share, 0.5 - share, degrees);
  return studentUpper(1 - share, share - 0.5, degrees);
}

/** The t > 0 with P(T > t) = tail, where half = ½ − tail is given too. Newton in ln t, because tails of few degrees reach far. */
function studentUpper(tail: number, half: number, degrees: number): number {
  const logConstant = stirlingCorrection((degrees + 1) / 2) - stirlingCorrection(degrees / 2);
  const scale = 0.5 * degrees * Math.log1p(1 / degrees) - 0.5 - LOG_ROOT_TWO_PI;
  const density = (t: number): number => Math.exp(logConstant + scale - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees));
  const height = (logT: number): number => {
    const parts = studentParts(Math.exp(logT), degrees);
    return tail < half ? (tail - parts.tail) / tail : (parts.middle / 2 - half) / half;
  };
  const slope = (logT: number): number => (density(Math.exp(logT)) * Math.exp(logT)) / Math.min(tail, half);
  const z = normalQuantile(1 - tail);
  return Math.exp(findZero(height, slope, Math.log(Math.max(z, 1e-300)), -700, 700));
}

const ratio = (numerator: readonly number[], denominator: readonly number[], at: number): number => {
  const horner = (coefficients: readonly number[]): number => coefficients.reduceRight((sum, c) => sum * at + c, 0);
  return horner(numerator) / horner(denominator);
};

/**
 * The z that `share` of the standard normal distribution lies below, 0 < share < 1: M. J. Wichura, algorithm AS 241 (PPND16), Applied
 * Statistics 37 (1988). Throws `RangeError` outside.
 */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share must be in (0, 1), got ${share}`);
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRAL[0], CENTRAL[1], 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? share : 1 - share));
  const z = r <= 5 ? ratio(TAIL[0], TAIL[1], r - 1.6) : ratio(FAR[0], FAR[1], r - 5);
  return q < 0 ? -z : z;
}

const CENTRAL = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852546,
  ],
] as const;
const TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
] as const;
const FAR = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
    2.0442631033899397e-15,
  ],
] as const;
