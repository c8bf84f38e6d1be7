/** The part of a process that prints warnings. */
type WarningSource = Pick<NodeJS.Process, 'listeners' | 'removeAllListeners' | 'on'>;

/**
 * Keeps one warning back: the AWS SDK announces at every start on Node 20 which Node its later versions will want. The
 * versions here are pinned, so it tells a user nothing; every other warning is printed as before.
 */
export function quietSdkWarning(source: WarningSource): void {
  const printers = source.listeners('warning') as ((warning: Error) => void)[];
  source.removeAllListeners('warning');
  source.on('warning', (warning) => {
    if (warning.message.startsWith('NodeVersionSupportWarning')) return;
    for (const print of printers) print(warning);
  });
}
