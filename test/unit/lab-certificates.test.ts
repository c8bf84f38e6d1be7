import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CertificateAuthority, issue, newCertificateAuthority } from '../../infra/lab/certificates.ts';
import { certificateFor, type ServerCertificate } from '../../infra/lab/server-certificate.ts';

const NOW = new Date();
const REGION_NAMES = ['s3.us-east-1.amazonaws.com', '*.s3.us-east-1.amazonaws.com'];
let authority: CertificateAuthority;
let foreign: CertificateAuthority;
let server: ServerCertificate;

beforeAll(async () => {
  authority = await newCertificateAuthority('Lab public CA', NOW);
  foreign = await newCertificateAuthority('Lab RDS CA', NOW);
  server = await issue(authority, REGION_NAMES);
});

describe('an issued certificate, read by Node', () => {
  test('is signed by its authority, and by no other', () => {
    const leaf = new X509Certificate(server.certificatePem);
    expect(leaf.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    expect(leaf.verify(new X509Certificate(foreign.certificatePem).publicKey)).toBe(false);
    expect(leaf.checkIssued(new X509Certificate(authority.certificatePem))).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(new X509Certificate(authority.certificatePem).ca).toBe(true);
  });

  test('is P-256 and holds for one day from its start', () => {
    const leaf = new X509Certificate(server.certificatePem);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Date.parse(leaf.validFrom)).toBeLessThanOrEqual(NOW.getTime());
    const lifeHours = (Date.parse(leaf.validTo) - NOW.getTime()) / 3_600_000;
    expect(Math.round(lifeHours)).toBe(24);
  });

  test.each([
    ['s3.us-east-1.amazonaws.com', true, 'the name itself'],
    ['bucket.s3.us-east-1.amazonaws.com', true, 'one label under the wildcard'],
    ['a.b.s3.us-east-1.amazonaws.com', false, 'a wildcard stands for one label only'],
    ['s3.eu-west-1.amazonaws.com', false, 'another region'],
  ])('%s: %s (%s)', (name, holds) => {
    expect(new X509Certificate(server.certificatePem).checkHost(name) !== undefined).toBe(holds);
    expect(certificateFor([server], name) !== undefined).toBe(holds);
  });

  test('a name longer than a common name may be is kept whole in the alternative names', async () => {
    const name = `${'a'.repeat(60)}.c0ffee000000.us-east-1.rds.amazonaws.com`;
    const { certificatePem } = await issue(authority, [name]);
    expect(new X509Certificate(certificatePem).checkHost(name)).toBe(name);
  });

  test('no name is an error', async () => {
    await expect(issue(authority, [])).rejects.toThrow('needs a DNS name');
  });
});

/** One handshake over loopback; resolves to the error's code, or undefined when it was trusted. */
async function handshake(ca: string, serverName: string): Promise<string | undefined> {
  const listener = createServer({ key: server.keyPem, cert: server.certificatePem }, (socket) => socket.end());
  listener.on('tlsClientError', () => {});
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = connect({ host: '127.0.0.1', port: (listener.address() as AddressInfo).port, servername: serverName, ca });
  try {
    await once(client, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    client.destroy();
    listener.close();
  }
}

describe('a TLS client', () => {
  test('trusts the right authority and name', async () => {
    expect(await handshake(authority.certificatePem, 'bucket.s3.us-east-1.amazonaws.com')).toBeUndefined();
  });
  test('refuses a foreign authority', async () => {
    expect(await handshake(foreign.certificatePem, 'bucket.s3.us-east-1.amazonaws.com')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
  test('refuses another name', async () => {
    expect(await handshake(authority.certificatePem, 'example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
