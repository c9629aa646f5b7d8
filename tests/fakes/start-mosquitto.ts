import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = ['mosquitto', '/usr/sbin/mosquitto'].find((each) => spawnSync(each, ['-h']).error === undefined);

/** Is a real broker on this machine? Tests that need it say so when it is not. */
export const hasMosquitto = program !== undefined;

export interface Mosquitto extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** @param settings further lines of its configuration file; resolves when it takes connections @param wanted the port of one that was there before */
export async function startMosquitto(settings: readonly string[] = ['allow_anonymous true'], wanted?: number): Promise<Mosquitto> {
  if (program === undefined) throw new Error('mosquitto is not installed');
  const port = wanted ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  // by default it drops what it cannot send at once
  const lines = [`listener ${port} 127.0.0.1`, ...settings, 'persistence false', 'max_queued_messages 0', 'max_inflight_messages 0'];
  await writeFile(config, `${lines.join('\n')}\n`);
  const broker = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ready = Promise.withResolvers<void>();
  let said = '';
  broker.stderr.on('data', (part: Buffer) => {
    if (said.length < 10_000) said += part.toString();
    if (said.includes(' running')) ready.resolve();
  });
  broker.once('exit', () => ready.reject(new Error(`mosquitto did not start: ${said.slice(0, 500)}`)));
  broker.once('error', ready.reject);
  await ready.promise;
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const gone = once(broker, 'exit');
      broker.kill();
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}
