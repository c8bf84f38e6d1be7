/** Which namespace is at the other end of a device: kept for walking paths; the routes themselves are asked of the kernel. */
export interface Links {
  /** A link between two namespaces, known from both ends. */
  join(one: LinkEnd, other: LinkEnd): void;
  /** A namespace behind a bridge, by its address there. */
  plug(bridge: LinkEnd, address: string, member: LinkEnd): void;
  /** What a packet meets that leaves by this device towards this neighbour. */
  beyond(end: LinkEnd, neighbour: string): LinkEnd | undefined;
  /** Forgets every link of a namespace. */
  forget(namespace: string): void;
}

/** A device in a namespace. */
export interface LinkEnd {
  readonly namespace: string;
  readonly device: string;
}

export function newLinks(): Links {
  const ends = new Map<string, LinkEnd>();
  const key = (end: LinkEnd, neighbour?: string): string =>
    [end.namespace, end.device, ...(neighbour === undefined ? [] : [neighbour])].join(' ');
  return {
    join: (one, other) => {
      ends.set(key(one), other);
      ends.set(key(other), one);
    },
    plug: (bridge, address, member) => {
      ends.set(key(bridge, address), member);
      ends.set(key(member), bridge);
    },
    beyond: (end, neighbour) => ends.get(key(end, neighbour)) ?? ends.get(key(end)),
    forget: (namespace) => {
      for (const [name, end] of ends) if (end.namespace === namespace || name.startsWith(`${namespace} `)) ends.delete(name);
    },
  };
}
