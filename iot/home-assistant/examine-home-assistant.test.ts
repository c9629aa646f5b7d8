import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { makeCertificate } from '../../tests/fakes/home-assistant/certificate.ts';
import { startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { examineHomeAssistant } from './examine-home-assistant.ts';

const never = new AbortController().signal;
const closing: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const examine = (url: string, token = 'token', insecure = false) =>
  examineHomeAssistant({ url, token, insecure, clock: systemClock, log: silentLog }, never);

/** The sentence that a person reads. */
async function complaint(examination: Promise<unknown>): Promise<string> {
  const error = await examination.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof JarvisError)) throw new Error(`no complaint for people: ${String(error)}`);
  expect(error.failure.code).toBe('home-refused');
  return sentenceFor(error.failure);
}

async function serve(listener: RequestListener, onSocket?: (sockets: WebSocketServer) => void): Promise<string> {
  const server = createServer(listener);
  if (onSocket) onSocket(new WebSocketServer({ server }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

const open = async (options: Parameters<typeof startFakeHomeAssistant>[0]) => {
  const fake = await startFakeHomeAssistant(options);
  closing.push(() => fake[Symbol.asyncDispose]());
  return fake;
};

describe('examining a Home Assistant', () => {
  it('tells its version, its name and how much is in it', async () => {
    const fake = await open({ locationName: 'Our house', version: '2026.2.1' });
    expect(await examine(fake.url, fake.token)).toEqual({
      version: '2026.2.1',
      locationName: 'Our house',
      entities: fake.house.states.all().length,
    });
    expect(fake.misbehaviour.count('call_service')).toBe(0);
  });

  it('leaves no connection behind', async () => {
    const fake = await open({});
    await examine(fake.url, fake.token);
    await expect.poll(() => fake.connectionCount).toBe(0);
  });

  it('says that nobody answers', async () => {
    const fake = await open({});
    const { url } = fake;
    await fake[Symbol.asyncDispose]();
    expect(await complaint(examine(url))).toMatch(/nobody answers at 127\.0\.0\.1:\d+/);
    expect(await complaint(examine('http://no-such-machine.invalid:8123'))).toMatch(
      /cannot find a machine called no-such-machine\.invalid/,
    );
  });

  it('gives up on a machine that takes the call and says nothing', async () => {
    const url = await serve(
      () => undefined,
      (sockets) => sockets.on('connection', () => undefined),
    );
    const clock = new FakeClock();
    let heard: string | undefined;
    const examination = complaint(examineHomeAssistant({ url, token: 'token', clock, log: silentLog }, never)).then((sentence) => {
      heard = sentence;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBeUndefined();
    await clock.advance(10_000);
    await examination;
    expect(heard).toMatch(/lets nobody in yet/);
  });

  it.each([
    ['a page that is not found', 404, {}, /it is not Home Assistant/],
    ['a page that is there', 200, {}, /it is not Home Assistant/],
    ['a proxy whose Home Assistant is away', 502, {}, /Home Assistant behind it does not \(HTTP 502\)/],
    ['a ban', 403, {}, /banned this machine/],
    ['a redirection', 301, { location: 'https://home.example/api/websocket' }, /sends visitors on to https:\/\/home\.example/],
  ])('tells %s from Home Assistant', async (_what, status, headers, sentence) => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end('hello'));
    expect(await complaint(examine(url))).toMatch(sentence);
  });

  it.each([
    ['speaks first of something else', JSON.stringify({ type: 'welcome' })],
    ['lets everybody in unasked', JSON.stringify({ type: 'auth_ok', ha_version: '2026.2.1' })],
    ['sends no JSON', '<html>'],
    ['sends null', 'null'],
  ])('does not take for Home Assistant what %s', async (_what, greeting) => {
    const received: string[] = [];
    const url = await serve(
      () => undefined,
      (sockets) =>
        sockets.on('connection', (socket) => {
          socket.on('message', (data) => received.push(String(data)));
          socket.send(greeting);
        }),
    );
    expect(await complaint(examine(url, 'my-secret'))).toMatch(/it is not Home Assistant/);
    expect(received).toEqual([]);
  });

  it('says that the token is not accepted, and never shows it', async () => {
    const fake = await open({});
    const sentence = await complaint(examine(fake.url, 'some-other-token'));
    expect(sentence).toMatch(/does not accept the token/);
    expect(sentence).not.toContain('some-other-token');
  });

  it.each(['2023.11.3', '2022.12.0', '0.118.5', 'nonsense'])('says that version %s is too old', async (version) => {
    const fake = await open({ version });
    expect(await complaint(examine(fake.url, fake.token))).toBe(
      `Home Assistant at ${fake.url} is version ${version}; JARVIS needs 2023.12 or newer.`,
    );
  });

  it('takes the oldest version that it can work with', async () => {
    const fake = await open({ version: '2023.12.0' });
    expect(await examine(fake.url, fake.token)).toMatchObject({ version: '2023.12.0' });
  });

  it('explains an unsigned certificate, and takes it when told to', async ({ skip }) => {
    if (!(await makeCertificate())) skip('openssl is not on this machine');
    const fake = await open({ tls: true });
    expect(await complaint(examine(fake.url, fake.token))).toMatch(/no authority has signed.*--insecure/);
    expect(await examine(fake.url, fake.token, true)).toMatchObject({ version: '2026.2.1' });
  });

  it('notices https where only http is spoken', async () => {
    const fake = await open({});
    expect(await complaint(examine(fake.url.replace('http:', 'https:')))).toMatch(/does not speak https\. Try http:/);
  });

  it('stops when told to', async () => {
    const fake = await open({});
    await expect(
      examineHomeAssistant(
        { url: fake.url, token: fake.token, clock: systemClock, log: silentLog },
        AbortSignal.abort(new Error('enough')),
      ),
    ).rejects.toThrow('enough');
  });
});
