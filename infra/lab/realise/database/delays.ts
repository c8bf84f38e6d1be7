import type { PhaseDelays } from '../../faults/knobs.ts';
import { quoteIdentifier } from './sql.ts';

/** The two knobs that act inside PostgreSQL, in milliseconds; absent means none. */
export type DatabaseDelays = Pick<PhaseDelays, 'databaseAuth' | 'databaseQuery'>;

const SCHEMA = 'lab_delay';

function sleep(milliseconds: number): string {
  return `pg_catalog.pg_sleep(${milliseconds / 1000})`;
}

/** Fires when a login is complete but for the `ready for query` that ends the client's wait (CREATE EVENT TRIGGER, `login`, PostgreSQL 17). */
function slowLogin(milliseconds: number): readonly string[] {
  return [
    `CREATE FUNCTION ${SCHEMA}.on_login() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM ${sleep(milliseconds)}; END $$`,
    `CREATE EVENT TRIGGER ${SCHEMA} ON login EXECUTE FUNCTION ${SCHEMA}.on_login()`,
  ];
}

/** Found before the built-in function that the probe's timed query names, in sessions that begin from now on. */
function slowQuery(milliseconds: number, database: string): readonly string[] {
  return [
    `CREATE FUNCTION ${SCHEMA}.inet_client_addr() RETURNS inet LANGUAGE plpgsql AS $$ BEGIN PERFORM ${sleep(milliseconds)}; RETURN pg_catalog.inet_client_addr(); END $$`,
    `ALTER DATABASE ${quoteIdentifier(database)} SET search_path = ${SCHEMA}, pg_catalog, "$user", public`,
  ];
}

/**
 * Statements that bring a database from any earlier setting to `delays`, in one transaction. Without delays nothing of
 * them stays: no trigger, no schema, no setting.
 */
export function delayStatements(delays: DatabaseDelays, database: string): readonly string[] {
  const { databaseAuth = 0, databaseQuery = 0 } = delays;
  const anything = databaseAuth > 0 || databaseQuery > 0;
  return [
    'BEGIN',
    `DROP EVENT TRIGGER IF EXISTS ${SCHEMA}`,
    `DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`,
    `ALTER DATABASE ${quoteIdentifier(database)} RESET search_path`,
    ...(anything ? [`CREATE SCHEMA ${SCHEMA}`, `GRANT USAGE ON SCHEMA ${SCHEMA} TO PUBLIC`] : []),
    ...(databaseAuth > 0 ? slowLogin(databaseAuth) : []),
    ...(databaseQuery > 0 ? slowQuery(databaseQuery, database) : []),
    'COMMIT',
  ];
}
