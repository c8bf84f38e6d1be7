import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CreateStackCommand, DeleteStackCommand, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, vi } from 'vitest';
import {
  type Ended,
  type FaultScript,
  refusal,
  type Scene,
  send,
  unavailable,
  untilJournal,
  untilSaid,
  untilStack,
} from './fault-script.ts';

const OFTEN = 100_000;
const HELD_POLLS = 3;
const DESTROY = /npm run bench -- destroy [a-z0-9]{10}/;
const FOREIGN = 'lnb-abcdefghij-net';

function calls(...callFaults: NonNullable<NonNullable<FaultScript['knobs']>['callFaults']>): Pick<FaultScript, 'knobs'> {
  return { knobs: { callFaults } };
}

const runIdIn = ({ folder }: Ended): string => basename(folder ?? '');

/** Another command in the same place. */
async function bench({ stage, out }: Scene, words: readonly string[]) {
  return stage.run([...words, ...(words[0] === 'sweep' ? [] : ['--out', out]), '--waiting', 'lab']).ended;
}

/** An object that nobody expects, and the proof that it is there. */
async function writeLate({ stage }: Scene, bucket: string): Promise<void> {
  await stage.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'late', Body: 'late' }));
  const { Versions = [] } = await stage.clients.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  expect(Versions.map(({ Key }) => Key)).toContain('late');
}

/** By the run's network stack, which owns it. */
async function bucketOf(scene: Scene): Promise<string> {
  const stack = /(lnb-[a-z0-9]{10}-net) {2}CREATE_COMPLETE/.exec(scene.command.stderr())?.[1] ?? '';
  const { StackResources = [] } = await scene.stage.clients.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
  return StackResources.find(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket')?.PhysicalResourceId ?? '';
}

/** The removal, and other commands afterwards. */
export const REMOVE_SCRIPTS: Readonly<Record<string, FaultScript>> = {
  'delete-503': calls(unavailable('cloudformation', 'DeleteStack')),
  'delete-refused': {
    ...calls(refusal('cloudformation', 'DeleteStack', OFTEN)),
    says: [/left: AWS::CloudFormation::Stack .*DeleteStack is not allowed/, /left in us-east-1: .*-net/, DESTROY],
  },
  'delete-failed-once': {
    knobs: { failDeletion: { FunctionSecurityGroup: { times: 1, reason: 'lab: has a dependent object' } } },
    says: [/-net {2}DELETE_FAILED/, /-net {2}DELETE_COMPLETE/],
  },
  'interface-held': {
    knobs: { interfaceReleasePolls: HELD_POLLS, interfaceReleaseMs: 300 },
    strikes: { interfaceReleasePolls: HELD_POLLS },
    says: [/waiting for network interfaces/, /-net {2}DELETE_COMPLETE/],
  },
  'late-object': {
    knobs: { slowDeletion: { Bucket: 2_000 } },
    meanwhile: async (scene) => {
      await untilSaid(scene, 'removing what was deployed');
      const bucket = await bucketOf(scene);
      await untilStack(scene, 'net', 'DELETE_IN_PROGRESS');
      await writeLate(scene, bucket);
    },
    says: [/-net {2}DELETE_FAILED/, /-net {2}DELETE_COMPLETE/],
  },
  'interrupt-twice': {
    process: true,
    flags: ['--rounds', '9'],
    knobs: { slowDeletion: { '*': 1_000 } },
    meanwhile: async (scene) => {
      await untilSaid(scene, 'round 1/9');
      send(scene, 'SIGINT');
      await untilSaid(scene, 'removing what was deployed');
      send(scene, 'SIGINT');
    },
    says: [/left in us-east-1: .*-net/, /USD an hour/, DESTROY],
  },
  'ttl-ends': {
    process: true,
    // A quarter of an hour, the shortest time that can be asked for, in nine seconds.
    knobs: { timeScale: 100 },
    flags: ['--rounds', '99', '--ttl', '15m'],
    meanwhile: async (scene) => {
      await untilJournal(scene, 'a call', (lines) => lines.some(({ event }) => event === 'observed'));
      const stacks = async () => (await scene.stage.account()).filter((name) => name.startsWith('stack ')).map((name) => name.slice(-5));
      const all = await stacks();
      send(scene, 'SIGKILL');
      await scene.command.ended;
      // Killed in time: at the end of it everything was there, and nobody was left to remove it.
      expect(all.filter((name) => name.endsWith('paid'))).toHaveLength(1);
      const gatewaysLeft = async () => (await scene.stage.gateways()).length;
      expect(await gatewaysLeft()).toBe(1);
      await vi.waitFor(async () => expect(await stacks()).toHaveLength(all.length - 1), { timeout: 30_000, interval: 200 });
      expect((await stacks()).filter((name) => name.endsWith('paid'))).toEqual([]);
      expect(await gatewaysLeft()).toBe(0);
    },
  },
  'destroy-twice': {
    afterwards: (scene, ended) => bench(scene, ['destroy', runIdIn(ended), '--yes']),
    says: [/nothing of run [a-z0-9]{10} is left/],
  },
  'state-corrupt': {
    flags: ['--keep'],
    afterwards: async (scene, ended) => {
      writeFileSync(join(ended.folder ?? '', 'deployment.json'), '{"schema":1,"runId":"');
      return bench(scene, ['destroy', runIdIn(ended), '--yes']);
    },
    says: [/the state of run [a-z0-9]{10} cannot be read/, /nothing of run [a-z0-9]{10} is left/],
  },
  'sweep-dry': {
    command: (out) => ['deploy', '--out', out],
    afterwards: (scene) => bench(scene, ['sweep', '--dry-run']),
    says: [/1 run\n/, /, kept/, /lnb-[a-z0-9]{10}-net/, /lnb-[a-z0-9]{10}-paid/, /lnb-[a-z0-9]{10}-fn/, /lnb-[a-z0-9]{10}-guard/],
  },
  'sweep-foreign': {
    afterwards: async (scene) => {
      const { cloudFormation } = scene.stage.clients;
      const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });
      await cloudFormation.send(new CreateStackCommand({ StackName: FOREIGN, TemplateBody }));
      const swept = await bench(scene, ['sweep', '--yes']);
      expect((await scene.stage.account()).join('\n')).toContain(`stack ${FOREIGN}`);
      await cloudFormation.send(new DeleteStackCommand({ StackName: FOREIGN }));
      return swept;
    },
    says: [/no run\n/],
  },
};
