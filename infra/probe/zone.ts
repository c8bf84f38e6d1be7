import { request } from 'node:http';

const PATH = '/2026-01-15/metadata/execution-environment';
/** It is answered on the machine itself; longer than this it is not worth waiting for. */
const TIMEOUT_MS = 500;
const ZONE_ID = /^[a-z0-9]+-az[0-9]+$/;

let known: string | undefined;

/**
 * The id of the availability zone that this execution environment stands in (`euc1-az2`), from Lambda's metadata endpoint (Lambda developer
 * guide, "Using the Lambda metadata endpoint"). Asked once an environment; undefined where there is no such endpoint or no such answer. Never rejects.
 */
export async function availabilityZoneId(): Promise<string | undefined> {
  const { AWS_LAMBDA_METADATA_API: address, AWS_LAMBDA_METADATA_TOKEN: token } = process.env;
  if (address === undefined) return undefined;
  known ??= parseZone(await ask(`http://${address}${PATH}`, token));
  return known;
}

/** The body of a 200; undefined for everything else. Its connection does not outlive it: a frozen environment keeps none. */
function ask(url: string, token: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request(url, { agent: false, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', () => resolve(undefined));
      response.once('end', () => resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : undefined));
    });
    asked.once('error', () => resolve(undefined));
    asked.end();
  });
}

function parseZone(body: string | undefined): string | undefined {
  try {
    const zone: unknown = JSON.parse(body ?? '')?.AvailabilityZoneID;
    return typeof zone === 'string' && ZONE_ID.test(zone) ? zone : undefined;
  } catch {
    return undefined;
  }
}
