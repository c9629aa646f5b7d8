import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { finishOf, type ScriptedTurn, type SeenRequest, stepsOf, type Trouble } from './scripted-turn.ts';
import type { Wire, WireAnswer } from './wire.ts';

export interface RecordedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: NodeJS.Dict<string | string[]>;
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  /** The same in plain words. */
  seen: SeenRequest;
  /** How it ended: all was sent, or the other side left before. */
  closed: Promise<'answered' | 'given-up'>;
}

/** A server on loopback that plays what it is told, one turn for each request, in order. */
export interface LlmServer extends AsyncDisposable {
  /** `http://127.0.0.1:…`, without a path. */
  readonly url: string;
  /** What models were asked, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Everything else that was asked: lists, versions. */
  readonly lookups: readonly Omit<RecordedRequest, 'seen' | 'closed'>[];
  /** The answer to the next request that has none yet. */
  play(turn: ScriptedTurn): void;
  /** The answer to every request for which nothing is in the queue. */
  playAlways(turn: ScriptedTurn | ((seen: SeenRequest) => ScriptedTurn)): void;
  playEmbeddings(vectors: readonly (readonly number[])[]): void;
  /** What a path answers besides; with its query where that matters. */
  serve(path: string, answer: unknown, options?: { status?: number; contentType?: string }): void;
  /** Only who has it is let in. Absent: everybody. */
  requireKey(key: string | undefined): void;
  /** The request of this place, as soon as it is there. */
  request(place: number): Promise<RecordedRequest>;
}

/** `wires`: every format it speaks; told apart by their paths. */
export async function startLlmServer(wires: readonly Wire[]): Promise<LlmServer> {
  const queue: ScriptedTurn[] = [];
  const requests: RecordedRequest[] = [];
  const lookups: Omit<RecordedRequest, 'seen' | 'closed'>[] = [];
  const served = new Map<string, { answer: unknown; status: number; contentType: string }>();
  const waiting: { place: number; tell(request: RecordedRequest): void }[] = [];
  let always: ((seen: SeenRequest) => ScriptedTurn) | undefined;
  let vectors: readonly (readonly number[])[] = [];
  let key: string | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const body = parsed(await textOf(request));
    const common = { method: request.method ?? '', path, headers: request.headers, body };
    const wire = wires.find((each) => each.isAnswer(path));
    const given = (wire ?? wires[0])?.keyOf(request.headers);
    const refused = key !== undefined && given !== key;
    if (wire === undefined) {
      lookups.push(common);
      const found = served.get(path) ?? served.get(path.replace(/\?.*$/u, ''));
      const speaker = wires.find((each) => each.embedding?.isAsked(path) === true);
      if (refused) return json(response, 401, wires[0]?.failure(401, undefined, 'The key is wrong.'));
      if (speaker?.embedding !== undefined) return json(response, 200, speaker.embedding.body(vectors));
      if (found === undefined) return json(response, 404, { error: { message: `nothing at ${path}` } });
      response.writeHead(found.status, { 'content-type': found.contentType });
      response.end(typeof found.answer === 'string' ? found.answer : JSON.stringify(found.answer));
      return;
    }
    const seen: SeenRequest = { ...wire.see(body, path), ...(given === undefined ? {} : { key: given }) };
    const closed = new Promise<'answered' | 'given-up'>((resolve) => {
      response.on('close', () => resolve(response.writableFinished ? 'answered' : 'given-up'));
    });
    const recorded = { ...common, seen, closed };
    requests.push(recorded);
    for (const { place, tell } of waiting) if (place === requests.length - 1) tell(recorded);
    if (refused) return json(response, 401, wire.failure(401, undefined, 'The key is wrong.'));
    const turn = queue.shift() ?? always?.(seen);
    if (turn === undefined) return json(response, 500, wire.failure(500, undefined, 'The script has nothing more to play.'));
    await perform(wire, turn, seen, response, closed);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    lookups,
    play: (turn) => queue.push(turn),
    playAlways: (turn) => {
      always = typeof turn === 'function' ? turn : () => turn;
    },
    playEmbeddings: (given) => {
      vectors = given;
    },
    serve: (path, answer, { status = 200, contentType = 'application/json' } = {}) => {
      served.set(path, { answer, status, contentType });
    },
    requireKey: (wanted) => {
      key = wanted;
    },
    request: (place) => {
      const there = requests[place];
      return there === undefined ? new Promise((tell) => waiting.push({ place, tell })) : Promise.resolve(there);
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Closed = RecordedRequest['closed'];

async function perform(wire: Wire, turn: ScriptedTurn, seen: SeenRequest, response: ServerResponse, closed: Closed): Promise<void> {
  const { trouble } = turn;
  if (trouble?.kind === 'status') {
    const { status, headers = {}, code, message = `Status ${status}`, body } = trouble;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (body === undefined) return json(response, status, wire.failure(status, code, message));
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
    return;
  }
  if (trouble?.kind === 'silence' && trouble.before === 'headers') return;
  if (trouble?.kind === 'other-answer') {
    response.writeHead(200, { 'content-type': trouble.contentType });
    response.end(trouble.body);
    return;
  }
  response.writeHead(200, { 'content-type': wire.contentType, 'cache-control': 'no-cache' });
  const say = (text: string | Buffer): Promise<void> => write(response, text, closed);
  const answer = wire.begin(seen.model);
  await say(answer.start());
  let calls = 0;
  for (const step of stepsOf(turn)) {
    if (response.closed) return;
    if ('until' in step) await Promise.race([step.until, closed]);
    else if ('text' in step) await say(answer.text(step.text));
    else if ('reasoning' in step) await say(answer.reasoning(step.reasoning));
    else {
      calls += 1;
      const { name, input = {}, rawInput, id = `call_${calls}` } = step.toolCall;
      for (const piece of answer.toolCall({ id, name, input: rawInput ?? JSON.stringify(input) })) await say(piece);
    }
  }
  const { input, output, cached = 0 } = turn.usage ?? { input: 10, output: 5 };
  const finish = (): string => answer.finish(finishOf(turn), { input, output, cached });
  if (trouble === undefined) response.end(finish() + answer.end());
  else await makeTrouble(trouble, answer, finish, response, say);
}

async function makeTrouble(
  trouble: Exclude<Trouble, { kind: 'status' | 'other-answer' }>,
  answer: WireAnswer,
  finish: () => string,
  response: ServerResponse,
  say: (text: string | Buffer) => Promise<void>,
): Promise<void> {
  switch (trouble.kind) {
    case 'error-event':
      response.end(answer.error(trouble.code, trouble.message ?? 'It went wrong.'));
      return;
    case 'cut':
      response.destroy();
      return;
    case 'no-finish':
      response.end();
      return;
    case 'double-finish': {
      const last = finish();
      response.end(last + last + answer.end());
      return;
    }
    case 'malformed':
      response.end(answer.malformed() + finish() + answer.end());
      return;
    case 'garbage':
      response.end(Buffer.from(Array.from({ length: 4096 }, (_, place) => (place * 167 + 13) % 256)));
      return;
    case 'endless':
      while (!response.closed) await say(answer.text('and so on '.repeat(400)));
      return;
    case 'silence':
      return;
    case 'huge-line': {
      const piece = Buffer.alloc(65_536, 'x');
      for (let sent = 0; sent < trouble.bytes && !response.closed; sent += piece.length) await say(piece);
      response.end();
      return;
    }
    case 'lingers':
      await say(finish() + answer.end());
      return;
    default:
      trouble satisfies never;
  }
}

/** Waits for room, so that an endless answer does not fill the memory. */
async function write(response: ServerResponse, text: string | Buffer, closed: Closed): Promise<void> {
  if (text.length === 0 || response.closed) return;
  if (!response.write(text)) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed]);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
