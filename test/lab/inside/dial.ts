/** Dials a list of addresses, all at once, from the namespace it runs in; prints how each ended. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** One thing to try. */
export interface Dial {
  readonly protocol?: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** What came of it: what the server said (`seen`: the caller's address as it saw it), or how it failed. */
export type DialOutcome = { readonly said: string } | { readonly failed: string };

const PATIENCE_MS = 900;

function dialTcp({ address, port }: Dial): Promise<DialOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let said = '';
    const silence = setTimeout(() => {
      socket.destroy();
      resolve({ failed: 'silence' });
    }, PATIENCE_MS);
    const finish = (outcome: DialOutcome): void => {
      clearTimeout(silence);
      resolve(outcome);
    };
    socket.on('data', (chunk) => {
      said += chunk.toString();
    });
    socket.on('end', () => finish({ said }));
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ failed: error.code ?? error.message }));
  });
}

/** A datagram has no answer to wait for here: told is whether the sender got an error. */
function dialUdp({ address, port }: Dial): Promise<DialOutcome> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ failed: error.code ?? error.message }));
    socket.send('datagram', port, address, (error) => {
      socket.close();
      resolve(error ? { failed: (error as NodeJS.ErrnoException).code ?? error.message } : { said: 'sent' });
    });
  });
}

const dials = JSON.parse(process.argv[2] ?? '[]') as readonly Dial[];
const outcomes = await Promise.all(dials.map((dial) => (dial.protocol === 'udp' ? dialUdp(dial) : dialTcp(dial))));
process.stdout.write(JSON.stringify(outcomes));
