import { describe, expect, it } from 'vitest';
import { walkGraph } from '../../infra/lab/stack/walk.ts';
import { settleTurn } from '../support/stack-lab.ts';

const chain = new Map<string, ReadonlySet<string>>([
  ['A', new Set()],
  ['B', new Set(['A'])],
  ['C', new Set(['B'])],
  ['X', new Set()],
]);

/** Visits that end when the test says so. */
function newVisits() {
  const ends = new Map<string, (isSuccess: boolean) => void>();
  return {
    begun: () => [...ends.keys()],
    visit: (id: string) => new Promise<boolean>((resolve) => void ends.set(id, resolve)),
    end: async (id: string, isSuccess: boolean) => {
      ends.get(id)?.(isSuccess);
      await settleTurn();
    },
  };
}

describe('a walk over dependencies', () => {
  it('ends when all are visited', async () => {
    const visits = newVisits();
    const walk = walkGraph(chain, visits.visit, 'stop');
    expect(visits.begun()).toEqual(['A', 'X']);
    for (const id of ['A', 'B', 'X', 'C']) await visits.end(id, true);
    expect(await walk.ended).toEqual({ failed: [], running: [] });
  });

  it('of nothing is over', async () => {
    expect(await walkGraph(new Map(), async () => true, 'stop').ended).toEqual({ failed: [], running: [] });
  });

  it('starts nothing after stop, also when a visit that ran then succeeds', async () => {
    const visits = newVisits();
    const walk = walkGraph(chain, visits.visit, 'stop');
    walk.stop();
    await visits.end('A', true);
    expect(visits.begun()).toEqual(['A', 'X']);
    expect(await walk.ended).toEqual({ failed: [], running: ['A', 'X'] });
  });

  it('stops at a failure and names what still runs', async () => {
    const visits = newVisits();
    const walk = walkGraph(chain, visits.visit, 'stop');
    await visits.end('X', false);
    expect(await walk.ended).toEqual({ failed: ['X'], running: ['A'] });
  });

  it('goes on after a failure where it is told to, without what needs the failed one', async () => {
    const visits = newVisits();
    const walk = walkGraph(chain, visits.visit, 'continue');
    for (const [id, isSuccess] of [
      ['A', true],
      ['B', false],
      ['X', true],
    ] as const)
      await visits.end(id, isSuccess);
    expect(await walk.ended).toEqual({ failed: ['B'], running: [] });
    expect(visits.begun()).toEqual(['A', 'X', 'B']);
  });
});
