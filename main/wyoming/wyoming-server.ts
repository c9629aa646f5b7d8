import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { Log } from '../host/log.ts';
import { encodeWyomingEvent, readWyomingEvents, WyomingError, type WyomingEvent } from './wyoming-wire.ts';

/** A sentence that Home Assistant (or another client) wants carried out. */
export interface WyomingQuestion {
  text: string;
  conversationId?: string;
  /** Entity id of the satellite that heard it. */
  satelliteId?: string;
}

export interface WyomingAnswer {
  text: string;
  /** False: JARVIS did not understand it, or could not do it. */
  handled: boolean;
}

export interface WyomingServerOptions {
  /** The protocol has no passwords: loopback unless a person set another. */
  host: string;
  /** 0 = any free one. */
  port: number;
  version: string;
  answer(question: WyomingQuestion, signal: AbortSignal): Promise<WyomingAnswer>;
  log: Log;
}

export interface WyomingServer extends AsyncDisposable {
  port: number;
}

const MOST_PEERS = 32;
/** ms without a word from a peer. */
const IDLE_MS = 120_000;

const TranscriptSchema = z.object({
  text: z.string().trim().min(1).max(1000),
  context: z
    .object({ conversation_id: z.string().max(200).nullish(), satellite_id: z.string().max(300).nullish() })
    .nullish()
    .catch(undefined),
});

/**
 * JARVIS as a conversation agent: Home Assistant's Wyoming integration sends what a person said as `transcript` and gets
 * `handled` or `not-handled` with the words to say. Throws a sentence for people when it cannot listen.
 */
export async function startWyomingServer(options: WyomingServerOptions): Promise<WyomingServer> {
  const peers = new Set<Socket>();
  const ending = new AbortController();
  const server = createServer((socket) => {
    if (peers.size >= MOST_PEERS) {
      socket.destroy();
      return;
    }
    peers.add(socket);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('close', () => peers.delete(socket));
    void serve(socket, options, ending.signal);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, options.host, resolve);
  try {
    await promise;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(
      code === 'EADDRINUSE'
        ? `Port ${options.port} is used by another program; choose another for Wyoming in the settings (wyoming.port).`
        : `Wyoming cannot listen on ${options.host}:${options.port}: ${code}`,
      { cause: error },
    );
  }
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : options.port,
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('stopped'));
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const peer of peers) peer.destroy();
      await closed;
    },
  };
}

async function serve(socket: Socket, options: WyomingServerOptions, ending: AbortSignal): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort(new Error('the peer has gone')));
  const signal = AbortSignal.any([ending, gone.signal]);
  const send = (event: WyomingEvent): void => {
    if (!socket.destroyed) socket.write(encodeWyomingEvent(event));
  };
  // Without a listener a broken line would end the process; the loop below learns of it by the closed stream.
  socket.on('error', (error) => options.log.debug({ error: error.message }, 'Wyoming: a line broke'));
  try {
    for await (const event of readWyomingEvents(socket)) {
      switch (event.type) {
        case 'describe':
          send({ type: 'info', data: infoOf(options.version) });
          break;
        case 'ping':
          send({ type: 'pong', data: event.data });
          break;
        case 'transcript': {
          const parsed = TranscriptSchema.safeParse(event.data);
          if (!parsed.success) {
            send({ type: 'not-handled', data: { text: 'I did not get a sentence.' } });
            break;
          }
          const { text, context } = parsed.data;
          const conversationId = context?.conversation_id ?? undefined;
          const answer = await options.answer(
            {
              text,
              ...(conversationId !== undefined && { conversationId }),
              ...(typeof context?.satellite_id === 'string' && { satelliteId: context.satellite_id }),
            },
            signal,
          );
          send({
            type: answer.handled ? 'handled' : 'not-handled',
            data: { text: answer.text, ...(conversationId !== undefined && { context: { conversation_id: conversationId } }) },
          });
          break;
        }
        default:
          // Events of services that JARVIS does not offer; the protocol says to pass over them.
          break;
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof WyomingError) send({ type: 'error', data: { text: error.message, code: 'bad-message' } });
    else options.log.warn({ error: String(error) }, 'Wyoming: a line failed');
    socket.end();
  }
}

/** What JARVIS offers, as `describe` asks for it. */
function infoOf(version: string): Record<string, unknown> {
  const artifact = { attribution: { name: 'JARVIS', url: 'https://www.npmjs.com/package/jarvis-home' }, installed: true, version };
  return {
    asr: [],
    tts: [],
    intent: [],
    wake: [],
    mic: [],
    snd: [],
    handle: [
      {
        ...artifact,
        name: 'jarvis',
        description: 'Understands and carries out commands for the home, and answers questions about it',
        supports_handled_streaming: false,
        supports_home_control: true,
        models: [{ ...artifact, name: 'phrasebook', description: "JARVIS's own sentences", languages: ['en'] }],
      },
    ],
  };
}
