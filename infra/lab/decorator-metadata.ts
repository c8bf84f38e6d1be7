/**
 * Import before `@peculiar/x509`: the container in which that library keeps its algorithms refuses to load
 * unless it can ask for decorator metadata. Its classes carry none, so "none" is the whole answer and no
 * polyfill package is needed. A real polyfill that is already there stays.
 */
const reflection = Reflect as unknown as Record<'getMetadata' | 'getOwnMetadata', unknown>;
reflection.getMetadata ??= () => undefined;
reflection.getOwnMetadata ??= () => undefined;
