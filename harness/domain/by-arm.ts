import type { Arm } from './arm.ts';

/** Something for each arm, found without making its name: for loops over samples by the million. */
export class ByArm<Value> {
  readonly #arms = new Map<string, Map<string, Value>>();
  #last: { readonly arm: Arm; readonly value: Value } | undefined;

  get({ scenario, target }: Arm): Value | undefined {
    return this.#arms.get(scenario)?.get(target);
  }

  /** What the arm has, made when it has nothing yet. */
  getOrMake({ scenario, target }: Arm, make: () => Value): Value {
    const last = this.#last;
    if (last !== undefined && last.arm.scenario === scenario && last.arm.target === target) return last.value;
    const targets = this.#arms.get(scenario) ?? new Map<string, Value>();
    this.#arms.set(scenario, targets);
    const value = targets.get(target) ?? make();
    targets.set(target, value);
    this.#last = { arm: { scenario, target }, value };
    return value;
  }

  /** The same arms, in their order, with what is made of each one's value. */
  map<Made>(make: (value: Value) => Made): ByArm<Made> {
    const made = new ByArm<Made>();
    for (const [scenario, targets] of this.#arms)
      made.#arms.set(scenario, new Map([...targets].map(([target, value]) => [target, make(value)])));
    return made;
  }

  values(): readonly Value[] {
    return [...this.#arms.values()].flatMap((targets) => [...targets.values()]);
  }
}
