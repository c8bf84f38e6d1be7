import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import type { RunId } from '../../harness/domain/run.ts';
import { readServiceError } from '../aws/service-error.ts';
import { databaseIdentifier } from '../template/names.ts';
import type { DeployClients } from './options.ts';

/** The status of the run's DB instance (`available`, `deleting`, …); undefined when there is none. Throws what else RDS refuses. */
export async function databaseStatus(rds: DeployClients['rds'], runId: RunId): Promise<string | undefined> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: databaseIdentifier(runId) }));
    const [instance] = DBInstances ?? [];
    return instance === undefined ? undefined : (instance.DBInstanceStatus ?? 'unknown');
  } catch (thrown) {
    const { name, status } = readServiceError(thrown);
    if (/^DBInstanceNotFound/.test(name) || status === 404) return undefined;
    throw thrown;
  }
}
