import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionService } from '../runtime/service.ts';
import { parseFunctionName } from './function-name.ts';
import { deleteFunction, formatAccount, formatManagement, listFunctions, putManagement } from './lambda-account.ts';
import { formatConfiguration, parseConfigurationChange } from './lambda-configuration.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatRestJsonAnswer } from './protocol/rest-json.ts';
import type { WireAnswer, WireCall, WireService } from './protocol/wire.ts';
import { newRateLimit } from './rate-limit.ts';

/** Bytes of a synchronous call's payload (Lambda quotas: 6 MB). */
const PAYLOAD_BYTES = 6 * 1024 * 1024;
/** GetFunction's own quota a second (Lambda quotas). */
const GET_FUNCTION_PER_SECOND = 100;

/** What Lambda needs beside its port. */
export interface LambdaSetting {
  readonly account: Account;
  /** Control-plane requests a second but for GetFunction (AWS: 15); read at each request. */
  readonly controlPerSecond: () => number;
  /** Bytes of a log's end that Tail returns (AWS: 4096); read at each call. */
  readonly tailBytes: () => number;
  /** A clock in milliseconds that never goes back. */
  readonly monotonicMs: () => number;
}

/**
 * Lambda: GetFunction, GetFunctionConfiguration, UpdateFunctionConfiguration, Invoke (RequestResponse, Tail), ListFunctions, DeleteFunction,
 * GetAccountSettings, GetRuntimeManagementConfig, PutRuntimeManagementConfig. Any other operation is
 * `UnknownOperationException`; what an operation takes elsewhere and not here is refused by name. Beyond the control plane's rate a call is
 * `TooManyRequestsException` with the reason `CallerRateLimitExceeded`.
 */
export function newLambdaService(functions: FunctionService, setting: LambdaSetting): WireService {
  const control = newRateLimit(setting.controlPerSecond, setting.monotonicMs);
  const getFunction = newRateLimit(() => GET_FUNCTION_PER_SECOND, setting.monotonicMs);
  return (call) => {
    const { asked, encodedName } = parseOperation(call);
    if (asked === 'POST invocations' && encodedName !== '') {
      return invoke(functions, parseFunctionName(encodedName, call.query, setting.account), call, setting.tailBytes());
    }
    if (!(asked === 'GET ' && encodedName !== '' ? getFunction : control).tryTake()) throw refuseRate();
    if (asked === 'GET account-settings') return formatAccount(functions.account());
    if (asked === 'GET functions') return listFunctions(functions, call.query);
    if (encodedName === '') throw unknown(call);
    const name = () => parseFunctionName(encodedName, call.query, setting.account);
    switch (asked) {
      case 'GET ':
        return getFunctionAnswer(functions, name());
      case 'GET configuration':
        return formatRestJsonAnswer(formatConfiguration(functions.get(name())));
      case 'PUT configuration':
        return formatRestJsonAnswer(formatConfiguration(functions.updateConfiguration(name(), parseConfigurationChange(call.body))));
      case 'DELETE ':
        return deleteFunction(functions, name());
      case 'GET runtime-management-config':
        return formatManagement(functions, name());
      case 'PUT runtime-management-config':
        return putManagement(functions, name(), call.body);
      default:
        throw unknown(call);
    }
  };
}

/** Lambda's paths carry the date of the API that brought the operation. */
const PATHS = [
  { path: /^\/2015-03-31\/functions\/([^/]+)(?:\/(configuration|invocations))?$/, unnamed: '' },
  { path: /^\/2021-07-20\/functions\/([^/]+)\/(runtime-management-config)$/, unnamed: '' },
  { path: /^\/2015-03-31\/(functions)\/?$/, unnamed: 'functions' },
  { path: /^\/2016-08-19\/(account-settings)\/?$/, unnamed: 'account-settings' },
] as const;

/** What is asked, `GET configuration`, and of which function; both are empty where the path is none of ours. */
function parseOperation({ method, path }: WireCall): { readonly asked: string; readonly encodedName: string } {
  for (const known of PATHS) {
    const [found, first = '', second = ''] = known.path.exec(path) ?? [];
    if (found === undefined) continue;
    return known.unnamed === ''
      ? { asked: `${method} ${second}`, encodedName: first }
      : { asked: `${method} ${known.unnamed}`, encodedName: '' };
  }
  return { asked: '', encodedName: '' };
}

function unknown(call: WireCall): Refusal {
  return refuseUnknown('rest-json', `The lab does not realise ${call.method} ${call.path} of lambda.`);
}

function refuseRate(): Refusal {
  return new Refusal('TooManyRequestsException', 429, 'Rate exceeded', { Reason: 'CallerRateLimitExceeded' });
}

function getFunctionAnswer(functions: FunctionService, name: string): WireAnswer {
  const configuration = functions.get(name);
  const tags = Object.keys(configuration.tags).length === 0 ? {} : { Tags: configuration.tags };
  // AWS adds a presigned Code.Location; the lab realises no presigned requests and names none.
  return formatRestJsonAnswer({ Configuration: formatConfiguration(configuration), Code: { RepositoryType: 'S3' }, ...tags });
}

/** Headers with which Invoke asks for what the lab does not have. */
const NOT_REALISED = ['x-amz-client-context', 'x-amz-durable-execution-name', 'x-amz-tenant-id'];

async function invoke(functions: FunctionService, name: string, call: WireCall, tailBytes: number): Promise<WireAnswer> {
  requireRealisable(call);
  const tail = parseLogType(call.headers['x-amz-log-type']);
  if (call.body.length > PAYLOAD_BYTES) {
    throw new Refusal(
      'RequestTooLargeException',
      413,
      `Request must be smaller than ${PAYLOAD_BYTES} bytes for the InvokeFunction operation`,
    );
  }
  const invocation = await functions.invoke(name, parsePayload(call.body));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-RequestId': invocation.requestId,
    'X-Amz-Executed-Version': '$LATEST',
  };
  if (invocation.functionError !== undefined) headers['X-Amz-Function-Error'] = invocation.functionError;
  const end = invocation.tail.subarray(Math.max(0, invocation.tail.length - tailBytes));
  if (tail) headers['X-Amz-Log-Result'] = Buffer.from(end).toString('base64');
  return { status: 200, headers, body: invocation.payload };
}

function requireRealisable(call: WireCall): void {
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    throw new Refusal('InvalidParameterValueException', 400, `The lab does not realise the invocation type ${type} of Invoke.`);
  }
  const header = NOT_REALISED.find((name) => call.headers[name] !== undefined);
  if (header !== undefined)
    throw new Refusal('InvalidParameterValueException', 400, `The lab does not realise the header ${header} of Invoke.`);
}

function parseLogType(value: string | string[] | undefined): boolean {
  switch (value) {
    case undefined:
    case 'None':
      return false;
    case 'Tail':
      return true;
    default:
      throw new Refusal('InvalidParameterValueException', 400, `LogType must be None or Tail, not ${value}.`);
  }
}

/** The event's bytes, as they came; no payload is the event `{}`. Lambda refuses what is not JSON before any environment sees it. */
function parsePayload(body: Buffer): Uint8Array {
  if (body.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(body.toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal('InvalidRequestContentException', 400, `Could not parse request body into json: ${why}`);
  }
  return body;
}
