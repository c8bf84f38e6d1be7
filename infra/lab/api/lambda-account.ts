import { Refusal } from '../refusal.ts';
import type { FunctionService, LambdaAccount, RuntimeManagement } from '../runtime/service.ts';
import { formatConfiguration } from './lambda-configuration.ts';
import { parseMembers } from './protocol/members.ts';
import { formatRestJsonAnswer } from './protocol/rest-json.ts';
import type { WireAnswer } from './protocol/wire.ts';
import { pageByToken } from './token-page.ts';

const INVALID = 'InvalidParameterValueException';
/** Bytes of code that an account may store, of one zip, and of one unpacked (Lambda quotas). */
const CODE_BYTES = { stored: 80_530_636_800, zipped: 52_428_800, unzipped: 262_144_000 };

/** GetAccountSettings. */
export function formatAccount({ concurrency, functionCount, codeBytes }: LambdaAccount): WireAnswer {
  return formatRestJsonAnswer({
    AccountLimit: {
      TotalCodeSize: CODE_BYTES.stored,
      CodeSizeUnzipped: CODE_BYTES.unzipped,
      CodeSizeZipped: CODE_BYTES.zipped,
      ConcurrentExecutions: concurrency,
      UnreservedConcurrentExecutions: concurrency,
    },
    AccountUsage: { TotalCodeSize: codeBytes, FunctionCount: functionCount },
  });
}

/** ListFunctions: 50 a page at most. */
export function listFunctions(functions: FunctionService, query: string): WireAnswer {
  const asked = new URLSearchParams(query);
  const count = Number(asked.get('MaxItems') ?? 50);
  const token = asked.get('Marker') ?? undefined;
  for (const name of asked.keys()) {
    if (name !== 'MaxItems' && name !== 'Marker')
      throw new Refusal(INVALID, 400, `The lab does not realise the parameter ${name} of ListFunctions.`);
  }
  if (!Number.isInteger(count) || count < 1) throw new Refusal(INVALID, 400, 'MaxItems must be a whole number of at least 1.');
  const { page, next } = pageByToken(
    functions.list(),
    token,
    Math.min(count, 50),
    () => new Refusal(INVALID, 400, 'The Marker is not valid.'),
  );
  return formatRestJsonAnswer({ Functions: page.map(formatConfiguration), ...(next === undefined ? {} : { NextMarker: next }) });
}

/** DeleteFunction: answered when its environments are gone. */
export async function deleteFunction(functions: FunctionService, name: string): Promise<WireAnswer> {
  functions.get(name);
  await functions.delete(name);
  return { status: 204, headers: {}, body: '' };
}

/** GetRuntimeManagementConfig. */
export function formatManagement(functions: FunctionService, name: string): WireAnswer {
  const { functionArn } = functions.get(name);
  const { updateOn, runtimeVersionArn } = functions.runtimeManagement(name);
  return formatRestJsonAnswer({
    UpdateRuntimeOn: updateOn,
    FunctionArn: functionArn,
    ...(runtimeVersionArn === undefined ? {} : { RuntimeVersionArn: runtimeVersionArn }),
  });
}

/** PutRuntimeManagementConfig. */
export function putManagement(functions: FunctionService, name: string, body: Buffer): WireAnswer {
  functions.setRuntimeManagement(name, parseManagement(body));
  return formatManagement(functions, name);
}

function parseManagement(body: Buffer): RuntimeManagement {
  const members = parseMembers(body, 'PutRuntimeManagementConfig', INVALID);
  const updateOn = members.requiredText('UpdateRuntimeOn');
  const runtimeVersionArn = members.text('RuntimeVersionArn');
  members.finish();
  if (updateOn !== 'Auto' && updateOn !== 'FunctionUpdate' && updateOn !== 'Manual') {
    throw new Refusal(INVALID, 400, `UpdateRuntimeOn must be Auto, FunctionUpdate or Manual, not ${updateOn}.`);
  }
  if ((updateOn === 'Manual') !== (runtimeVersionArn !== undefined)) {
    throw new Refusal(INVALID, 400, 'RuntimeVersionArn must be given with UpdateRuntimeOn Manual, and only then.');
  }
  return { updateOn, ...(runtimeVersionArn === undefined ? {} : { runtimeVersionArn }) };
}
