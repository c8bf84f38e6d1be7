/** As much of `run.json` as the README says of the run that it shows. */
export interface ShownManifest {
  readonly startedAt: string;
  readonly driver: { readonly node: string; readonly kernel: string; readonly cpuModel: string; readonly cpuCount: number };
}

export const SAMPLE_BEGIN = '<!-- sample output: made from docs/example -->';
const SAMPLE_END = '<!-- end sample output -->';

function machineOf({ driver }: ShownManifest): string {
  const { cpuCount, cpuModel, kernel, node } = driver;
  return `${cpuCount} × ${cpuModel.replace(/\(R\)|\(TM\)/g, '')}, kernel ${kernel.split('-')[0]}, Node ${node.replace('v', '')}`;
}

/** The README with what the kept run printed, and where and when. Throws `RangeError` without exactly one pair of markers. */
export function withSampleOutput(readme: string, manifest: ShownManifest, printed: string): string {
  const parts = readme.split(SAMPLE_BEGIN);
  const after = parts[1]?.split(SAMPLE_END) ?? [];
  if (parts.length !== 2 || after.length !== 2) throw new RangeError(`the README has not one pair of ${SAMPLE_BEGIN} and ${SAMPLE_END}`);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(manifest.startedAt));
  const intro = `From \`npm run bench -- --scenario vpc-nat\` on ${day}, on a shared virtual machine, ${machineOf(manifest)}:`;
  const text = ['', intro, '', '```text', printed.trimEnd(), '```', ''].join('\n');
  return `${parts[0]}${SAMPLE_BEGIN}${text}${SAMPLE_END}${after[1]}`;
}
