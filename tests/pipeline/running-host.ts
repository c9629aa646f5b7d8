import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';
import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { type InterfaceEvent, InterfaceEventSchema } from '../../contract/interface.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { makeWorkplace, startJarvis } from './run-jarvis.ts';

const SERVER = 'server: { port: 0, openBrowser: false }\n';
/** No microphone, no loudspeaker: everything is written. */
const SILENT = 'voice: { wake: { engine: none }, stt: { engine: none }, tts: { engine: none } }\n';

const AnswerSchema = z.object({
  response: z.object({
    response_type: z.enum(['action_done', 'query_answer', 'error']),
    speech: z.object({ plain: z.object({ speech: z.string() }) }),
    data: z.object({ code: z.string().optional() }),
  }),
  continue_conversation: z.boolean(),
});

export interface Said {
  type: 'action_done' | 'query_answer' | 'error';
  speech: string;
  continues: boolean;
}

/** A `jarvis start` in a process of its own, spoken to as its pages and other programs do. */
export interface RunningHost extends AsyncDisposable {
  readonly data: string;
  readonly pid: number;
  /** Of its page, with a token that lets one page in. */
  readonly address: string;
  /** Ends it with SIGKILL, as a power cut does; its data folder stays until the end of it all. */
  kill(): Promise<void>;
  /** Everything it has printed, both streams. */
  readonly printed: () => string;
  /** Still there? */
  readonly running: () => boolean;
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; answer: unknown }>;
  /** One sentence as another program says it: `POST /api/conversation`. */
  say(text: string, room?: string): Promise<Said>;
  /** One sentence as a page says it; what needs a yes gets `approve`. Resolves with the reply. */
  ask(text: string, approve?: boolean): Promise<string>;
  /** All events of the page's stream so far. */
  readonly events: readonly InterfaceEvent[];
  /** As the page has them: the last picture of the structure with every change since. */
  entities(): Map<string, Entity>;
  until<T>(look: () => T | undefined, ms?: number): Promise<T>;
}

export interface HostPlace {
  /** Data folder of one that ran before; it is not deleted. Absent: a fresh one. */
  data?: string;
  environment?: Readonly<Record<string, string>>;
  /** With its ears and its voice. */
  speaks?: boolean;
}

/** @param settings further lines of its settings file */
export async function startHost(settings = '', { data, environment = {}, speaks = false }: HostPlace = {}): Promise<RunningHost> {
  await using parts = new AsyncDisposableStack();
  const place = data === undefined ? parts.use(await makeWorkplace()) : { data };
  await mkdir(place.data, { recursive: true });
  await writeFile(`${place.data}/settings.yaml`, SERVER + (speaks ? '' : SILENT) + settings);
  const child = startJarvis(['start', '--no-open'], place.data, environment);
  parts.defer(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  });
  let printed = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      if (printed.length < 5_000_000) printed += `${line}\n`;
      const address = /http:\/\/\S+/u.exec(line)?.[0];
      if (address !== undefined && stream === child.stdout) ready.resolve(address);
    });
  child.once('close', () => ready.reject(new Error(`it ended, saying: ${printed}`)));
  const address = await ready.promise;
  const { origin } = new URL(address);
  const authorization = `Bearer ${(await readFile(`${place.data}/api-token`, 'utf8')).trim()}`;

  const call: RunningHost['call'] = async (method, path, body) => {
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: await response.json() };
  };

  const events: InterfaceEvent[] = [];
  const leaving = new AbortController();
  const stream = await fetch(`${origin}/api/events`, { headers: { authorization }, signal: leaving.signal });
  const reading = readEvents(stream, (event) => events.push(event)).catch((error: unknown) => {
    if (!leaving.signal.aborted && child.exitCode === null && child.signalCode === null) throw error;
  });
  parts.defer(async () => {
    leaving.abort();
    await reading;
  });

  const until: RunningHost['until'] = (look, ms = 10_000) =>
    vi.waitFor(
      () => {
        const found = look();
        if (found === undefined || found === false) throw new Error(`it has not come in ${ms} ms: ${look}`);
        return found;
      },
      { timeout: ms, interval: 15 },
    );
  const ofTurn = (turnId: string): TurnEvent[] =>
    events.flatMap((event) => (event.type === 'turn-event' && event.event.turnId === turnId ? [event.event] : []));

  const kept = parts.move();
  return {
    data: place.data,
    pid: child.pid ?? 0,
    address,
    kill: async () => {
      leaving.abort();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
    printed: () => printed,
    running: () => child.exitCode === null && child.signalCode === null,
    call,
    say: async (text, room) => {
      const { status, answer } = await call('POST', '/conversation', { text, ...(room === undefined ? {} : { room }) });
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(answer).slice(0, 500)}`);
      const { response, continue_conversation } = AnswerSchema.parse(answer);
      return { type: response.response_type, speech: response.speech.plain.speech, continues: continue_conversation };
    },
    ask: async (text, approve = true) => {
      const { answer } = await call('POST', '/ask', { text });
      const { turnId } = z.object({ turnId: z.string() }).parse(answer);
      const answered = new Set<string>();
      return until(() => {
        for (const event of ofTurn(turnId)) {
          if (event.type !== 'approval-asked' || answered.has(event.approvalId)) continue;
          answered.add(event.approvalId);
          void call('POST', '/approvals/answer', { approvalId: event.approvalId, approved: approve });
        }
        return ofTurn(turnId).find((event) => event.type === 'reply-ended')?.text;
      }, 30_000);
    },
    events,
    entities: () => picture(events),
    until,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What a page would show after these events. */
function picture(events: readonly InterfaceEvent[]): Map<string, Entity> {
  let shown = new Map<string, Entity>();
  for (const event of events) {
    if (event.type === 'snapshot' || event.type === 'home-structure') shown = new Map(event.entities.map((entity) => [entity.id, entity]));
    else if (event.type === 'entity-changed') shown.set(event.entity.id, event.entity);
  }
  return shown;
}

async function readEvents(response: Response, take: (event: InterfaceEvent) => void): Promise<void> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body) {
    text += decoder.decode(part, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      if (!lines.includes('event: message')) continue;
      take(
        InterfaceEventSchema.parse(
          JSON.parse(
            lines
              .filter((line) => line.startsWith('data: '))
              .join('')
              .slice(6),
          ),
        ),
      );
    }
  }
}

const ConnectionSchema = z.object({ id: z.string() });

/** Connects a way into the home of a running host. @returns its id */
export async function connectHome(host: RunningHost, way: { url: string; token?: string }): Promise<string> {
  const { status, answer } = await host.call('POST', '/home/connections', way);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(answer)}`);
  return ConnectionSchema.parse(answer).id;
}
