import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../tests/fakes/start-mosquitto.ts';
import { connectionFailure } from './connection-failure.ts';
import { createMqttBridge, type MqttBridgeOptions } from './mqtt-bridge.ts';
import { readTls } from './read-tls.ts';

/** What the bridge says when it has tried once: its state and why. */
async function outcomeOf(options: Pick<MqttBridgeOptions, 'url' | 'username' | 'password' | 'tls'>): Promise<string> {
  const ending = new AbortController();
  const bridge = createMqttBridge({ ...options, clientId: 'tls', clock: systemClock, log: { ...silentLog, warn: () => undefined } });
  const changes = bridge.changes(ending.signal);
  const connecting = bridge.connect(ending.signal).catch(() => 'ended');
  for await (const _change of changes) if (bridge.status.state !== 'connecting') break;
  const { state, detail } = bridge.status;
  ending.abort();
  await connecting;
  return detail === undefined ? state : detail;
}

describe('a broker that cannot be used', () => {
  it.each([
    ['ENOTFOUND', /no machine called home in this network/],
    ['ECONNREFUSED', /Nothing answers at home:1883/],
    ['CERT_HAS_EXPIRED', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name than home/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants one/],
    ['ERR_OSSL_PEM_NO_START_LINE', /cannot be read as PEM/],
    [5, /user name or the password is wrong/],
    [3, /not ready yet/],
  ])('says what is wrong: %s', (code, sentence) => {
    expect(connectionFailure(Object.assign(new Error('x'), { code }), 'home:1883')).toMatch(sentence);
  });

  it('says so of one that is not there', async () => {
    expect(await outcomeOf({ url: 'mqtt://127.0.0.1:9' })).toMatch(/Nothing answers at 127\.0\.0\.1:9/);
  });

  it('says so of something that is no broker', async () => {
    const server: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await outcomeOf({ url: `mqtt://127.0.0.1:${port}` })).toMatch(/MQTT broker at 127\.0\.0\.1/);
    server.close();
  });
});

const canSign = hasMosquitto && spawnSync('openssl', ['version']).error === undefined;

describe.skipIf(!canSign)('a broker with TLS', () => {
  let folder: string;
  let broker: Mosquitto;
  let url: string;
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  function sign(name: string, subject: string): void {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`));
    const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'];
    openssl('x509', '-req', '-in', file(`${name}.csr`), ...by, '-days', '2', '-extfile', file('names'), '-out', file(`${name}.pem`));
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-tls-'));
    await chmod(folder, 0o755);
    await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1\n');
    const authority = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test authority'];
    openssl('req', ...authority, '-keyout', file('ca.key'), '-out', file('ca.pem'));
    sign('broker', '/CN=broker');
    sign('client', '/CN=jarvis');
    // the broker gives up its rights and reads as somebody else
    await Promise.all(['broker.key', 'broker.pem', 'ca.pem'].map((name) => chmod(file(name), 0o644)));
    broker = await startMosquitto([
      'allow_anonymous true',
      `cafile ${file('ca.pem')}`,
      `certfile ${file('broker.pem')}`,
      `keyfile ${file('broker.key')}`,
      'require_certificate true',
    ]);
    url = `mqtts://127.0.0.1:${broker.port}`;
  }, 30_000);
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it('is trusted by its authority, and shown our certificate', async () => {
    const tls = await readTls({ ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') });
    expect(await outcomeOf({ url, tls })).toBe('connected');
  });

  it('is not trusted without its authority, unless that is wished', async () => {
    const ours = { cert: file('client.pem'), key: file('client.key') };
    expect(await outcomeOf({ url, tls: await readTls(ours) })).toMatch(/certificate that nobody we know has signed/);
    expect(await outcomeOf({ url, tls: await readTls({ ...ours, insecure: true }) })).toBe('connected');
  });

  it('says that it wants a certificate of ours', async () => {
    expect(await outcomeOf({ url, tls: await readTls({ ca: file('ca.pem') }) })).toMatch(/wants one|broken off|closed the connection/);
  });

  it('is not asked with files that are none', async () => {
    await expect(readTls({ ca: file('nowhere.pem') })).rejects.toThrow(/tls\.ca cannot be read/);
    await expect(readTls({ ca: file('names') })).rejects.toThrow(/not in PEM format/);
    await expect(readTls({ cert: file('client.pem') })).rejects.toThrow(/go together/);
  });
});

if (!canSign) it.skip('mosquitto or openssl is not installed: TLS was not tried', () => undefined);
