import type { BackendFacts } from '../harness/domain/run.ts';
import type { Escape } from './free-text.ts';

/** Delays and faults that the lab was told to bring about, each in words; empty on AWS and in an undisturbed lab. */
export function injectedWords({ injected }: BackendFacts, show: Escape): readonly string[] {
  return Object.entries(injected ?? {}).map(([name, value]) => show(`${name} ${value}`));
}

/** What a verdict has to say of them: `; injected: nat path +2 ms a round trip`. Places that only took the same way are left out. */
export function injectedSuffix(backend: BackendFacts, show: Escape): string {
  const idle = (value: string): boolean => value.startsWith('+0 ms');
  const felt = Object.fromEntries(Object.entries(backend.injected ?? {}).filter(([, value]) => !idle(value)));
  const words = injectedWords({ ...backend, injected: felt }, show);
  return words.length === 0 ? '' : `; injected: ${words.join(', ')}`;
}

/** What `--lab-delay` must be given to bring about the same path delays again: `nat=2ms`. */
export function labDelayWords({ pathDelaysMs = {} }: BackendFacts): readonly string[] {
  const named = Object.entries(pathDelaysMs).filter(([place]) => /^[a-z]+$/.test(place));
  const felt = named.filter(([, ms]) => ms > 0);
  return (felt.length === 0 ? named : felt).map(([place, ms]) => `${place}=${ms}ms`);
}
