import type { Deployer } from '../../harness/domain/ports.ts';
import { TARGETS } from '../../harness/domain/target.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { deployOptions, LAB_DEPLOY_TIMES } from '../../infra/deploy/options.ts';
import { bundleProbe } from '../../infra/package/bundle.ts';
import { fingerprintOf } from '../../infra/package/fingerprint.ts';
import type { ProbePackage } from '../../infra/package/package-probe.ts';
import { zipFiles } from '../../infra/package/zip.ts';
import type { RunningLab } from './running-lab.ts';

/** JavaScript that stands around the real probe, in each of its handlers. */
export interface Wrapping {
  /** At import, before the probe's own module is evaluated. */
  readonly atImport?: string;
  /** In the handler, before the probe's. */
  readonly before?: string;
  /** In the handler, after the probe's: `answer` is what it returned. */
  readonly after?: string;
}

/** A statement that keeps the CPU busy, milliseconds of the monotonic clock. */
export function burn(milliseconds: number): string {
  return `for (const end = process.hrtime.bigint() + ${milliseconds * 1e6}n; process.hrtime.bigint() < end; );`;
}

function moduleOf(target: string, { atImport = '', before = '', after = '' }: Wrapping): string {
  return `${atImport}
const { handler: probe } = await import('./wrapped-${target}.mjs');
export const handler = async (event, context) => {
  ${before}
  const answer = await probe(event, context);
  ${after}
  return answer;
};
`;
}

/** The real probe's bundle in a zip with other entry files. */
export async function wrapProbe(wrapping: Wrapping): Promise<ProbePackage> {
  const real = (await bundleProbe()).map(({ name, content }) => ({ name: `wrapped-${name}`, content }));
  const entries = TARGETS.map((target) => ({ name: `${target}.mjs`, content: Buffer.from(moduleOf(target, wrapping)) }));
  const files = [...real, ...entries];
  const zip = zipFiles(files);
  return { zip, files, ...fingerprintOf(zip) };
}

/** The project's own deployer with another zip. */
export function wrappingDeployer(lab: RunningLab, wrapping: Wrapping): Deployer {
  const { region, rdsCaPem } = lab.ready;
  const options = deployOptions({ region, times: LAB_DEPLOY_TIMES, toolVersion: '0.0.0-test', expiresAt: 'never', rdsCaPem });
  return newDeployer(options, { clients: lab.clients, clock: newSystemClock(), packageProbe: () => wrapProbe(wrapping) });
}
