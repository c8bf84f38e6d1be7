import { describe, expect, it } from 'vitest';
import { Refusal } from '../../infra/lab/refusal.ts';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';

describe('a NoEcho parameter', () => {
  const secret = 'hunter2-hunter2';
  const database = {
    Type: 'AWS::RDS::DBInstance',
    DeletionPolicy: 'Delete',
    Properties: {
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: '20',
      MasterUsername: 'probe',
      MasterUserPassword: { Ref: 'Password' },
      DBSubnetGroupName: 'group',
    },
  };
  const template = { Parameters: { Password: { Type: 'String', NoEcho: true } }, Resources: { Database: database } };

  it('reaches the resource and reads **** when described', async () => {
    const lab = newStackLab();
    const id = lab.engine.create(stackRequest(template, { parameters: { Password: secret } }));
    await lab.engine.settled(id);
    expect(lab.requests.get('Database')?.properties['MasterUserPassword']).toBe(secret);
    expect(lab.engine.describe(id)[0]?.parameters).toEqual([{ key: 'Password', value: '****' }]);
  });

  it('is in no event, even when a realiser quotes it', async () => {
    const lab = newStackLab({ Database: { createError: new Refusal('InvalidParameterValue', 400, `bad password ${secret}!`) } });
    const id = lab.engine.create(stackRequest(template, { parameters: { Password: secret } }));
    await lab.engine.settled(id);
    expect(lab.reasons(id, 'Database')[0]).toContain('bad password ****!');
    expect(JSON.stringify([lab.engine.events(id), lab.engine.resources(id), lab.engine.describe(id)])).not.toContain(secret);
  });
});
