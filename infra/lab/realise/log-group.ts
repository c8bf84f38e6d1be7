import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import type { LogStore } from '../runtime/log-store.ts';
import { readProperties } from './property-reader.ts';
import type { Realiser } from './realiser.ts';

const TYPE = 'AWS::Logs::LogGroup';
/** Days that CloudWatch Logs takes (PutRetentionPolicy). */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** Makes log groups: name and retention are realised; `Ref` is the name. */
export function newLogGroupRealiser(logs: LogStore, account: Account): Realiser {
  return {
    async create({ properties, tags, generatedName }) {
      const { Tags: _inherited, ...rest } = properties;
      const read = readProperties(TYPE, rest, ['LogGroupName', 'RetentionInDays', 'LogGroupClass']);
      read.fixed('LogGroupClass', 'STANDARD');
      const name = read.text('LogGroupName') ?? generatedName;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
        throw new Refusal('InvalidParameterException', 400, `${name} is no name of a log group`);
      const retentionDays = read.integer('RetentionInDays');
      if (retentionDays !== undefined && !RETENTION_DAYS.includes(retentionDays)) {
        throw new Refusal(
          'InvalidParameterException',
          400,
          `RetentionInDays must be one of ${RETENTION_DAYS.join(', ')}, not ${retentionDays}`,
        );
      }
      logs.createGroup(name, { tags, ...(retentionDays === undefined ? {} : { retentionDays }) });
      return { physicalId: name, attributes: { Arn: `arn:aws:logs:${account.region}:${account.accountId}:log-group:${name}:*` } };
    },
    delete: async (name) => logs.deleteGroup(name),
  };
}
