import type { Arm } from '../domain/arm.ts';
import type { Connection } from '../domain/cell.ts';
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
 * proves the path), then `warm` pairs of turns, one per connection kind; which kind goes first is drawn for each pair.
 */
function planRound(number: number, arms: readonly Arm[], warm: number, random: Random): Round {
  const steps: Step[] = [
    ...turn(arms, 'cold', 'new', random),
    ...turn(arms, 'open', 'new', random),
    ...turn(arms, 'settle', 'reused', random),
  ];
  for (let pair = 0; pair < warm; pair++) {
    const kinds: readonly Connection[] = random.below(2) === 0 ? ['new', 'reused'] : ['reused', 'new'];
    for (const connection of kinds) steps.push(...turn(arms, 'measure', connection, random));
  }
  const nonce = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('');
  return { number, nonce, calls: newCalls(number, steps) };
}

/** K rounds over the arms. */
export function planRounds(arms: readonly Arm[], rounds: number, warm: number, random: Random): readonly Round[] {
  return Array.from({ length: rounds }, (_, i) => planRound(i + 1, arms, warm, random));
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
