import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { startWyomingServer, type WyomingQuestion, type WyomingServer } from './wyoming-server.ts';
import { encodeWyomingEvent, readWyomingEvents, WyomingError, type WyomingEvent } from './wyoming-wire.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function agent(asked: WyomingQuestion[] = []): Promise<WyomingServer> {
  const server = await startWyomingServer({
    host: '127.0.0.1',
    port: 0,
    version: '1.2.3',
    log: silentLog,
    answer: async (question) => {
      asked.push(question);
      return question.text === 'sing' ? { text: 'I cannot sing yet.', handled: false } : { text: 'The light is on.', handled: true };
    },
  });
  open.push(server);
  return server;
}

function peer(port: number): { socket: Socket; next(): Promise<WyomingEvent | undefined> } {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const events = readWyomingEvents(socket);
  return {
    socket,
    async next() {
      const { value, done } = await events.next();
      return done === true ? undefined : value;
    },
  };
}

const read = async (...chunks: (string | Buffer)[]): Promise<WyomingEvent[]> => {
  const events: WyomingEvent[] = [];
  for await (const event of readWyomingEvents(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) events.push(event);
  return events;
};

describe('the Wyoming wire', () => {
  it('gives back what it wrote, sound included, however it is cut up', async () => {
    const written = [
      { type: 'describe', data: {} },
      { type: 'transcript', data: { text: 'turn on the café light', context: { conversation_id: '1' } } },
      { type: 'audio-chunk', data: { rate: 16_000, width: 2, channels: 1 }, payload: Buffer.from([1, 2, 10, 13]) },
    ];
    const bytes = Buffer.concat(written.map(encodeWyomingEvent));
    for (const size of [1, 7, bytes.length]) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(await read(...chunks)).toEqual(written);
    }
  });

  it('takes data in the header line, as older clients write it', async () => {
    expect(await read('{"type":"transcript","data":{"text":"hello"}}\n')).toEqual([{ type: 'transcript', data: { text: 'hello' } }]);
  });

  it('drops a message that is cut off', async () => {
    expect(await read('{"type":"a"}\n{"type":"b","data_length":10}\n{"x"')).toEqual([{ type: 'a', data: {} }]);
  });

  it.each([
    ['garbage', '\u0000\u0001 no json\n'],
    ['another type', '[1,2]\n'],
    ['no type', '{"data":{}}\n'],
    ['data that is no object', '{"type":"a","data_length":2}\n42'],
    ['a payload without end', '{"type":"a","payload_length":99999999999}\n'],
    ['a negative length', '{"type":"a","data_length":-1}\n'],
    ['a line without end', 'x'.repeat(70_000)],
  ])('refuses %s', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toThrow(WyomingError);
  });
});

describe('JARVIS as a conversation agent', () => {
  it('describes itself as a handle service that acts on the home', async () => {
    const { socket, next } = peer((await agent()).port);
    socket.write(encodeWyomingEvent({ type: 'describe', data: {} }));
    expect(await next()).toMatchObject({
      type: 'info',
      data: {
        handle: [{ name: 'jarvis', installed: true, version: '1.2.3', supports_home_control: true, models: [{ languages: ['en'] }] }],
      },
    });
    socket.destroy();
  });

  it('answers a transcript with what JARVIS says, and keeps the conversation', async () => {
    const asked: WyomingQuestion[] = [];
    const { socket, next } = peer((await agent(asked)).port);
    socket.write(
      encodeWyomingEvent({
        type: 'transcript',
        data: { text: 'turn on the light', language: 'en', context: { conversation_id: 'c1', satellite_id: 'assist_satellite.hall' } },
      }),
    );
    expect(await next()).toEqual({ type: 'handled', data: { text: 'The light is on.', context: { conversation_id: 'c1' } } });
    expect(asked).toEqual([{ text: 'turn on the light', conversationId: 'c1', satelliteId: 'assist_satellite.hall' }]);
    socket.write(encodeWyomingEvent({ type: 'transcript', data: { text: 'sing' } }));
    expect(await next()).toEqual({ type: 'not-handled', data: { text: 'I cannot sing yet.' } });
    socket.destroy();
  });

  it('says so when there is no sentence, and passes over events of other services', async () => {
    const { socket, next } = peer((await agent()).port);
    socket.write(encodeWyomingEvent({ type: 'detect', data: { names: ['jarvis'] } }));
    socket.write(encodeWyomingEvent({ type: 'transcript', data: { text: 7 } }));
    expect(await next()).toMatchObject({ type: 'not-handled' });
    socket.destroy();
  });

  it('ends the line to a peer that speaks no Wyoming, and goes on with the others', async () => {
    const { port } = await agent();
    const stranger = peer(port);
    stranger.socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await stranger.next()).toMatchObject({ type: 'error' });
    expect(await stranger.next()).toBeUndefined();
    const friend = peer(port);
    friend.socket.write(encodeWyomingEvent({ type: 'ping', data: { text: 'a' } }));
    expect(await friend.next()).toEqual({ type: 'pong', data: { text: 'a' } });
    friend.socket.destroy();
  });

  it('says which setting to change when its port is taken', async () => {
    const { port } = await agent();
    const second = startWyomingServer({
      host: '127.0.0.1',
      port,
      version: '1',
      log: silentLog,
      answer: async () => ({ text: '', handled: true }),
    });
    await expect(second).rejects.toThrow('wyoming.port');
  });
});
