import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { StackKind } from '../../harness/domain/deployment-state.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { runtimeVersionOf } from '../../infra/aws/runtime-pin.ts';
import { readyFunctions } from '../../infra/deploy/deployed.ts';
import { configurationDiffOf, demandMatched } from '../../infra/deploy/matched.ts';
import { type DeployClients, LAB_DEPLOY_TIMES } from '../../infra/deploy/options.ts';
import { createAndWait, type StackCreation } from '../../infra/deploy/stack-creation.ts';
import { newStackPoller } from '../../infra/deploy/stack-poller.ts';
import { stackMembers } from '../../infra/deploy/stacks.ts';
import { newStateNotes } from '../../infra/deploy/state-notes.ts';
import { uploadObjects } from '../../infra/deploy/upload.ts';
import { packageProbe } from '../../infra/package/package-probe.ts';
import { fnTemplate } from '../../infra/template/fn.ts';
import { guardTemplate } from '../../infra/template/guard.ts';
import { FIRST_ZONES, type StackTemplate, type TemplateContext } from '../../infra/template/model.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { netTemplate } from '../../infra/template/net.ts';
import { fnParameters, type NetOutputs, paidParameters, readNetOutputs, readPaidOutputs } from '../../infra/template/outputs.ts';
import { paidTemplate } from '../../infra/template/paid.ts';
import { runTags } from '../../infra/template/tags.ts';
import { missingTypes, type Verdict, verdictOf } from './verdict.ts';

/** What the walk deploys, and where. */
export interface Walk {
  readonly runId: string;
  readonly plan: Plan;
  readonly clients: DeployClients;
  readonly toolVersion: string;
}

/** A step that gives its verdict, or throws what stopped it. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<Verdict>;
  /** What comes after does not need it: a server without it can still be walked on. */
  readonly optional?: true;
}

const HOUR_MS = 3_600_000;

/** From the network to functions that match: the very templates, creations and checks of a deploy, one step each. */
export function stackSteps({ runId, plan, clients, toolVersion }: Walk): readonly Step[] {
  const clock = newSystemClock();
  const needs = needsOf(plan);
  const expiresAt = new Date(clock.wallTime().getTime() + HOUR_MS).toISOString();
  const context: TemplateContext = { runId, needs, expiresAt, kept: false, zones: FIRST_ZONES, toolVersion };
  const secret = new Secret(randomBytes(24).toString('base64url'));
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const ids = new Map<string, string>();
  const creation: StackCreation = {
    client: clients.cloudFormation,
    poller: newStackPoller(clients.cloudFormation, clock, LAB_DEPLOY_TIMES.stackPollMs),
    ...{ times: LAB_DEPLOY_TIMES, tags: runTags(context), onEvent: () => undefined, signal, secret },
    newToken: () => `create-${randomBytes(16).toString('hex')}`,
    notes: newStateNotes(undefined),
    onCreated: (name, id) => ids.set(name, id),
  };
  const known: { net?: NetOutputs; codeKey?: string; codeSha256Base64?: string } = {};
  const net = (): NetOutputs => known.net ?? missing('net');
  const make = async (kind: StackKind, stack: StackTemplate, parameters: Parameters<typeof createAndWait>[3]) => {
    const outputs = await createAndWait(creation, kind, stack, parameters);
    const members = await stackMembers(clients.cloudFormation, ids.get(stack.stackName) ?? stack.stackName);
    const wanted = Object.values(stack.template.Resources).map(({ Type }) => Type);
    const lacks = missingTypes(
      wanted,
      members.map(({ type }) => type),
    );
    return { outputs, verdict: verdictOf(members.length === 0 ? '' : `${members.length} resources of ${wanted.length}`, lacks) };
  };
  const [paid, guard] = [paidTemplate(context), guardTemplate(context, ['net', 'paid', 'fn'])];
  return [
    {
      name: 'net',
      run: async () => {
        const { outputs, verdict } = await make('net', netTemplate(context), {});
        known.net = readNetOutputs(needs, outputs);
        return verdict;
      },
    },
    ...(guard === undefined ? [] : [{ name: 'guard', run: async () => (await make('guard', guard, {})).verdict, optional: true as const }]),
    {
      name: 'upload',
      run: async () => {
        const code = await packageProbe();
        known.codeKey = await uploadObjects(clients.s3, net().bucketName, code, signal);
        known.codeSha256Base64 = code.codeSha256Base64;
        return verdictOf(`${code.zip.length} bytes of code`);
      },
    },
    ...(paid === undefined
      ? []
      : [
          {
            name: 'paid',
            run: async () => {
              const { outputs, verdict } = await make('paid', paid, paidParameters(needs, net(), secret));
              readPaidOutputs(needs, outputs);
              return verdict;
            },
          },
        ]),
    {
      name: 'fn',
      run: async () => (await make('fn', fnTemplate(context), fnParameters(needs, net(), known.codeKey ?? missing('upload')))).verdict,
    },
    {
      name: 'matched',
      run: async () => {
        const functions = await readyFunctions(runId, plan, { client: clients.lambda, clock, times: LAB_DEPLOY_TIMES }, signal);
        demandMatched(configurationDiffOf(functions), functions, known.codeSha256Base64 ?? missing('upload'));
        const lacks = runtimeVersionOf(functions[0]?.settings) === undefined ? ['functions name no RuntimeVersionArn'] : [];
        return verdictOf(functions.length === 0 ? '' : `CodeSha256 of ${functions.length} functions is the local hash`, lacks);
      },
    },
  ];
}

function missing(step: string): never {
  throw new Error(`step ${step} gave nothing to go on with`);
}
