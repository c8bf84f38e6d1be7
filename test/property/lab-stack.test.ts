import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../infra/lab/stack/evaluate.ts';
import { parseExpression } from '../../infra/lab/stack/expression.ts';
import { generatedName } from '../../infra/lab/stack/generated-name.ts';
import { type DependencyGraph, dependencyOrder, reversed } from '../../infra/lab/stack/order.ts';
import { newStackLab, type ResourceScript, stackRequest, TEST_ACCOUNT } from '../support/stack-lab.ts';

const ids = Array.from({ length: 8 }, (_, index) => `R${index}`);

/** Any graph, with circles. */
const anyGraph: fc.Arbitrary<DependencyGraph> = fc
  .array(fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }), { minLength: ids.length, maxLength: ids.length })
  .map((needs) => new Map(ids.map((id, index) => [id, new Set(needs[index])] as const)));

/** A graph in which an id needs only earlier ones, in shuffled order. */
const acyclicGraph: fc.Arbitrary<DependencyGraph> = fc
  .tuple(fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 }), fc.shuffledSubarray(ids, { minLength: 8 }))
  .map(([needs, order]) => new Map(order.map((id) => [id, earlier(id, needs)] as const)));

function earlier(id: string, needs: readonly (readonly number[])[]): ReadonlySet<string> {
  const own = ids.indexOf(id);
  return new Set((needs[own] ?? []).filter((index) => index < own).map((index) => `R${index}`));
}

/** Whether `from` reaches itself over at least one edge: by looking, not by counting. */
function isInCircle(graph: DependencyGraph, from: string): boolean {
  const seen = new Set<string>();
  const visit = (id: string): boolean =>
    [...(graph.get(id) ?? [])].some((next) => next === from || (!seen.has(next) && seen.add(next) && visit(next)));
  return visit(from);
}

describe('the order of dependencies', () => {
  it('puts each id behind all that it needs, and knows when there is none', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const ordering = dependencyOrder(graph);
        const circular = ids.filter((id) => isInCircle(graph, id));
        expect(ordering.kind).toBe(circular.length === 0 ? 'ordered' : 'circular');
        if (ordering.kind === 'circular') {
          // Members of circles, and what lies between two of them.
          expect(ordering.members).toEqual(expect.arrayContaining(circular));
          return;
        }
        expect([...ordering.order].sort()).toEqual(ids);
        for (const [id, needs] of graph) {
          for (const needed of needs) expect(ordering.order.indexOf(needed)).toBeLessThan(ordering.order.indexOf(id));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('turned round twice is the same', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        expect(reversed(reversed(graph))).toEqual(graph);
      }),
    );
  });
});

const noNames = {
  parameters: new Set<string>(),
  resources: new Map<string, string>(),
  attributesOf: () => undefined,
  unresolved: new Set<string>(),
};
const value = (json: unknown): unknown =>
  evaluate(parseExpression(json, '/x', noNames), {
    account: TEST_ACCOUNT,
    stackId: 'id',
    stackName: 'net',
    parameters: new Map(),
    resources: new Map(),
  });

/** Text with everything that Fn::Sub looks at, short of a variable. */
const plainText = fc.string({ unit: fc.constantFrom('a', '$', '{', '}', '!', '.', ' ', 'é') }).filter((text) => !/\$\{/.test(text));

describe('functions', () => {
  it('Sub gives back what its literals were made of', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9.:]{1,8}$/);
    const part = fc.oneof(
      plainText.map((text) => [text, text] as const),
      name.map((text) => [`\${!${text}}`, `\${${text}}`] as const),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const written = parts.map(([template]) => template).join(' ');
        expect(value({ 'Fn::Sub': written })).toBe(parts.map(([, meant]) => meant).join(' '));
      }),
    );
  });

  it('Sub of a map puts in each value where its name stands', () => {
    const names = ['A', 'b_1', 'C.d'];
    const values = fc.record({ A: plainText, b_1: plainText, 'C.d': plainText });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names)), values, (used, given) => {
        const written = used.map((name) => `\${${name}}`).join('-');
        expect(value({ 'Fn::Sub': [written, given] })).toBe(used.map((name) => given[name as keyof typeof given]).join('-'));
      }),
    );
  });

  it('Join and Select undo each other', () => {
    const members = fc.array(fc.stringMatching(/^[a-z]{0,5}$/), { minLength: 1 });
    fc.assert(
      fc.property(members, fc.nat(), (items, number) => {
        const index = number % items.length;
        expect(String(value({ 'Fn::Join': ['|', items] })).split('|')).toEqual(items);
        expect(value({ 'Fn::Select': [String(index), items] })).toBe(items[index]);
      }),
    );
  });

  it('leaves data that names no function alone', () => {
    const key = fc.string().filter((text) => text !== 'Ref' && !text.startsWith('Fn::'));
    const leaf = fc.oneof(
      fc.string().filter((text) => !text.includes('{{resolve:')),
      fc.integer(),
      fc.boolean(),
    );
    const data = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('node'), { maxLength: 3 }), fc.dictionary(key, tie('node'), { maxKeys: 3 })),
    })).node;
    fc.assert(
      fc.property(data, (json) => {
        expect(value(json)).toEqual(json);
      }),
    );
  });
});

describe('generated names', () => {
  it('keep their ends and their lengths for every stack and logical id', () => {
    const stack = fc.stringMatching(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/);
    const logicalId = fc.stringMatching(/^[A-Za-z0-9]{1,255}$/);
    fc.assert(
      fc.property(stack, logicalId, (stackName, id) => {
        expect(generatedName(stackName, id, 'ABCDEFGHIJ12', 'AWS::Lambda::Function')).toMatch(
          /^(?=.{1,64}$)[a-zA-Z][-a-zA-Z0-9]*-ABCDEFGHIJ12$/,
        );
        expect(generatedName(stackName, id, 'ABCDEFGHIJ12', 'AWS::RDS::DBInstance')).toMatch(
          /^(?=.{1,63}$)[a-z](-?[a-z0-9])*-abcdefghij12$/,
        );
      }),
    );
  });
});

describe('a stack of any shape', () => {
  const script: fc.Arbitrary<ResourceScript> = fc.record(
    { createMs: fc.nat(20), deleteMs: fc.nat(20), createError: fc.constant(new Error('no')) },
    { requiredKeys: ['createMs', 'deleteMs'] },
  );
  const scripts = fc
    .array(script, { minLength: 8, maxLength: 8 })
    .map((all) => Object.fromEntries(all.map((one, index) => [`R${index}`, one])));

  it('never makes a thing before what it needs, never removes one before what needs it, and in the end leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(acyclicGraph, scripts, fc.nat(80), async (graph, behaviour, deletedAtMs) => {
        const lab = newStackLab(behaviour);
        const resources = Object.fromEntries(
          [...graph].map(([id, needs]) => [id, { Type: 'AWS::EC2::InternetGateway', DependsOn: [...needs] }] as const),
        );
        const id = lab.engine.create(stackRequest({ Resources: resources }));
        await lab.clock.advance(deletedAtMs);
        lab.engine.delete(id);
        await lab.clock.advance(2_000);
        await lab.engine.settled(id);
        expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
        expectOrdered(lab.calls, graph);
        const made = lab.calls.filter((call) => call.startsWith('made ')).map((call) => call.slice(5));
        expect(
          lab.calls
            .filter((call) => call.startsWith('gone '))
            .map((call) => call.slice(5))
            .sort(),
        ).toEqual(made.sort());
      }),
      { numRuns: 150 },
    );
  });

  function expectOrdered(calls: readonly string[], graph: DependencyGraph): void {
    for (const [id, needs] of graph) {
      for (const needed of needs) {
        if (calls.includes(`create ${id}`)) expect(calls.slice(0, calls.indexOf(`create ${id}`))).toContain(`made ${needed}`);
        if (calls.includes(`made ${id}`)) expect(calls.slice(0, calls.indexOf(`delete ${needed}`))).toContain(`gone ${id}`);
      }
    }
  }
});
