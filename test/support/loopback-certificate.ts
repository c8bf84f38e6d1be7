import '../../infra/lab/decorator-metadata.ts';
import { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const HOUR_MS = 3_600_000;

/** Key and certificate of a loopback server; the certificate signs itself, so it is also what clients trust. */
export interface LoopbackCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for names and IPv4 addresses that ends `validForMs` from now (negative: already expired). */
export async function newLoopbackCertificate(
  names: readonly string[] = ['localhost', '127.0.0.1'],
  validForMs = HOUR_MS,
): Promise<LoopbackCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: ['loopback test server'] }],
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - 2 * HOUR_MS),
      notAfter: new Date(Date.now() + validForMs),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new SubjectAlternativeNameExtension(names.map((value) => ({ type: /^[0-9.]+$/.test(value) ? 'ip' : 'dns', value }))),
      ],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`, cert: `${certificate.toString('pem')}\n` };
}
