import type { LabKnobs } from './faults/knobs.ts';

/** What the starter tells the lab: one JSON argument. */
export interface LabStart {
  readonly region: string;
  readonly port: number;
  readonly knobs: LabKnobs;
  /** Whose policies are enforced; everybody else may do everything. */
  readonly identities?: readonly EnforcedIdentity[];
  /** The programs of PostgreSQL: found by the starter, because bundled code has no modules beside it. */
  readonly postgresFolder: string;
  /** The tool's folder in the user's cache, for the initialised database. */
  readonly cacheFolder: string;
  /** What the names of the lab's cgroups begin with. */
  readonly cpuOwner: string;
  /** Folders of cgroups of labs that were killed, to be removed. */
  readonly abandonedGroups: readonly string[];
}

/** A user of the lab's account with policies, as values of their JSON; without a name the operator. */
export interface EnforcedIdentity {
  readonly name?: string;
  readonly documents: readonly unknown[];
}

/** The keys of such a user. */
export interface IdentityKey {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a ready lab prints on its standard output, one line of JSON. */
export interface LabReady {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of each identity that was named, in the order of the start. */
  readonly identities: readonly IdentityKey[];
  /** For `/_lab/…` requests, header `x-lab-token`. */
  readonly token: string;
  /** The CA of the lab's databases, PEM: what RDS's CA bundle is on AWS. */
  readonly rdsCaPem: string;
  /** Sentences about what was realised, for reports. */
  readonly notes: readonly string[];
  /** What the paths of the lab's cgroups begin with; absent: functions run with the CPU unthrottled. */
  readonly cpuGroups?: string;
}

/** The first line of a lab's output: ready, or why it cannot be. */
export type LabFirstLine = { readonly ready: LabReady } | { readonly failed: string; readonly code?: 'port-in-use' | 'missing-program' };
