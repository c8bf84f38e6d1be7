import { bundleProbe, type PackagedFile } from './bundle.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { zipFiles } from './zip.ts';

/** The one zip that every function of a run gets. */
export interface ProbePackage extends Fingerprint {
  readonly zip: Uint8Array;
  readonly files: readonly PackagedFile[];
}

/** Bundles and zips the probe; under a second, the same bytes every time. */
export async function packageProbe(): Promise<ProbePackage> {
  const files = await bundleProbe();
  const zip = zipFiles(files);
  return { zip, files, ...fingerprintOf(zip) };
}
