import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Debian's package of each program that the lab starts. */
const PACKAGES = {
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  umount: 'mount',
  sh: 'dash',
} as const;
export type Program = keyof typeof PACKAGES;

/** An ordinary Debian user's PATH has no `sbin`, where `ip` and `nft` live. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** PATH of everything that the lab starts: fixed, so that nothing of the caller's decides what runs. */
export const SYSTEM_PATH = SYSTEM_FOLDERS.join(':');

/** A program that the lab cannot do without is not installed. */
export class MissingProgram extends Error {
  readonly program: Program;
  /** Debian's and Ubuntu's package that brings it. */
  readonly packageName: string;

  constructor(program: Program) {
    super(`${program} is not installed (looked in ${SYSTEM_FOLDERS.join(', ')}); Debian's package ${PACKAGES[program]} brings it`);
    this.name = 'MissingProgram';
    this.program = program;
    this.packageName = PACKAGES[program];
  }
}

const found = new Map<Program, string>();

/** Absolute path of a program. Throws `MissingProgram`. */
export function findProgram(program: Program): string {
  const known = found.get(program);
  if (known !== undefined) return known;
  for (const folder of SYSTEM_FOLDERS) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
    } catch {
      continue;
    }
    found.set(program, path);
    return path;
  }
  throw new MissingProgram(program);
}

/** Those of `programs` that are not installed, for a message that names all at once. */
export function missingPrograms(programs: readonly Program[] = Object.keys(PACKAGES) as Program[]): readonly MissingProgram[] {
  return programs.flatMap((program) => {
    try {
      findProgram(program);
      return [];
    } catch (error) {
      if (error instanceof MissingProgram) return [error];
      throw error;
    }
  });
}
