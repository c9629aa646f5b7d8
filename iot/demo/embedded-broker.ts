import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import type { Log } from '../log.ts';

export interface EmbeddedBroker extends AsyncDisposable {
  readonly port: number;
}

const same = (given: Uint8Array | undefined, wanted: string): boolean => {
  const expected = Buffer.from(wanted);
  return given !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
};

/**
 * An MQTT 3.1.1 broker on loopback that lets in only who knows the password.
 * @param port 0 = any free one
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startEmbeddedBroker({
  port,
  username,
  password,
  log,
}: {
  port: number;
  username: string;
  password: string;
  log: Log;
}): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({
    authenticate: (_client, name, secret, done) => done(null, name === username && same(secret, password)),
  });
  broker.on('connectionError', (_client, error) => log.debug(`embedded broker: ${error.message}`));
  broker.on('clientError', (_client, error) => log.debug(`embedded broker: ${error.message}`));
  const server: Server = createServer((socket) => {
    broker.handle(socket);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    throw error;
  }
  server.on('error', (error) => log.error(`embedded broker: ${error.message}`));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}
