import './decorator-metadata.ts';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { ServerCertificate } from './server-certificate.ts';

export type { ServerCertificate } from './server-certificate.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A function that starts in the same second must not find a certificate of the future. */
const BACKDATED_MS = 5 * 60 * 1000;
/** Longest common name that X.509 allows. */
const COMMON_NAME_LIMIT = 64;

/** An authority of one lab; its key never leaves the process that made it. */
export interface CertificateAuthority {
  readonly name: string;
  /** What clients are given to verify with. */
  readonly certificatePem: string;
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly validity: { readonly from: Date; readonly to: Date };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Makes a root authority, P-256, valid for the 24 hours after `now`. `name` is its common name. */
export async function newCertificateAuthority(name: string, now: Date): Promise<CertificateAuthority> {
  const keys = await newKeys();
  const validity = { from: new Date(now.getTime() - BACKDATED_MS), to: new Date(now.getTime() + DAY_MS) };
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }],
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: validity.from,
      notAfter: validity.to,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { name, certificatePem: pemText(certificate.toString('pem')), certificate, keys, validity };
}

/**
 * Issues a server certificate for `dnsNames` (at least one; throws on none), valid as long as its authority.
 * The first name is the common name too, unless it is longer than the 64 characters a common name may have.
 */
export async function issue(authority: CertificateAuthority, dnsNames: readonly string[]): Promise<ServerCertificate> {
  const first = dnsNames[0];
  if (first === undefined) throw new Error('a server certificate needs a DNS name');
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create(
    {
      subject: [{ CN: [first.length <= COMMON_NAME_LIMIT ? first : 'lambda-network-bench lab'] }],
      issuer: authority.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: authority.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: authority.validity.from,
      notAfter: authority.validity.to,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(authority.certificate, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { dnsNames, keyPem: keyText(key), certificatePem: pemText(certificate.toString('pem')) };
}

function pemText(pem: string): string {
  return `${pem.trim()}\n`;
}

function keyText(pkcs8: Buffer): string {
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
