/** Places by name at which a path can be made longer. Closed: the lab must know where each one is. */
export const PATH_PLACES = ['default', 'nat', 'endpoint'] as const;
/** `default`: default mode's own NAT. `nat`: every NAT gateway. `endpoint`: every gateway endpoint. */
export type PathPlaceName = (typeof PATH_PLACES)[number];

/** How much longer a place makes a path. */
export interface PathDelay {
  /** Added to a round trip through the place, half of it each way; milliseconds, 0 or more. */
  readonly roundTripMs: number;
}

/**
 * By name of the place, or by the id of one NAT gateway or endpoint (`nat-…`, `vpce-…`), which goes before its name. 0 sends the
 * packets the same way without holding them, so that two paths differ by nothing but the delay; a place that is absent is left alone.
 */
export type PathDelays = Readonly<Record<string, PathDelay>>;

/** Longest round trip that can be asked for, milliseconds; beyond it the probes' own time limits would be what is measured. */
export const LONGEST_ROUND_TRIP_MS = 500;

/** True for a named place. */
export function isPathPlaceName(name: string): name is PathPlaceName {
  return (PATH_PLACES as readonly string[]).includes(name);
}

/** True for a name or an id that could be one of a NAT gateway or a gateway endpoint. */
export function isPathPlace(name: string): boolean {
  return isPathPlaceName(name) || /^(nat|vpce)-[0-9a-f]+$/.test(name);
}

/** A place that exists now. */
export interface PathPlace {
  readonly name: PathPlaceName;
  /** A physical id; `default` for default mode's NAT, which has none. */
  readonly id: string;
  readonly namespace: string;
  /** Routers pass packets on by one leg; hosts are where the path ends. */
  readonly kind: 'router' | 'host';
  /** Devices by which its packets leave, in both directions. */
  readonly exits: readonly { readonly namespace: string; readonly device: string }[];
}

/** A place with the delay that holds for it. */
export interface DelayedPlace extends PathPlace, PathDelay {}

/** The places that `delays` speaks of, each with its own delay or its name's. */
export function delayedPlaces(delays: PathDelays, places: readonly PathPlace[]): readonly DelayedPlace[] {
  return places.flatMap((place) => {
    const delay = delays[place.id] ?? delays[place.name];
    return delay === undefined ? [] : [{ ...place, roundTripMs: delay.roundTripMs }];
  });
}
