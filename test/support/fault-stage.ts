import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeNatGatewaysCommand, DescribeNetworkInterfacesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { main } from '../../harness/cli/command-line.ts';
import { logGroupNames } from '../../infra/aws/log-groups.ts';
import { type DeployClients, newDeployClients } from '../../infra/deploy/options.ts';
import type { FaultMet } from '../../infra/lab/faults/countdown.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import type { StrikingKnob } from '../../infra/lab/faults/strikes.ts';
import { type BenchProcess, newSandbox, type Sandbox, startBench } from './bench-process.ts';
import { type LabUp, startLabUp } from './lab-up.ts';

/** Knobs by name; `null` takes an optional one back. */
export type Knobs = { readonly [Knob in keyof LabKnobs]?: LabKnobs[Knob] | null };

/** A command that runs, in a process of its own or in the test's. */
export type Command = Omit<BenchProcess, 'pid'> & { readonly pid?: number };

/** A lab in the place of AWS, for many commands one after the other. */
export interface FaultStage {
  readonly sandbox: Sandbox;
  readonly clients: DeployClients;
  /** The variables with which commands reach the lab. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets all knobs: those that are not named get their defaults. */
  knobs(knobs: Knobs): Promise<void>;
  /** Changes these and no others. */
  change(knobs: Knobs): Promise<void>;
  met(): Promise<readonly FaultMet[]>;
  /** How often faults that are not counted down spoilt an answer, since the lab began. */
  strikes(): Promise<Readonly<Record<StrikingKnob, number>>>;
  /** A process: it can be sent signals. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Command;
  /** The command line's own entry in this process, which saves its start; one at a time. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Command;
  /** Names of stacks, interfaces, VPCs, databases and log groups in the account, without asking any of the product's finders. */
  account(): Promise<readonly string[]>;
  /** Ids of the NAT gateways that are billed. */
  gateways(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const OPTIONAL_KNOBS: Knobs = {
  ...{ vpcUpdateMs: null, vpcPendingMs: null, failResource: null, failReason: null, secondCause: null, credentialsExpireAt: null },
};

/** Starts the lab. Clients of the test's own take the variables from this process. */
export async function startFaultStage(): Promise<FaultStage> {
  const sandbox = newSandbox();
  const lab = await startLabUp(sandbox);
  const { env } = lab;
  const endpoint = env['AWS_ENDPOINT_URL'] ?? '';
  Object.assign(process.env, ownVariables(env));
  const clients = newDeployClients({ region: env['AWS_REGION'] ?? '', endpoint });
  const admin = (method: string, name: string, body?: object) => askAdmin(lab, method, name, body);
  return {
    ...{ sandbox, clients, env },
    knobs: async (knobs) => void (await admin('PUT', 'knobs', { ...DEFAULT_KNOBS, ...OPTIONAL_KNOBS, ...knobs })),
    change: async (knobs) => void (await admin('PUT', 'knobs', knobs)),
    met: async () => ((await admin('GET', 'facts')) as { readonly faultsMet: readonly FaultMet[] }).faultsMet,
    strikes: async () => ((await admin('GET', 'facts')) as { readonly strikes: Readonly<Record<StrikingKnob, number>> }).strikes,
    start: (args, more = {}) => startBench(args, { ...env, ...more }),
    run: (args, more = {}) => runInside(args, { ...env, ...more }),
    account: () => everythingIn(clients),
    gateways: () => gatewaysIn(clients),
    close: async () => {
      await lab.stop();
      sandbox.remove();
    },
  };
}

async function askAdmin({ env }: LabUp, method: string, name: string, body?: object): Promise<unknown> {
  const response = await fetch(`${env['AWS_ENDPOINT_URL']}/_lab/${name}`, {
    method,
    headers: { 'x-lab-token': env['LNB_LAB_TOKEN'] ?? '' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /_lab/${name}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Those that an SDK reads by itself. */
function ownVariables(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_')));
}

function runInside(args: readonly string[], env: Readonly<Record<string, string>>): Command {
  const said = { stdout: '', stderr: '' };
  let over = false;
  const before = { ...process.env };
  Object.assign(process.env, ownVariables(env));
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array): boolean => {
      said[name] += String(text);
      return true;
    },
  });
  const io = { stdout: sink('stdout') as NodeJS.WritableStream, stderr: sink('stderr') as NodeJS.WritableStream, env };
  const ended = main([...args], io).then((code) => {
    over = true;
    for (const name of Object.keys(ownVariables(env))) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    return { code, ...said };
  });
  return { ended, hasEnded: () => over, stdout: () => said.stdout, stderr: () => said.stderr };
}

async function gatewaysIn({ ec2 }: DeployClients): Promise<readonly string[]> {
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  return NatGateways.filter(({ State }) => State !== 'deleted').map(({ NatGatewayId }) => NatGatewayId ?? '');
}

async function everythingIn({ cloudFormation, ec2, rds, logs }: DeployClients): Promise<readonly string[]> {
  const [stacks, interfaces, vpcs, databases, groups] = await Promise.all([
    cloudFormation.send(new DescribeStacksCommand({})),
    ec2.send(new DescribeNetworkInterfacesCommand({})),
    ec2.send(new DescribeVpcsCommand({})),
    rds.send(new DescribeDBInstancesCommand({})),
    logGroupNames(logs, '/aws/lambda/'),
  ]);
  return [
    ...(stacks.Stacks ?? []).filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').map(({ StackName }) => `stack ${StackName}`),
    ...(interfaces.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) => `interface ${NetworkInterfaceId}`),
    ...(vpcs.Vpcs ?? []).map(({ VpcId }) => `vpc ${VpcId}`),
    ...(databases.DBInstances ?? []).map(({ DBInstanceIdentifier }) => `database ${DBInstanceIdentifier}`),
    ...groups.map((name) => `log group ${name}`),
  ];
}
