import type { LabKnobs } from './knobs.ts';

/** Either a page without events that leads on to `nextToken`, or the token with which the search goes on. */
export type LogPageTurn =
  | { readonly kind: 'empty'; readonly nextToken: string }
  | { readonly kind: 'search'; readonly token: string | undefined };

/** Puts pages between a reader and the events. */
export interface LogPages {
  /** FilterLogEvents: `search` says in which search the token was given. */
  filter(search: string, isPattern: boolean, token: string | undefined): LogPageTurn;
  /** GetLogEvents, whose readers take a repeated token for the end: each empty page has a token of its own. */
  stream(token: string | undefined, fromHead: boolean): LogPageTurn;
}

const EMPTY = /^([fb])\/empty:(\d{1,6})$/;

/** Pages as the knobs have them. */
export function newLogPages(knobs: () => Pick<LabKnobs, 'emptyLogPages' | 'repeatedLogTokens'>): LogPages {
  const repeats = new Map<string, number>();
  /** Whether the token shall be given back once more. */
  const isRepeated = (key: string): boolean => {
    const count = repeats.get(key) ?? 0;
    const again = count < knobs().repeatedLogTokens;
    if (again) repeats.set(key, count + 1);
    else repeats.delete(key);
    return again;
  };
  return {
    filter(search, isPattern, token) {
      const wanted = isPattern ? knobs().emptyLogPages : 0;
      const seen = token === undefined ? 0 : Number(/^empty:(\d{1,6})$/.exec(token)?.[1] ?? Number.NaN);
      if (seen < wanted) return { kind: 'empty', nextToken: seen + 1 < wanted ? `empty:${seen + 1}` : 'head' };
      const place = Number.isNaN(seen) ? token : token === undefined ? undefined : 'head';
      if (place !== undefined && isRepeated(`${search} ${place}`)) return { kind: 'empty', nextToken: place };
      return { kind: 'search', token: place };
    },
    stream(token, fromHead) {
      // By default GetLogEvents answers at once: the one empty page is FilterLogEvents' own.
      const wanted = knobs().emptyLogPages - 1;
      const [, side, text] = token === undefined ? [] : (EMPTY.exec(token) ?? []);
      if (token !== undefined && side === undefined) return { kind: 'search', token };
      const seen = Number(text ?? 0);
      const direction = side ?? (fromHead ? 'f' : 'b');
      if (seen < wanted) return { kind: 'empty', nextToken: `${direction}/empty:${seen + 1}` };
      if (token === undefined) return { kind: 'search', token };
      return { kind: 'search', token: direction === 'f' ? 'f/head' : undefined };
    },
  };
}
