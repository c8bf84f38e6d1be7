import { createNamespace } from '../../../infra/lab/kernel/namespace.ts';

/** Two namespaces on one wire: what a target and its client need at the least. */
export const SERVER = { namespace: 'tserver', address: '10.99.0.10', device: 'srv0' } as const;
export const CLIENT = { namespace: 'tclient', address: '10.99.0.20', device: 'cli0' } as const;

/** Makes both and the wire between them. */
export async function makeTwoHosts(): Promise<void> {
  await createNamespace({ name: SERVER.namespace, forwards: false });
  await createNamespace({
    name: CLIENT.namespace,
    forwards: false,
    links: [
      `link add ${CLIENT.device} type veth peer name ${SERVER.device} netns ${SERVER.namespace}`,
      `addr add ${CLIENT.address}/24 dev ${CLIENT.device}`,
      `link set ${CLIENT.device} up`,
    ],
  });
}
