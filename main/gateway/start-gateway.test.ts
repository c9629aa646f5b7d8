import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  ask,
  audio,
  bearer,
  closing,
  enter,
  folder,
  gateway,
  host,
  logged,
  open,
  openClient,
  openPage,
  options,
  pathOf,
} from '../../tests/fakes/gateway-under-test.ts';
import { openApiToken } from './api-token.ts';
import { startGateway } from './start-gateway.ts';

describe('who may come in', () => {
  it('lets a browser in once for each address', async () => {
    const path = pathOf(gateway.address);
    const first = await ask(path);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(first.headers['set-cookie']?.[0]).toMatch(/^jarvis-\d+=token-\d+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/u);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await ask('/', { headers: { cookie } })).toMatchObject({ status: 200, body: '<title>the page</title>' });
    expect((await ask(path)).status).toBe(403);
    expect((await ask(path, { headers: { cookie } })).status).toBe(303);
    expect((await ask('/enter?token=guess')).status).toBe(403);
    expect((await ask('/enter?token=a&token=b')).status).toBe(403);
  });

  it('shows nothing to strangers but that it lives', async () => {
    for (const path of ['/', '/index.html', '/rpc', '/audio', '/api', '/api/status', '/api/openapi.json', '/nothing']) {
      expect(`${path} ${(await ask(path)).status}`).toBe(`${path} 401`);
    }
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect((await ask('/', { headers: { cookie: `jarvis-${gateway.port}=guess` } })).status).toBe(401);
    expect((await ask('/', { headers: { authorization: 'Bearer guess' } })).status).toBe(401);
    expect(await open('/rpc', {})).toBe(401);
    expect(await open('/audio', {})).toBe(401);
  });

  it('does not answer to a name that was pointed at this machine', async () => {
    const cookie = await enter();
    const headers = { cookie, host: `evil.example:${gateway.port}` };
    expect((await ask('/', { headers })).status).toBe(403);
    expect(await open('/rpc', headers)).toBe(403);
    expect((await ask('/healthz', { headers: { host: 'a/b' } })).status).toBe(403);
    expect((await ask('/', { headers: { cookie, host: `localhost:${gateway.port}` } })).status).toBe(200);
  });

  it('refuses calls that another page makes with this page’s cookie', async () => {
    const headers = { cookie: await enter(), origin: 'http://localhost:5173' };
    expect(await open('/rpc', headers)).toBe(403);
    expect(await open('/audio', headers)).toBe(403);
    expect((await ask('/api/ask', { method: 'POST', headers, body: '{"text":"unlock the door"}' })).status).toBe(403);
    expect(await open('/rpc', { cookie: await enter(), origin: 'null' })).toBe(403);
    expect(host.asked).toEqual([]);
  });

  it('gives a new address to who holds the API token, not to a page', async () => {
    const answer = await ask('/address', { method: 'POST', headers: bearer });
    const { address } = JSON.parse(answer.body);
    expect((await ask(pathOf(address))).status).toBe(303);
    expect((await ask('/address', { method: 'POST', headers: { cookie: await enter() } })).status).toBe(403);
  });

  it('keeps the API token readable by its owner only, and across starts', async () => {
    const token = await openApiToken(folder, () => 'a-token-long-enough-to-be-one');
    expect((await stat(join(folder, 'api-token'))).mode & 0o777).toBe(0o600);
    expect(await openApiToken(folder, () => 'another-token-that-is-long')).toBe(token);
    await writeFile(join(folder, 'api-token'), '');
    expect(await openApiToken(folder, () => 'another-token-that-is-long')).toBe('another-token-that-is-long');
    expect(await readFile(join(folder, 'api-token'), 'utf8')).toBe('another-token-that-is-long\n');
  });

  it('sends its security headers with every answer', async () => {
    for (const answer of [await ask('/'), await ask('/api/status', { headers: bearer }), await ask('/', { headers: bearer })]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'self';/u);
    }
  });

  it('does not serve files outside of the page', async () => {
    await writeFile(`${folder}-secret`, 'secret');
    for (const path of [`/..%2f${folder.split('/').at(-1)}-secret`, '/../package.json', '/%00']) {
      const answer = await ask(path, { headers: bearer });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toBe('secret');
    }
    await rm(`${folder}-secret`);
  });
});

describe('calls over the websocket', () => {
  it('reach the host as from the page', async () => {
    const { client } = await openClient();
    expect(await client.ask({ text: '  turn on the lamp ' })).toEqual({ turnId: 'turn-1' });
    expect(await client.status()).toMatchObject({ presence: 'idle' });
    expect(host.asked).toEqual([{ text: 'turn on the lamp', source: 'page' }]);
  });

  it('tell a failure in its sentence, and nothing of what broke inside', async () => {
    const { client } = await openClient();
    await expect(client.ask({ text: 'nothing' })).rejects.toMatchObject({
      message: 'I do not know the xylophone.',
      data: { code: 'no-target' },
    });
    await expect(client.ask({ text: 'crash' })).rejects.toThrow('Internal server error');
    expect(logged).toEqual(['a call failed']);
    await expect(client.ask({ text: '' })).rejects.toThrow('Input validation failed');
    expect(logged).toEqual(['a call failed']);
  });

  it('stream events to two pages, each beginning with a snapshot', async () => {
    const pages = [await openClient(), await openClient()];
    const streams = await Promise.all(pages.map(({ client }) => client.events()));
    const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
    for (const reader of readers) expect((await reader.next()).value).toMatchObject({ type: 'snapshot' });
    const next = readers.map((reader) => reader.next());
    await audio.until(() => host.subscribers === 2);
    host.published.publish({ type: 'notice', level: 'info', text: 'hello' });
    for (const event of next) expect((await event).value).toMatchObject({ text: 'hello' });

    // One page goes; the other keeps hearing.
    const after = readers[1]?.next();
    pages[0]?.socket.close();
    await audio.until(() => host.subscribers === 1);
    host.published.publish({ type: 'notice', level: 'info', text: 'still here' });
    expect((await after)?.value).toMatchObject({ text: 'still here' });
  });

  it('leave nothing behind when a subscription is given up, and log no error', async () => {
    const shouted = vi.spyOn(console, 'error');
    const { client } = await openClient();
    const giving = new AbortController();
    const stream = await client.events(undefined, { signal: giving.signal });
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    const next = reader.next();
    giving.abort();
    await expect(next).rejects.toThrow();
    await audio.until(() => host.subscribers === 0);
    const second = (await client.events())[Symbol.asyncIterator]();
    await second.next();
    await second.return?.();
    await audio.until(() => host.subscribers === 0);
    expect(logged).toEqual([]);
    expect(shouted).not.toHaveBeenCalled();
    shouted.mockRestore();
  });

  it.each(['garbage', '{}', '[1]', '{"i":1,"p":{}}', 'null', '\u0000', 'x'.repeat(8_100_000)])(
    'end at nonsense, and only there',
    async (nonsense) => {
      const [bad, good] = [await openPage('/rpc'), await openClient()];
      const closed = closing(bad);
      bad.send(nonsense);
      expect([1007, 1009]).toContain(await closed);
      expect(await good.client.approvals()).toEqual([]);
    },
  );
});

describe('the REST API', () => {
  it('answers who shows the token, as another program', async () => {
    const headers = { ...bearer, 'content-type': 'application/json' };
    const answer = await ask('/api/ask', { method: 'POST', headers, body: '{"text":"turn on the lamp"}' });
    expect(answer).toMatchObject({ status: 200, body: '{"turnId":"turn-1"}' });
    expect(host.asked).toEqual([{ text: 'turn on the lamp', source: 'api' }]);
    expect(JSON.parse((await ask('/api/status', { headers: bearer })).body)).toMatchObject({ presence: 'idle' });
    expect((await ask('/api/ask', { method: 'POST', headers, body: '{"text":7}' })).status).toBe(400);
    expect((await ask('/api/ask', { method: 'POST', headers, body: '{"te' })).status).toBe(400);
    expect((await ask('/api/ask', { method: 'POST', headers, body: JSON.stringify({ text: 'x'.repeat(8_100_000) }) })).status).toBe(413);
    expect((await ask('/api/nothing', { headers: bearer })).status).toBe(404);
    expect((await ask('/api/ask', { method: 'POST', headers, body: '{"text":"nothing"}' })).status).toBe(409);
  });

  it('describes itself without help from outside', async () => {
    const spec = JSON.parse((await ask('/api/openapi.json', { headers: bearer })).body);
    expect(Object.keys(spec.paths)).toContain('/home/call');
    const page = await ask('/api', { headers: bearer });
    expect(page.body).toContain('POST /api/ask');
    expect(page.body).not.toMatch(/<script|<link|https?:/u);
  });

  it('streams events', async () => {
    const received = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: gateway.port, path: '/api/events', headers: bearer }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('snapshot')) {
            response.destroy();
            resolve(`${response.headers['content-type']} ${text}`);
          }
        });
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(received).toMatch(/^text\/event-stream/u);
    await audio.until(() => host.subscribers === 0);
    expect(logged).toEqual([]);
  });
});

describe('the port', () => {
  it('is the next free one when the usual one is taken', async () => {
    const second = await startGateway({ ...options(), port: gateway.port });
    expect(second.port).toBeGreaterThan(gateway.port);
    await second.stop();
  });

  it('is refused with a sentence when it was asked for by name', async () => {
    await expect(startGateway({ ...options(), port: gateway.port, strictPort: true })).rejects.toThrow(
      `Port ${gateway.port} is used by another program. Choose another with --port or in the settings (server.port).`,
    );
  });

  it('is free again after stop, whoever was connected', async () => {
    const page = await openPage('/rpc');
    const closed = closing(page);
    await gateway.stop();
    expect([1001, 1006]).toContain(await closed);
    const again = await startGateway({ ...options(), port: gateway.port, strictPort: true });
    await again.stop();
    await gateway.stop();
  });

  it('says so when the page is not built', async () => {
    await using bare = await startGateway({ ...options(), pageFolder: join(folder, 'nothing') });
    const response = await fetch(`http://127.0.0.1:${bare.port}/`, { headers: bearer });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});
