import { INTERNET, INTERNET_GATEWAY_DEVICE, INTERNET_GATEWAY_TABLE } from './addressing.ts';
import type { FabricContext } from './context.ts';
import { formatAddress } from './ipv4.ts';
import { allDone, orUndo } from './undo.ts';
import {
  gatewayLines,
  gatewayRemovalLines,
  type Leg,
  natPortLines,
  natSpec,
  publicAddressRemovalRule,
  publicAddressRule,
  publicRouteLine,
  publicRouteRemovalLines,
  routeRemovalLines,
} from './wiring.ts';

/** Links a router with the internet; resolves with the device on the internet's side. */
export async function connectInternet(context: FabricContext, router: string): Promise<string> {
  const device = context.newDevice('v');
  await orUndo(async (undo) => {
    undo(() => context.kernel.ip(router, gatewayRemovalLines().slice(-1)));
    undo(() => context.kernel.ip(router, gatewayRemovalLines().slice(0, 1)));
    await context.kernel.ip(router, gatewayLines(device));
    await context.kernel.ip(INTERNET, [`link set dev ${device} alias ${router} up`]);
  });
  context.links.join({ namespace: router, device: INTERNET_GATEWAY_DEVICE }, { namespace: INTERNET, device });
  return device;
}

/** Takes the link with the internet away. */
export async function disconnectInternet(context: FabricContext, router: string): Promise<void> {
  await context.kernel.ip(router, gatewayRemovalLines());
}

/** The three places outside a NAT gateway's namespace that know its public address; each can be tidied also when it was never told. */
function forgettings({ kernel }: FabricContext, leg: Leg, publicAddress: string): readonly (() => Promise<void>)[] {
  return [
    () => kernel.ip(INTERNET, publicRouteRemovalLines(publicAddress)),
    () => kernel.nft(leg.router, publicAddressRemovalRule(publicAddress)),
    () => kernel.ip(leg.router, routeRemovalLines(INTERNET_GATEWAY_TABLE, `${publicAddress}/32`)),
  ];
}

/** Makes a NAT gateway's namespace and the way back to its public address. */
export async function connectNat(context: FabricContext, leg: Leg, publicAddress: string, internetDevice: string): Promise<void> {
  const { kernel, links } = context;
  await orUndo(async (undo) => {
    await kernel.createNamespace(natSpec(leg, publicAddress));
    undo(() => kernel.deleteNamespaces([leg.namespace]));
    for (const forget of forgettings(context, leg, publicAddress)) undo(forget);
    await allDone([
      kernel.ip(leg.router, natPortLines(leg, publicAddress)),
      kernel.nft(leg.router, publicAddressRule(publicAddress)),
      kernel.ip(INTERNET, [publicRouteLine(publicAddress, internetDevice)]),
    ]);
  });
  links.plug({ namespace: leg.router, device: leg.bridge }, formatAddress(leg.address), { namespace: leg.namespace, device: 'eth0' });
}

/** Takes a NAT gateway away with the connections that it knew. */
export async function disconnectNat(context: FabricContext, leg: Leg, publicAddress: string): Promise<void> {
  const { kernel, links } = context;
  await allDone(forgettings(context, leg, publicAddress).map((forget) => forget()));
  await kernel.ip(leg.router, [`link del ${leg.device}`]);
  await kernel.deleteNamespaces([leg.namespace]);
  links.forget(leg.namespace);
}
