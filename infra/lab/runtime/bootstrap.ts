/**
 * The program of one execution environment: imports the handler, then takes calls from the Runtime API one at a
 * time. Its own cost is in every Init and Duration, so it imports only what Node has built in.
 */
import { type HandedCall, newRuntimeApiClient, type ReportedError } from './bootstrap-api.ts';
import { type ConsoleLevel, openConsole } from './bootstrap-console.ts';
import { type Handler, loadHandler, toReportedError } from './bootstrap-handler.ts';

const variable = (name: string): string => process.env[name] ?? '';
/** As AWS's own runtime: which of the two made the process end. */
const EXIT_UNCAUGHT = 129;
const EXIT_UNHANDLED = 128;

const api = newRuntimeApiClient(variable('AWS_LAMBDA_RUNTIME_API'));
let current: HandedCall | undefined;
const logFd = Number(variable('_LAMBDA_TELEMETRY_LOG_FD'));
delete process.env['_LAMBDA_TELEMETRY_LOG_FD'];
const json = variable('AWS_LAMBDA_LOG_FORMAT') === 'JSON';
const level = (process.env['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO') as ConsoleLevel;
const writeLine = openConsole(logFd, { format: json ? 'JSON' : 'Text', level }, () => current?.requestId);

function logError(what: string, error: ReportedError): void {
  const { trace, ...rest } = error;
  writeLine('ERROR', [json ? { ...rest, stackTrace: trace } : `${what} \t${JSON.stringify({ ...rest, stack: trace })}`]);
}

async function endWith(what: string, error: ReportedError, code: number): Promise<never> {
  logError(what, error);
  const told = current === undefined ? api.failInit(error) : api.fail(current.requestId, error);
  await told.catch(() => undefined);
  process.exit(code);
}

process.on('uncaughtException', (error) => void endWith('Uncaught Exception', toReportedError(error), EXIT_UNCAUGHT));
process.on('unhandledRejection', (reason) => {
  const error = toReportedError(reason);
  const named = { ...error, errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: `${error.errorType}: ${error.errorMessage}` };
  void endWith('Unhandled Promise Rejection', named, EXIT_UNHANDLED);
});

function newContext(call: HandedCall): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    invokedFunctionArn: call.functionArn,
    awsRequestId: call.requestId,
    getRemainingTimeInMillis: () => call.deadlineMs - Date.now(),
  };
}

async function answer(handler: Handler, call: HandedCall): Promise<void> {
  let json: string;
  try {
    json = JSON.stringify((await handler(JSON.parse(call.event), newContext(call))) ?? null);
  } catch (thrown) {
    const error = toReportedError(thrown);
    logError('Invoke Error', error);
    return api.fail(call.requestId, error);
  }
  return api.respond(call.requestId, json);
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    current = await api.next();
    if (current.traceId !== undefined) process.env['_X_AMZN_TRACE_ID'] = current.traceId;
    await answer(handler, current);
  }
}

// Not awaited at top level: when a handler's promise never settles and nothing is left to wait for, the exit status is 0, not 13.
void loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER')).then(serve, (error: unknown) =>
  endWith('Uncaught Exception', toReportedError(error), EXIT_UNCAUGHT),
);
