import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

/** Where everything that the lab writes lives: on a tmpfs that dies with the lab's mount namespace. */
export const LAB_FOLDER = '/run/lab';

const RESOLVER_ADDRESS = '169.254.169.253';

function mount(...args: readonly string[]): void {
  execFileSync('mount', [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Removing first matters: without privileges a root-owned file cannot be written over, but it can be replaced. */
function replaceFile(path: string, content: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, content);
}

/**
 * Gives the lab its own `/run` and `/etc`, inside its own mount namespace only: namespaces and data on tmpfs, one
 * resolver for all, and no name service that reaches the host over a socket. Throws when mounting is refused.
 */
export function mountLabFolders(): void {
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  for (const folder of ['/run/netns', LAB_FOLDER, `${LAB_FOLDER}/tmp`, `${LAB_FOLDER}/etc/upper`, `${LAB_FOLDER}/etc/work`]) {
    mkdirSync(folder, { recursive: true });
  }
  const layers = `lowerdir=/etc,upperdir=${LAB_FOLDER}/etc/upper,workdir=${LAB_FOLDER}/etc/work`;
  mount('-t', 'overlay', '-o', layers, 'overlay', '/etc');
  replaceFile('/etc/resolv.conf', `nameserver ${RESOLVER_ADDRESS}\noptions timeout:1 attempts:2\n`);
  replaceFile('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
  replaceFile('/etc/hosts', '127.0.0.1 localhost\n');
}
