// Stands in for Lambda's runtime: loads one handler of the package (argv[2]) and calls it once a message.
import dns from 'node:dns';
import net from 'node:net';

let opened = 0;
for (const [owner, name] of [
  [net.Socket.prototype, 'connect'],
  [dns, 'lookup'],
]) {
  const original = owner[name];
  owner[name] = function (...args) {
    opened += 1;
    return original.apply(this, args);
  };
}
const { handler } = await import(process.argv[2]);
process.send({ kind: 'loaded', opened, resources: process.getActiveResourcesInfo() });
process.on('message', async ({ event, context }) => {
  try {
    process.send({ kind: 'answer', answer: await handler(event, context) });
  } catch (error) {
    process.send({ kind: 'thrown', message: error.message });
  }
});
process.on('disconnect', () => process.exit());
