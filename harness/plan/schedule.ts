import type { Arm } from '../domain/arm.ts';
import { CONNECTIONS, type Connection } from '../domain/cell.ts';
import type { Round } from '../domain/plan.ts';
import { type Random, shuffle } from '../domain/random.ts';
import type { Call, Purpose } from '../domain/sample.ts';

interface Step {
  readonly arm: Arm;
  readonly purpose: Purpose;
  readonly connection: Connection;
}

/** `r003-0042`: sorts in plan order, unique in the run. */
function formatCallId(round: number, position: number): string {
  return `r${String(round).padStart(3, '0')}-${String(position).padStart(4, '0')}`;
}

/** Numbers the steps of one round. */
function newCalls(round: number, steps: readonly Step[]): Call[] {
  return steps.map(({ arm, purpose, connection }, position) => ({
    callId: formatCallId(round, position),
    scenario: arm.scenario,
    target: arm.target,
    round,
    position,
    purpose,
    startAsked: purpose === 'cold' ? 'cold' : 'warm',
    connection,
  }));
}

/** One turn: each arm once, freshly shuffled, so that neighbours change from turn to turn. */
function turn(arms: readonly Arm[], purpose: Purpose, connection: Connection, random: Random): Step[] {
  return shuffle(arms, random).map((arm) => ({ arm, purpose, connection }));
}

/**
 * The turns of one round: all cold calls, the two discarded turns (the first opens the connection to be reused and
 * proves the path), then `warm` pairs of turns, one per connection kind; which kind goes first is drawn for each pair. With 0 warm
 * pairs no connection needs to be reused: only the cold calls and the one that proves the path remain.
 */
function planRound(number: number, arms: readonly Arm[], warm: number, random: Random, kinds: readonly Connection[]): Round {
  const steps: Step[] = [
    ...turn(arms, 'cold', 'new', random),
    ...turn(arms, 'open', 'new', random),
    ...(warm === 0 ? [] : turn(arms, 'settle', 'reused', random)),
  ];
  for (let pair = 0; pair < warm; pair++) {
    const order = random.below(2) === 0 ? kinds : [...kinds].reverse();
    for (const connection of order) steps.push(...turn(arms, 'measure', connection, random));
  }
  const nonce = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('');
  return { number, nonce, calls: newCalls(number, steps) };
}

/** How many rounds, and what is in them. */
export interface RoundsWanted {
  readonly rounds: number;
  readonly warm: number;
  /** Rounds that have warm calls: the first so many. Absent: all. */
  readonly warmRounds?: number;
  /** Connections of the measured calls. Absent: both kinds. */
  readonly kinds?: readonly Connection[];
}

/** K rounds over the arms. Rounds are drawn one after the other, so the same seed gives the same beginning whatever K is. */
export function planRounds(arms: readonly Arm[], wanted: RoundsWanted, random: Random): readonly Round[] {
  const { rounds, warm, warmRounds = rounds, kinds = CONNECTIONS } = wanted;
  return Array.from({ length: rounds }, (_, i) => planRound(i + 1, arms, i < warmRounds ? warm : 0, random, kinds));
}

const BLOCKED_ATTEMPTS = 3;

/** Three attempts at each arm that is expected to be blocked, outside the rounds so that their time-outs delay nothing. */
export function planBlockedAttempts(round: number, arms: readonly Arm[]): readonly Call[] {
  const steps = Array.from({ length: BLOCKED_ATTEMPTS }, () => arms).flat();
  return newCalls(
    round,
    steps.map((arm) => ({ arm, purpose: 'blocked', connection: 'new' })),
  );
}
