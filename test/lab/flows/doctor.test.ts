import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../harness/domain/finding.ts';
import { REQUIRED_ACTIONS } from '../../../infra/deploy/required-actions.ts';
import { startBench } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';

const TEST_MS = 120_000;

const place = newLabOfFile();

describe('bench doctor with the lab in the place of AWS', () => {
  test(
    'finds machine and account well, and says what nobody can be asked',
    async () => {
      const ended = await startBench(['doctor', '--json'], place.lab.env).ended;
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
      const report = JSON.parse(ended.stdout) as { readonly findings: readonly Finding[] };
      expect(report).toMatchObject({
        schema: 1,
        exitCode: 0,
        region: place.lab.env['AWS_REGION'],
        endpoint: place.lab.env['AWS_ENDPOINT_URL'],
      });
      expect(report).toMatchObject({ account: expect.stringMatching(/^…\d{4}$/), principal: 'user/lab-operator' });
      const told = report.findings.map(({ area, status, what }) => `${area} ${status} ${what}`);
      expect(told).toEqual([
        `machine ok Node ${process.versions.node}`,
        'machine ok system packages',
        'machine ok lab mode',
        expect.stringMatching(/^account ok account …\d{4}$/),
        `region ok zones of ${place.lab.env['AWS_REGION']}`,
        'region ok DB class db.t4g.micro, PostgreSQL 18',
        'region cannot tell Lambda runtime nodejs22.x on arm64',
        'quotas ok VPCs',
        'quotas ok Elastic IP addresses',
        'quotas ok NAT gateways in a zone',
        'quotas ok DB instances',
        'quotas ok Lambda concurrency',
        'permissions ok permissions',
        'leftovers ok runs in the account',
      ]);
      const userActions = REQUIRED_ACTIONS.filter(({ action }) => action !== 'iam:GetRole').length;
      const permissions = report.findings.find(({ area }) => area === 'permissions');
      expect(permissions?.why).toContain(`${userActions} of the ${userActions}`);
      expect(ended.stdout).not.toMatch(/\b\d{12}\b/);
    },
    TEST_MS,
  );

  test(
    'tells a run that stands, and without credentials looks at the lab alone',
    async () => {
      const asked = ['--backend', 'aws', '--yes', '--ttl', 'none', '--scenario', 'default', '--targets', 'internet'];
      const made = await startBench(['deploy', ...asked, '--out', place.sandbox.results], place.lab.env).ended;
      expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
      const [runId = ''] = /(?<=run )[a-z0-9]{10}(?= stands)/.exec(made.stdout) ?? [];
      const found = await startBench(['doctor', '--backend', 'aws'], place.lab.env).ended;
      expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 0, stderr: '' });
      expect(found.stdout).toMatch(new RegExp(`! warning: run ${runId}: \\d+ things in the account, .*; kept, it never ends by itself`));
      expect(found.stdout).toContain(`  Try: npm run bench -- destroy ${runId} --region ${place.lab.env['AWS_REGION']}`);

      const alone = await startBench(['doctor'], { ...place.sandbox.env, AWS_EC2_METADATA_DISABLED: 'true' }).ended;
      expect({ code: alone.code, stderr: alone.stderr }).toEqual({ code: 0, stderr: '' });
      expect(alone.stdout).toMatch(/\? cannot tell: AWS account: .*only the lab was checked\n {2}Try: aws configure/);
      expect(alone.stdout).not.toContain('quotas\n');
    },
    TEST_MS,
  );
});
