import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ReportedError } from './bootstrap-api.ts';

/** A function's handler; its result becomes the answer. */
export type Handler = (event: unknown, context: unknown) => unknown;

/** An init failure with a type of the platform's own, such as `Runtime.HandlerNotFound`. */
export class RuntimeInitError extends Error {
  constructor(type: string, message: string) {
    super(message);
    this.name = type;
  }
}

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'] as const;
/** `(event, context, callback)`. */
const CALLBACK_ARITY = 3;

/**
 * Imports `module.handler` from the task root. Throws `RuntimeInitError` with AWS's types for what cannot be loaded, and
 * whatever the module itself throws.
 */
export async function loadHandler(taskRoot: string, handlerName: string): Promise<Handler> {
  const [, modulePath, exportPath] = /^(.*?[^./]+)\.(.+)$/.exec(handlerName) ?? [];
  if (modulePath === undefined || exportPath === undefined) {
    throw new RuntimeInitError('Runtime.MalformedHandlerName', `Bad handler ${handlerName}`);
  }
  const loaded = await importModule(taskRoot, modulePath);
  const handler = resolveExport(loaded, exportPath) ?? resolveExport((loaded as { readonly default?: unknown }).default, exportPath);
  if (handler === undefined) throw new RuntimeInitError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw new RuntimeInitError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  if (handler.length >= CALLBACK_ARITY) {
    throw new RuntimeInitError(
      'Runtime.CallbackHandlerDeprecated',
      `${handlerName} takes a callback. Callback handlers do not run here, nor on nodejs24.x: use an async handler (event, context)`,
    );
  }
  return handler as Handler;
}

async function importModule(taskRoot: string, modulePath: string): Promise<object> {
  const file = EXTENSIONS.map((extension) => join(taskRoot, modulePath + extension)).find((path) => existsSync(path));
  if (file === undefined) throw new RuntimeInitError('Runtime.ImportModuleError', `Error: Cannot find module '${modulePath}'`);
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    throw classifyImportFailure(error);
  }
}

function classifyImportFailure(error: unknown): unknown {
  if (error instanceof SyntaxError) return new RuntimeInitError('Runtime.UserCodeSyntaxError', String(error));
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return missing ? new RuntimeInitError('Runtime.ImportModuleError', String(error)) : error;
}

function resolveExport(root: unknown, path: string): unknown {
  let current = root;
  for (const key of path.split('.')) {
    if ((typeof current !== 'object' && typeof current !== 'function') || current === null) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

/** The body that the Runtime API and the caller see. What is no `Error` has the type of the value. */
export function toReportedError(thrown: unknown): ReportedError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n').filter((line) => line !== '') };
}
