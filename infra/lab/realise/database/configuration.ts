import { SUPERUSER } from './cluster-template.ts';
import { quoteIdentifier, quoteLiteral } from './sql.ts';

/** What the lab's PostgreSQL leaves out, for reports. */
export const DATABASE_SHORTCUTS =
  'PostgreSQL keeps its data in memory and runs with fsync, synchronous_commit, full_page_writes, autovacuum and jit off, and without replication';

/** File names inside the data folder. */
export const CERTIFICATE_FILE = 'server.crt';
export const KEY_FILE = 'server.key';

/**
 * `postgresql.conf` of an instance. Shared memory lies in the data folder: in `/dev/shm` it would outlive a killed lab. No
 * statement is ever logged, as one may carry a secret.
 */
export function serverConfiguration(address: string, port: number): string {
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: `'${address}'`,
    port: String(port),
    unix_socket_directories: "''",
    ssl: 'on',
    ssl_cert_file: `'${CERTIFICATE_FILE}'`,
    ssl_key_file: `'${KEY_FILE}'`,
    ssl_min_protocol_version: "'TLSv1.2'",
    password_encryption: "'scram-sha-256'",
    max_connections: '60',
    shared_buffers: "'32MB'",
    dynamic_shared_memory_type: 'mmap',
    io_method: 'sync',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    min_wal_size: "'2MB'",
    max_wal_size: "'32MB'",
    log_statement: "'none'",
    log_min_error_statement: "'panic'",
    log_checkpoints: 'off',
    timezone: "'UTC'",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** `pg_hba.conf`: passwords over TLS and nothing else, so that a client without TLS reads RDS's `no pg_hba.conf entry … no encryption`. */
export const ACCESS_RULES = 'hostssl all all 0.0.0.0/0 scram-sha-256\n';

/** Who may log in: names and SCRAM verifiers. */
export interface InstanceRoles {
  readonly master: string;
  readonly masterVerifier: string;
  readonly superuserVerifier: string;
  /** Database to make for the master; absent: only `postgres` exists, as on RDS. */
  readonly database?: string;
}

/** Statements, one a line as single-user mode wants them, that turn a copied cluster into the instance. */
export function setupStatements(roles: InstanceRoles): string {
  const master = quoteIdentifier(roles.master);
  const statements = [
    `ALTER ROLE ${quoteIdentifier(SUPERUSER)} PASSWORD ${quoteLiteral(roles.superuserVerifier)};`,
    `CREATE ROLE ${master} LOGIN CREATEDB CREATEROLE PASSWORD ${quoteLiteral(roles.masterVerifier)};`,
    ...(roles.database === undefined || roles.database === 'postgres'
      ? [`ALTER DATABASE postgres OWNER TO ${master};`]
      : [`CREATE DATABASE ${quoteIdentifier(roles.database)} OWNER ${master};`]),
  ];
  return `${statements.join('\n')}\n`;
}
