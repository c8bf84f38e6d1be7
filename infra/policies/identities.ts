/** Who gets rights: who deploys and removes, who measures, the functions' own role, and a job that measures by itself on a kept deployment. */
export const IDENTITIES = ['deployer', 'runner', 'function', 'scheduled'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** The files, `<name>.json`, each for one identity; the deployer's rights are more than one managed policy holds. */
export const POLICY_FILES = {
  deployer: 'deployer',
  'deployer-network': 'deployer',
  runner: 'runner',
  function: 'function',
  scheduled: 'scheduled',
} as const satisfies Readonly<Record<string, Identity>>;
export type PolicyFile = keyof typeof POLICY_FILES;
