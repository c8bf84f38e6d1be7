/** Logical id → the ids that have to be there before it. Each id that is named is also a key. */
export type DependencyGraph = ReadonlyMap<string, ReadonlySet<string>>;

export type Ordering =
  | { readonly kind: 'ordered'; readonly order: readonly string[] }
  /** The ids that wait for each other, in the graph's own order. */
  | { readonly kind: 'circular'; readonly members: readonly string[] };

/** An order in which each id comes after what it needs; always the same one for the same graph. */
export function dependencyOrder(graph: DependencyGraph): Ordering {
  const order = peel(graph);
  if (order.length === graph.size) return { kind: 'ordered', order };
  const stuck = restrictedTo(graph, new Set([...graph.keys()].filter((id) => !order.includes(id))));
  // What only waits for a circle is not in one: peeled from the other end.
  const waiting = new Set(peel(reversed(stuck)));
  return { kind: 'circular', members: [...stuck.keys()].filter((id) => !waiting.has(id)) };
}

/** The same edges the other way round: id → the ids that need it. */
export function reversed(graph: DependencyGraph): DependencyGraph {
  const turned = new Map<string, Set<string>>([...graph.keys()].map((id) => [id, new Set<string>()]));
  for (const [id, needs] of graph) for (const needed of needs) turned.get(needed)?.add(id);
  return turned;
}

/** The graph of `ids` only. */
export function restrictedTo(graph: DependencyGraph, ids: ReadonlySet<string>): DependencyGraph {
  const kept = [...graph].filter(([id]) => ids.has(id));
  return new Map(kept.map(([id, needs]) => [id, new Set([...needs].filter((needed) => ids.has(needed)))]));
}

function peel(graph: DependencyGraph): readonly string[] {
  const dependants = reversed(graph);
  const open = new Map([...graph].map(([id, needs]) => [id, needs.size]));
  const order = [...graph.keys()].filter((id) => open.get(id) === 0);
  for (const id of order) {
    for (const dependant of dependants.get(id) ?? []) {
      const left = (open.get(dependant) ?? 0) - 1;
      open.set(dependant, left);
      if (left === 0) order.push(dependant);
    }
  }
  return order;
}
