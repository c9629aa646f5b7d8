import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { type Ended, ended, jarvis, makeWorkplace, type Workplace } from './run-jarvis.ts';

/** `jarvis home connect` with everything that can be wrong: one sentence, exit code 1, nothing kept, no secret repeated. */
const TOKEN = 'a-secret-that-nobody-may-see';
const parts = new AsyncDisposableStack();
const assistant = parts.use(await startFakeHomeAssistant({ token: TOKEN }));

const portOf = (server: Server | HttpServer): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
async function listening<Listening extends Server | HttpServer>(server: Listening): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  parts.defer(() => void server.close());
  return server;
}

let strangers: Record<'page' | 'missing' | 'garbage' | 'hangsUp' | 'endless', number>;
beforeAll(async () => {
  const page = await listening(createHttpServer((_request, response) => response.end('<html>My router</html>')));
  const missing = await listening(createHttpServer((_request, response) => response.writeHead(404).end()));
  const garbage = await listening(createTcpServer((socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
  const hangsUp = await listening(createTcpServer((socket: Socket) => socket.destroy()));
  // says yes to everything and never stops talking
  const endless = await listening(
    createTcpServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      const talk = setInterval(() => socket.write('x'.repeat(10_000)), 1);
      socket.on('close', () => clearInterval(talk));
    }),
  );
  strangers = {
    page: portOf(page),
    missing: portOf(missing),
    garbage: portOf(garbage),
    hangsUp: portOf(hangsUp),
    endless: portOf(endless),
  };
});
afterAll(() => parts.disposeAsync());

const connect = (place: Workplace, url: string, input: string, ...more: string[]): Promise<Ended> =>
  jarvis(['home', 'connect', url, '--token-stdin', ...more], { data: place.data, input });

function expectRefused({ code, stdout, stderr }: Ended, sentence: RegExp): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^\s+at /mu);
  expect(stderr).not.toContain(TOKEN);
  expect(stderr.length).toBeLessThan(1000);
}

async function expectNothingKept(place: Workplace): Promise<void> {
  for (const file of ['settings.yaml', 'secrets.json']) {
    const text = await readFile(`${place.data}/${file}`, 'utf8').catch(() => '');
    expect(text).not.toMatch(/home-assistant|127\.0\.0\.1/u);
    expect(text).not.toContain(TOKEN);
  }
}

describe('an address that is none', () => {
  test.concurrent.each([
    ['::::', /address/u],
    ['http://', /address/u],
    ['http://[::1', /address/u],
    ['http://exa mple', /address/u],
    ['javascript:alert(1)', /address/u],
    ['file:///etc/passwd', /address/u],
    [`http://${'x'.repeat(3000)}.local`, /is not the address/u],
    [`http://somebody:${TOKEN}@127.0.0.1:1`, /./u],
    [' ', /address/u],
  ])('%j', async (url, sentence) => {
    await using place = await makeWorkplace();
    expectRefused(await connect(place, url, TOKEN), sentence);
    await expectNothingKept(place);
  });

  test('without a scheme it is taken for http', async () => {
    await using place = await makeWorkplace();
    expect(await connect(place, `127.0.0.1:${assistant.port}`, TOKEN)).toMatchObject({
      code: 0,
      stdout: `Connected: Home Assistant at ${assistant.url}.\n`,
    });
  });
});

describe('a server that is no Home Assistant', () => {
  test.concurrent.each(['page', 'missing', 'garbage', 'hangsUp', 'endless'] as const)('%s', async (stranger) => {
    await using place = await makeWorkplace();
    expectRefused(
      await connect(place, `http://127.0.0.1:${strangers[stranger]}`, TOKEN),
      /Something answers at .* not Home Assistant|has hung up at once/u,
    );
    await expectNothingKept(place);
  });

  test('a Home Assistant that is too old', async () => {
    await using old = await startFakeHomeAssistant({ version: '2021.12.10' });
    await using place = await makeWorkplace();
    expectRefused(await connect(place, old.url, old.token), /2021\.12|too old|version|newer/u);
    await expectNothingKept(place);
  });

  test('https where it speaks http, and http where it speaks https', async () => {
    await using secure = await startFakeHomeAssistant({ tls: true });
    await using place = await makeWorkplace();
    expectRefused(await connect(place, assistant.url.replace('http:', 'https:'), TOKEN), /./u);
    expectRefused(await connect(place, secure.url.replace('https:', 'http:'), TOKEN), /./u);
    expectRefused(await connect(place, secure.url, secure.token), /--insecure/u);
    await expectNothingKept(place);
    expect(await connect(place, secure.url, secure.token, '--insecure')).toMatchObject({ code: 0 });
  });
});

describe('a token that is none', () => {
  test.concurrent.each([
    ['empty', '', /no token/u],
    ['blank', ' \n\t\n', /no token/u],
    ['100 kB long', 'x'.repeat(100_000), /too long/u],
    ['of two lines', `${TOKEN}\nX-Injected: yes`, /token/u],
    ['with controls', `${TOKEN}\u0000\u001B[2J`, /token/u],
    ['of no letters', '💡'.repeat(20), /token/u],
    ['somebody else’s', 'wrong', /token/u],
  ])('%s', async (_what, token, sentence) => {
    await using place = await makeWorkplace();
    expectRefused(await connect(place, assistant.url, token), sentence);
    await expectNothingKept(place);
  });

  test('a line end after it is none of it', async () => {
    await using place = await makeWorkplace();
    expect(await connect(place, assistant.url, `${TOKEN}\r\n`)).toMatchObject({ code: 0 });
  });
});

describe('nowhere to keep it', () => {
  test('settings that are broken stay as they are, and nothing is kept', async () => {
    await using place = await makeWorkplace();
    await mkdir(place.data, { recursive: true });
    const broken = 'home: [\n  { type: nonsense\n';
    await writeFile(`${place.data}/settings.yaml`, broken);
    expectRefused(await connect(place, assistant.url, TOKEN), /settings\.yaml/u);
    expect(await readFile(`${place.data}/settings.yaml`, 'utf8')).toBe(broken);
    await expectNothingKept(place);
  });

  test('settings that cannot be written: the secret goes again', async () => {
    await using place = await makeWorkplace();
    await mkdir(`${place.data}/settings.yaml`, { recursive: true });
    expectRefused(await connect(place, assistant.url, TOKEN), /settings\.yaml|kept/u);
    await expectNothingKept(place);
  });

  test('secrets that cannot be written: the settings stay as they were', async () => {
    await using place = await makeWorkplace();
    await mkdir(`${place.data}/secrets.json`, { recursive: true });
    expectRefused(await connect(place, assistant.url, TOKEN), /secrets/u);
    await expectNothingKept(place);
    expect((await stat(`${place.data}/secrets.json`)).isDirectory()).toBe(true);
    await rm(`${place.data}/secrets.json`, { recursive: true });
    expect(await connect(place, assistant.url, TOKEN)).toMatchObject({ code: 0 });
  });

  test('a data folder that is a file', async () => {
    await using place = await makeWorkplace();
    await writeFile(place.data, 'not a folder');
    expectRefused(await connect(place, assistant.url, TOKEN), /data|folder|directory/iu);
    expect(await readFile(place.data, 'utf8')).toBe('not a folder');
  });

  // No file may grow past so many KiB: as a full disk, for root too.
  const startOnFullDisk = (place: Workplace, room: number): Promise<Ended> => {
    const limited = `ulimit -f ${room}; trap "" XFSZ; exec "$@"`;
    const command = [process.execPath, 'main/cli/index.ts', 'home', 'connect', assistant.url, '--token-stdin'];
    const child = spawn('bash', ['-c', limited, 'bash', ...command], {
      env: { ...process.env, JARVIS_DATA: place.data, JARVIS_KEYRING: 'off' },
    });
    child.stdin.end(TOKEN);
    return ended(child);
  };

  test('a disk that is full', async () => {
    await using place = await makeWorkplace();
    expectRefused(await startOnFullDisk(place, 0), /disk is full/u);
    await expectNothingKept(place);
  });

  test('a disk that is full when the settings are written: the secret goes again, the settings stay', async () => {
    await using place = await makeWorkplace();
    await mkdir(place.data, { recursive: true });
    const before = `# ${'x'.repeat(4000)}\n`;
    await writeFile(`${place.data}/settings.yaml`, before);
    expectRefused(await startOnFullDisk(place, 2), /not be kept/u);
    expect(await readFile(`${place.data}/settings.yaml`, 'utf8')).toBe(before);
    await expectNothingKept(place);
    expect((await readdir(place.data)).filter((name) => name.includes('tmp') || name.startsWith('settings.yaml.'))).toEqual([]);
  });
});
