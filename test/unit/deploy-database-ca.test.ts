import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BenchError } from '../../harness/domain/exit-code.ts';
import { rdsCaPem } from '../../infra/deploy/database-ca.ts';

describe('the CA of a region’s databases', () => {
  it.each(['us-east-1', 'eu-central-1', 'ap-southeast-4', 'af-south-1'])(
    '%s: one root, self-signed, of the generation that the template names',
    (region) => {
      const pem = rdsCaPem(region);
      expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
      const certificate = new X509Certificate(pem);
      expect(certificate.subject).toContain(`CN=Amazon RDS ${region} Root CA RSA2048 G1`);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(new Date(certificate.validTo).getUTCFullYear()).toBeGreaterThan(2050);
    },
  );

  it('takes the generation that is asked for', () => {
    expect(new X509Certificate(rdsCaPem('us-east-1', 'rds-ca-ecc384-g1')).publicKey.asymmetricKeyType).toBe('ec');
  });

  it('refuses a region that it does not know, before anything is deployed', () => {
    expect(() => rdsCaPem('mars-north-1')).toThrow(BenchError);
    expect(() => rdsCaPem('us-east-1', 'rds-ca-2019')).toThrow(RangeError);
  });
});
