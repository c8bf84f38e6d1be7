import { describe, expect, it, test } from 'vitest';
import { leftoverFindings } from '../../harness/cli/doctor-leftovers.ts';
import { type MachineFacts, machineFindings } from '../../harness/cli/doctor-machine.ts';
import type { MendPlace } from '../../harness/cli/doctor-mend.ts';
import { permissionFindings } from '../../harness/cli/doctor-permissions.ts';
import { quotaFindings } from '../../harness/cli/doctor-quotas.ts';
import { regionFindings } from '../../harness/cli/doctor-region.ts';
import { formatDoctor, formatDoctorJson } from '../../harness/cli/doctor-report.ts';
import { exitCodeOfFindings, type Finding } from '../../harness/domain/finding.ts';
import type { FoundRun } from '../../infra/deploy/find-runs.ts';
import type { Inspection } from '../../infra/deploy/inspection.ts';
import type { PermissionVerdict } from '../../infra/deploy/permission-looks.ts';
import { RUN_QUOTAS } from '../../infra/deploy/quota-looks.ts';
import { REQUIRED_ACTIONS } from '../../infra/deploy/required-actions.ts';
import type { Told, Untold } from '../../infra/deploy/told.ts';
import { MissingProgram } from '../../infra/lab/kernel/programs.ts';

const ROLE = 'arn:aws:iam::111122223333:role/bench/deployer';
const FLAGS = ' --region eu-central-1 --profile bench';
const PLACE: MendPlace = { region: 'eu-central-1', flags: FLAGS, principal: { kind: 'role', arn: ROLE } };
const AGAIN = `npm run bench -- doctor --backend aws${FLAGS}`;

const told = <Value>(value: Value): Told<Value> => ({ kind: 'told', value });
const denied = (...actions: string[]): Untold => ({ kind: 'denied', actions, why: 'AccessDenied: no' });
const throttled = (...actions: string[]): Untold => ({ kind: 'throttled', actions, why: 'Throttling: slow down' });
const statuses = (findings: readonly Finding[]): readonly string[] => findings.map(({ status, what }) => `${status} ${what}`);
const mendOf = (finding: Finding | undefined): string => (finding !== undefined && 'mend' in finding ? finding.mend : '');
const grant = (name: string, action: string, resource = '*'): string =>
  `aws iam put-role-policy --role-name deployer --policy-name ${name} --policy-document '${JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: [action], Resource: resource }],
  })}'${FLAGS}`;

describe('the machine', () => {
  const works = { mode: 'root', trials: [], missingPrograms: [] } as const;
  const facts: MachineFacts = { node: '20.20.2', oldestNode: '20.19', platform: 'linux', lab: works };
  const fails = { trials: [{ mode: 'root', works: false, why: 'not root' }], missingPrograms: [] } as const;
  it.each<{ why: string; change: Partial<MachineFacts>; says: readonly string[]; mends?: string }>([
    { why: 'everything is there', change: {}, says: ['ok Node 20.20.2', 'ok system packages', 'ok lab mode'] },
    {
      why: 'a minor version that is too old',
      change: { node: '20.9.0' },
      says: ['missing Node 20.9.0', 'ok system packages', 'ok lab mode'],
      mends: 'nvm install 22',
    },
    {
      why: 'a newer major version with a smaller minor one',
      change: { node: '22.1.0' },
      says: ['ok Node 22.1.0', 'ok system packages', 'ok lab mode'],
    },
    {
      why: 'a program is not installed, so that no mode was tried',
      change: { lab: { trials: [], missingPrograms: [new MissingProgram('nft')] } },
      says: ['ok Node 20.20.2', 'missing system packages', 'cannot tell lab mode'],
      mends: 'npm run setup',
    },
    {
      why: 'no mode works',
      change: { lab: fails },
      says: ['ok Node 20.20.2', 'ok system packages', 'missing lab mode'],
      mends: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    },
    {
      why: 'a lab that was killed left cgroups',
      change: { abandonedGroups: ['/cg/cpu/lnb-1-2-3-ab-1'] },
      says: ['ok Node 20.20.2', 'ok system packages', 'ok lab mode', 'warning cgroups'],
    },
    {
      why: 'another system',
      change: { platform: 'darwin' },
      says: ['ok Node 20.20.2', 'missing lab'],
      mends: 'npm run bench -- doctor --backend aws',
    },
  ])('$why', ({ change, says, mends = '' }) => {
    const findings = machineFindings({ ...facts, ...change });
    expect(statuses(findings)).toEqual(says);
    expect(mendOf(findings.find(({ status }) => status === 'missing'))).toContain(mends);
  });

  it('needs no lab for AWS', () => {
    const { lab: _, ...bare } = facts;
    expect(statuses(machineFindings({ ...bare, platform: 'darwin' }))).toEqual(['ok Node 20.20.2']);
  });
});

describe('the region', () => {
  const zones = told(['eu-central-1a', 'eu-central-1b', 'eu-central-1c']);
  const DB = 'DB class db.t4g.micro, PostgreSQL 18';
  const RUNTIME = 'cannot tell Lambda runtime nodejs22.x on arm64';
  it.each<{ why: string; given: Pick<Inspection, 'zones' | 'databaseZones'>; says: readonly string[]; mends: string }>([
    { why: 'offers all', given: { zones, databaseZones: zones }, says: ['ok zones of eu-central-1', `ok ${DB}`], mends: '--arch x86_64' },
    {
      why: 'has one zone',
      given: { zones: told(['eu-central-1a']), databaseZones: zones },
      says: ['missing zones of eu-central-1', `ok ${DB}`],
      mends: 'aws ec2 describe-regions',
    },
    {
      why: 'has no zone',
      given: { zones: told([]), databaseZones: told([]) },
      says: ['missing zones of eu-central-1', `missing ${DB}`],
      mends: 'aws ec2 describe-regions',
    },
    {
      why: 'does not offer the class',
      given: { zones, databaseZones: told([]) },
      says: ['ok zones of eu-central-1', `missing ${DB}`],
      mends: `npm run bench -- --backend aws --targets internet,s3${FLAGS}`,
    },
    {
      why: 'offers the class in the second zone only',
      given: { zones, databaseZones: told(['eu-central-1b']) },
      says: ['ok zones of eu-central-1', `warning ${DB}`],
      mends: `npm run bench -- --backend aws --targets internet,s3${FLAGS}`,
    },
    {
      why: 'offers the class where no run goes',
      given: { zones, databaseZones: told(['eu-central-1c']) },
      says: ['ok zones of eu-central-1', `missing ${DB}`],
      mends: `npm run bench -- --backend aws --targets internet,s3${FLAGS}`,
    },
    {
      why: 'may not be asked for zones',
      given: { zones: denied('ec2:DescribeAvailabilityZones'), databaseZones: zones },
      says: ['cannot tell zones of eu-central-1', `ok ${DB}`],
      mends: grant('lnb-ec2-DescribeAvailabilityZones', 'ec2:DescribeAvailabilityZones'),
    },
    {
      why: 'may not be asked for the class',
      given: { zones, databaseZones: denied('rds:DescribeOrderableDBInstanceOptions') },
      says: ['ok zones of eu-central-1', `cannot tell ${DB}`],
      mends: grant('lnb-rds-DescribeOrderableDBInstanceOptions', 'rds:DescribeOrderableDBInstanceOptions'),
    },
    {
      why: 'is throttled',
      given: { zones: throttled('ec2:DescribeAvailabilityZones'), databaseZones: throttled('rds:DescribeOrderableDBInstanceOptions') },
      says: ['cannot tell zones of eu-central-1', `cannot tell ${DB}`],
      mends: AGAIN,
    },
  ])('$why', ({ given, says, mends }) => {
    const findings = regionFindings(given, PLACE);
    expect(statuses(findings)).toEqual([...says, RUNTIME]);
    expect(mendOf(findings.find(({ status }) => status !== 'ok'))).toContain(mends);
  });
});

describe('quotas', () => {
  const NEEDS = { 'AWS::EC2::VPC': 1, 'AWS::EC2::EIP': 1, 'AWS::EC2::NatGateway': 1, 'AWS::RDS::DBInstance': 1 };
  const rows = RUN_QUOTAS.flatMap((quota) => [
    { quota, why: 'room for just one more', use: told({ limit: 5, used: 4 }), status: 'ok', mends: '' },
    {
      ...{ quota, why: 'none left', use: told({ limit: 5, used: 5 }), status: 'missing' },
      mends: `aws service-quotas request-service-quota-increase --service-code ${quota.serviceCode} --quota-code ${quota.quotaCode} --desired-value 6${FLAGS}`,
    },
    {
      ...{ quota, why: 'may not be asked', use: denied('servicequotas:GetServiceQuota'), status: 'cannot tell' },
      mends: grant('lnb-servicequotas-GetServiceQuota', 'servicequotas:GetServiceQuota'),
    },
    { quota, why: 'throttled', use: throttled('servicequotas:GetServiceQuota'), status: 'cannot tell', mends: AGAIN },
  ]);
  it.each(rows)('$quota.name: $why', ({ quota, use, status, mends }) => {
    const [finding] = quotaFindings({ quotas: [{ quota, use }], concurrency: told(1000) }, NEEDS, PLACE);
    expect(finding).toMatchObject({ area: 'quotas', what: quota.name, status });
    expect(mendOf(finding)).toBe(mends);
  });

  it.each([
    { why: 'one at once is enough', concurrency: told(1), status: 'ok', mends: '' },
    { why: 'all of it is reserved', concurrency: told(0), status: 'missing', mends: 'aws lambda get-account-settings' },
    {
      ...{ why: 'may not be asked', concurrency: denied('lambda:GetAccountSettings'), status: 'cannot tell' },
      mends: grant('lnb-lambda-GetAccountSettings', 'lambda:GetAccountSettings'),
    },
    { why: 'throttled', concurrency: throttled('lambda:GetAccountSettings'), status: 'cannot tell', mends: AGAIN },
  ])('Lambda concurrency: $why', ({ concurrency, status, mends }) => {
    const [finding] = quotaFindings({ quotas: [], concurrency }, NEEDS, PLACE);
    expect(finding).toMatchObject({ what: 'Lambda concurrency', status });
    expect(mendOf(finding)).toContain(mends);
  });

  it('asks for nothing that a run does not make', () => {
    const quotas = RUN_QUOTAS.map((quota) => ({ quota, use: told({ limit: 0, used: 0 }) }));
    expect(statuses(quotaFindings({ quotas, concurrency: told(10) }, {}, PLACE))).toEqual(['ok Lambda concurrency']);
  });
});

describe('permissions', () => {
  const judged = (decide: (action: string) => PermissionVerdict['decision'] | undefined): Told<readonly PermissionVerdict[]> =>
    told(REQUIRED_ACTIONS.map((required) => ({ required, decision: decide(required.action) ?? 'allowed' })));
  const findingsOf = (decide: Parameters<typeof judged>[0]) => permissionFindings({ permissions: judged(decide) }, PLACE);

  it('are all there', () => {
    expect(statuses(findingsOf(() => 'allowed'))).toEqual(['ok permissions']);
  });

  it('lack some by name, and one command grants all that a run needs', () => {
    const findings = findingsOf((action) => (['lambda:InvokeFunction', 'ec2:DescribeVpcs'].includes(action) ? 'denied' : undefined));
    expect(statuses(findings)).toEqual(['ok permissions', 'missing lambda:InvokeFunction', 'missing ec2:DescribeVpcs']);
    const [, first, second] = findings;
    expect(mendOf(first)).toBe(mendOf(second));
    expect(mendOf(first)).toContain('--policy-name lnb-run ');
    expect(mendOf(first)).toContain('"arn:aws:lambda:*:*:function:lnb-*"');
    expect(mendOf(first)).toContain('ec2:DescribeVpcs');
    expect(mendOf(first)).not.toContain('111122223333');
    expect(findings[0]?.why).toContain(`${REQUIRED_ACTIONS.length - 2} of the ${REQUIRED_ACTIONS.length}`);
  });

  it('that only doctor needs are a warning, and a condition that nobody told IAM of cannot be judged', () => {
    const findings = findingsOf(
      (action) => ({ 'servicequotas:GetServiceQuota': 'denied', 's3:PutObject': 'ignorant' })[action] as 'denied',
    );
    expect(statuses(findings)).toEqual(['ok permissions', 'cannot tell s3:PutObject', 'warning servicequotas:GetServiceQuota']);
    expect(mendOf(findings[1])).toBe(grant('lnb-s3-PutObject', 's3:PutObject', 'arn:aws:s3:::lnb-*/*'));
  });

  it.each<{ why: string; permissions?: Untold; place?: Partial<MendPlace>; status: string; mends: string }>([
    {
      ...{ why: 'the simulation is denied', permissions: denied('iam:SimulatePrincipalPolicy'), status: 'cannot tell' },
      mends: grant('lnb-iam-SimulatePrincipalPolicy', 'iam:SimulatePrincipalPolicy', 'arn:aws:iam::*:role/bench/deployer'),
    },
    { why: 'the simulation is throttled', permissions: throttled('iam:SimulatePrincipalPolicy'), status: 'cannot tell', mends: AGAIN },
    { why: 'the root user acts', place: { principal: { kind: 'root' } }, status: 'warning', mends: 'aws configure sso' },
    {
      ...{ why: 'a federated user acts', place: { principal: { kind: 'other' } }, status: 'cannot tell' },
      mends: `aws sts get-caller-identity${FLAGS}`,
    },
  ])('are not judged: $why', ({ permissions, place, status, mends }) => {
    const [finding, ...more] = permissionFindings(permissions === undefined ? {} : { permissions }, { ...PLACE, ...place });
    expect(finding?.status).toBe(status);
    expect(mendOf(finding)).toBe(mends);
    expect(more).toEqual([]);
  });
});

describe('leftovers', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const run = (change: Partial<FoundRun>): Told<readonly FoundRun[]> =>
    told([{ runId: 'abcdefghij', things: ['lnb-abcdefghij-net'], kept: false, ...change }]);
  const destroy = `npm run bench -- destroy abcdefghij${FLAGS}`;
  it.each<{ why: string; runs: Inspection['runs']; status: string; says: string; mends: string }>([
    { why: 'none', runs: told([]), status: 'ok', says: 'none in eu-central-1', mends: '' },
    {
      ...{ why: 'an expired run', runs: run({ expiresAt: '2026-11-25T11:00:00Z' }), status: 'warning', says: 'its time was over' },
      mends: `npm run bench -- sweep --expired${FLAGS}`,
    },
    {
      ...{ why: 'a run that still has time', runs: run({ expiresAt: '2026-11-25T13:00:00Z' }), status: 'warning' },
      ...{ says: '1 thing in the account, lnb-abcdefghij-net; until 2026-11-25T13:00:00Z', mends: destroy },
    },
    {
      ...{ why: 'a kept run without end', runs: run({ expiresAt: 'never', kept: true, things: ['a', 'b'] }), status: 'warning' },
      ...{ says: '2 things in the account, a and more; kept, it never ends by itself', mends: destroy },
    },
    { why: 'a run that says nothing', runs: run({}), status: 'warning', says: 'nobody knows until when', mends: destroy },
    {
      ...{ why: 'denied', runs: denied('tag:GetResources'), status: 'cannot tell', says: 'AccessDenied' },
      mends: grant('lnb-tag-GetResources', 'tag:GetResources'),
    },
    { why: 'throttled', runs: throttled('tag:GetResources'), status: 'cannot tell', says: 'slow down', mends: AGAIN },
  ])('$why', ({ runs, status, says, mends }) => {
    const [finding] = leftoverFindings({ runs }, now, PLACE);
    expect(finding).toMatchObject({ status, why: expect.stringContaining(says) });
    expect(mendOf(finding)).toBe(mends);
  });
});

describe('what is told', () => {
  const access = { region: 'eu-central-1', client: { region: 'eu-central-1' } };
  const identity = { accountId: '111122223333', accountMasked: '…3333', principalArn: ROLE };
  const area = 'quotas';
  const findings: readonly Finding[] = [
    { area: 'leftovers', what: 'runs', status: 'ok', why: 'none' },
    { area, what: 'a', status: 'missing', why: 'user arn:aws:iam::111122223333:user/x may not\u001b[2J', mend: 'mend both' },
    { area, what: 'b', status: 'missing', why: 'neither', mend: 'mend both' },
  ];
  const report = { findings, exitCode: exitCodeOfFindings(findings), account: { access, identity } };

  it('stands by area, with one command for several, no whole account and nothing that moves a cursor', () => {
    expect(formatDoctor(report)).toBe(
      [
        'quotas',
        '✗ missing: a: user arn:aws:iam::…3333:user/x may not?[2J',
        '✗ missing: b: neither',
        '  Try: mend both',
        'leftovers',
        '✓ runs: none',
        '',
        '1 ok, 0 warning, 2 missing, 0 cannot tell; exit 4\n',
      ].join('\n'),
    );
  });

  it('stands in JSON with the same masks', () => {
    const text = formatDoctorJson(report);
    expect(text).not.toContain('111122223333');
    expect(JSON.parse(text)).toMatchObject({
      ...{ schema: 1, exitCode: 4, region: 'eu-central-1', account: '…3333', principal: 'role/bench/deployer' },
      findings: [{ status: 'ok' }, { status: 'missing', mend: 'mend both' }, { status: 'missing' }],
    });
  });

  test.each([
    ['ok', 0],
    ['warning', 0],
    ['cannot tell', 0],
    ['missing', 4],
  ] as const)('%s alone exits %i', (status, code) => {
    const text = { area, what: 'w', why: 'y' } as const;
    expect(exitCodeOfFindings([status === 'ok' ? { ...text, status } : { ...text, status, mend: 'm' }])).toBe(code);
  });
});
