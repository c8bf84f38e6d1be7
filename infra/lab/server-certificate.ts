/** A server's key and certificate, as text, so that it can be handed to another process. */
export interface ServerCertificate {
  /** Names it holds for; `*.x` stands for one label before `.x`. */
  readonly dnsNames: readonly string[];
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** The certificate whose name fits `serverName` (exact before wildcard), or undefined. Case does not matter. */
export function certificateFor(certificates: readonly ServerCertificate[], serverName: string): ServerCertificate | undefined {
  const asked = serverName.toLowerCase();
  const parent = `*${asked.slice(Math.max(0, asked.indexOf('.')))}`;
  const holds = (name: string) => certificates.find(({ dnsNames }) => dnsNames.some((held) => held.toLowerCase() === name));
  return holds(asked) ?? (asked.includes('.') ? holds(parent) : undefined);
}
