import type { FaultScript } from './fault-script.ts';
import { DEPLOY_SCRIPTS } from './scripts-deploy.ts';
import { DRIVE_SCRIPTS } from './scripts-drive.ts';
import { REMOVE_SCRIPTS } from './scripts-remove.ts';

/** How each row of the table is played, by its id. */
export const FAULT_SCRIPTS: Readonly<Record<string, FaultScript>> = { ...DEPLOY_SCRIPTS, ...DRIVE_SCRIPTS, ...REMOVE_SCRIPTS };
