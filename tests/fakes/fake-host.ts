import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { EventPublisher, implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Entity, HomeAction, HomeSnapshot } from '../../contract/home.ts';
import {
  type HostToPageAudio,
  type InterfaceEvent,
  jarvisInterface,
  type PageToHostAudio,
  PageToHostAudioSchema,
  type Presence,
  type Status,
  type TurnRecord,
} from '../../contract/interface.ts';
import { SettingsSchema } from '../../contract/settings.ts';
import type { Approval, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { fakeHome } from './fake-home.ts';

/** As strict as the page allows; the real host sends the same. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface FakeHostOptions {
  /** Folder of the built page. */
  page: string;
  home?: HomeSnapshot;
  /** 0 or absent: any free one. */
  port?: number;
  /** Cookie that every request must carry; absent: everybody may come in. */
  cookie?: string;
}

/** What a page's microphone line has said so far. */
export interface FakePage {
  pageId: string | undefined;
  messages: PageToHostAudio[];
  /** 16 kHz samples received, joined. */
  samples: Int16Array;
}

interface Line extends FakePage {
  socket: WebSocket;
}

/** Speaks the whole contract to real pages, from a script instead of a house: a test shows scenes and reads what was asked of it. */
export class FakeHost {
  readonly asked: string[] = [];
  readonly calls: HomeAction[] = [];
  readonly answers: { approvalId: string; approved: boolean }[] = [];
  cancelled = 0;
  /** How a device command ends; the default does what was asked and says so. */
  answerCall: (action: HomeAction) => Promise<ToolOutcome[]> = async (action) => this.#obey(action);
  status: Status = {
    presence: 'idle',
    muted: false,
    engines: [
      { part: 'wake', engine: 'porcupine-1.9', detail: 'keyless, hears “jarvis”', fellBack: false },
      { part: 'vad', engine: 'energy', detail: 'no Silero model was found', improve: 'jarvis engines add silero', fellBack: true },
      { part: 'stt', engine: 'phrases', detail: '412 sentences of this home', fellBack: false },
      { part: 'tts', engine: 'espeak-ng', detail: 'the system’s own, British', improve: 'jarvis engines add piper', fellBack: false },
    ],
    services: [
      { name: 'voice', state: 'running', restarts: 1, detail: 'restarted after it was killed' },
      { name: 'home', state: 'running', restarts: 0 },
    ],
    bridges: [{ name: 'demo home', state: 'connected', detail: '16 devices over MQTT' }],
  };
  home: HomeSnapshot;
  approvals: Approval[] = [];
  turns: TurnRecord[] = [];
  readonly #options: FakeHostOptions;
  readonly #events = new EventPublisher<{ event: InterfaceEvent }>();
  readonly #lines = new Set<Line>();
  readonly #sockets = new Set<WebSocket>();
  #server = createServer();
  #nextId = 1;
  #time = 0;

  constructor(options: FakeHostOptions) {
    this.#options = options;
    this.home = options.home ?? fakeHome();
  }

  get pages(): FakePage[] {
    return [...this.#lines];
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Opens the port; the same one again after `stop`. */
  async start(port = this.#options.port ?? 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    const rpc = new WebSocketServer({ noServer: true });
    const audio = new WebSocketServer({ noServer: true });
    const handler = new RPCHandler(this.#router());
    this.#server.on('upgrade', (request, socket, head) => {
      const server = request.url === '/rpc' ? rpc : request.url === '/audio' ? audio : undefined;
      if (!server || !this.#allowed(request)) {
        socket.end(`HTTP/1.1 ${server ? '401 Unauthorized' : '404 Not Found'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => {
        this.#sockets.add(opened);
        opened.on('close', () => this.#sockets.delete(opened));
        if (server === rpc) void handler.upgrade(opened);
        else this.#openLine(opened);
      });
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return this;
  }

  /** Gone as if killed: lines are cut, not closed. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  send(event: InterfaceEvent): void {
    this.#events.publish('event', event);
  }

  setStatus(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    this.send({ type: 'status-changed', status: this.status });
  }

  setPresence(presence: Presence): void {
    this.setStatus({ presence });
  }

  /** Plays the events of one turn, 120 ms apart on the turn's own clock. Returns the turn's id. */
  playTurn(events: TurnEventBody[], turnId = this.#id('turn')): string {
    let record = this.turns.find((turn) => turn.turnId === turnId);
    if (!record) {
      record = { turnId, startedAt: 1_700_000_000_000 + this.#time++ * 60_000, events: [] };
      this.turns.push(record);
    }
    for (const body of events) {
      const event = { ...body, turnId, at: record.events.length * 120 };
      record.events.push(event);
      this.send({ type: 'turn-event', event });
    }
    return turnId;
  }

  changeEntity(id: string, change: Partial<Entity>): void {
    const index = this.home.entities.findIndex((entity) => entity.id === id);
    const entity = this.home.entities[index];
    if (!entity) throw new Error(`The fake home has no ${id}.`);
    const changed = { ...entity, ...change };
    this.home.entities[index] = changed;
    this.send({ type: 'entity-changed', entity: changed });
  }

  /** `now` in ms since the epoch. */
  askApproval(approval: Partial<Approval>, now: number): Approval {
    const asked: Approval = {
      id: this.#id('approval'),
      turnId: 'turn-a',
      tool: 'home',
      sentence: 'Unlock the front door',
      input: { service: 'lock.unlock', entityIds: ['lock.front_door'] },
      risk: 'guarded',
      permissions: ['home'],
      source: 'voice',
      digest: '0'.repeat(64),
      askedAt: now,
      expiresAt: now + 60_000,
      ...approval,
    };
    this.approvals.push(asked);
    this.send({ type: 'approval-asked', approval: asked });
    return asked;
  }

  sendAudio(message: HostToPageAudio, to = this.#lines): void {
    for (const line of to) line.socket.send(JSON.stringify(message));
  }

  sendSound(samples: Int16Array): void {
    for (const line of this.#lines) line.socket.send(samples);
  }

  #router() {
    const contract = implement(jarvisInterface);
    const events = this.#events;
    const snapshot = (): InterfaceEvent => ({
      type: 'snapshot',
      status: this.status,
      ...this.home,
      approvals: this.approvals,
      turns: this.turns,
    });
    return contract.router({
      events: contract.events.handler(async function* ({ signal }) {
        const changes = events.subscribe('event', signal ? { signal } : {});
        yield snapshot();
        yield* changes;
      }),
      ask: contract.ask.handler(({ input }) => {
        this.asked.push(input.text);
        return {
          turnId: this.playTurn([
            { type: 'turn-started', source: 'page', by: 'text' },
            { type: 'reply-ended', text: `You wrote: ${input.text}` },
            { type: 'turn-ended' },
          ]),
        };
      }),
      cancel: contract.cancel.handler(() => {
        this.cancelled += 1;
        this.setPresence('idle');
        return { cancelled: true };
      }),
      recentTurns: contract.recentTurns.handler(() => this.turns),
      status: contract.status.handler(() => this.status),
      doctor: contract.doctor.handler(() => ({
        version: '0.1.0',
        node: '24.0.0',
        dataFolder: '/home/ada/.local/share/jarvis',
        home: 'demo',
        entities: this.home.entities.length,
        engines: this.status.engines,
        checks: [
          { name: 'Microphone', ok: true, detail: 'a page is heard' },
          { name: 'Voice model', ok: false, detail: 'the small voice is used', improve: 'jarvis engines add piper' },
        ],
      })),
      setMuted: contract.setMuted.handler(({ input }) => {
        this.setStatus({ muted: input.muted, presence: input.muted ? 'muted' : 'idle' });
        this.sendAudio({ type: 'microphone-mute', muted: input.muted });
        return { muted: input.muted };
      }),
      setRoom: contract.setRoom.handler(({ input }) => {
        const { room: _, ...rest } = this.status;
        this.status = input.room === null ? rest : { ...rest, room: input.room };
        this.send({ type: 'status-changed', status: this.status });
        return {};
      }),
      callService: contract.callService.handler(({ input }) => {
        this.calls.push(input);
        return this.answerCall(input);
      }),
      approvals: contract.approvals.handler(() => this.approvals),
      answerApproval: contract.answerApproval.handler(({ input }) => {
        const waiting = this.approvals.some((approval) => approval.id === input.approvalId);
        this.answers.push(input);
        this.approvals = this.approvals.filter((approval) => approval.id !== input.approvalId);
        if (waiting) this.send({ type: 'approval-ended', ...input });
        return { accepted: waiting };
      }),
      help: contract.help.handler(() => [
        { intent: 'HassTurnOn', examples: ['turn on the kitchen light', 'switch on the coffee machine'] },
        { intent: 'HassLightSet', examples: ['dim the living room lamp to 40 percent', 'make the office lights warm white'] },
        { intent: 'HassSetPosition', examples: ['close the bedroom blinds', 'open the blinds halfway'] },
        { intent: 'HassClimateSetTemperature', examples: ['set the hall thermostat to 21 degrees'] },
        { intent: 'HassGetState', examples: ['is the front door locked', 'how warm is the living room'] },
        { intent: 'HassStartTimer', examples: ['set a timer for ten minutes'] },
      ]),
      settings: contract.settings.handler(() => SettingsSchema.parse({})),
    });
  }

  #openLine(socket: WebSocket): void {
    const line: Line = { socket, pageId: undefined, messages: [], samples: new Int16Array() };
    this.#lines.add(line);
    socket.on('close', () => {
      this.#lines.delete(line);
      if (line.pageId !== undefined && line.pageId === this.status.microphone) this.#hear(undefined);
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) {
        const joined = new Int16Array(line.samples.length + data.length / 2);
        joined.set(line.samples);
        for (let index = 0; index < data.length / 2; index += 1) joined[line.samples.length + index] = data.readInt16LE(index * 2);
        line.samples = joined;
        return;
      }
      const message = PageToHostAudioSchema.parse(JSON.parse(data.toString('utf8')));
      line.messages.push(message);
      if (message.type === 'microphone-opened') {
        line.pageId = message.pageId;
        for (const other of this.#lines) this.sendAudio({ type: 'microphone-granted', granted: other === line }, new Set([other]));
        this.#hear(message.pageId);
      } else if (message.type === 'microphone-closed' && line.pageId === this.status.microphone) this.#hear(undefined);
    });
  }

  #hear(pageId: string | undefined): void {
    const { microphone: _, ...rest } = this.status;
    this.status = pageId === undefined ? rest : { ...rest, microphone: pageId };
    this.send({ type: 'status-changed', status: this.status });
  }

  #obey(action: HomeAction): ToolOutcome[] {
    return action.entityIds.map((id) => {
      if (action.service.endsWith('.turn_on')) this.changeEntity(id, { state: 'on' });
      else if (action.service.endsWith('.turn_off')) this.changeEntity(id, { state: 'off' });
      return { outcome: 'confirmed' };
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#allowed(request)) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Open the address from the terminal again.');
      return;
    }
    const { pathname } = new URL(request.url ?? '/', this.address);
    const file = pathname === '/' ? '/index.html' : pathname;
    try {
      const content = await readFile(join(this.#options.page, file));
      response
        .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': PAGE_POLICY })
        .end(content);
    } catch {
      // The page asks for nothing that is not there, except the probe that follows a refused websocket.
      response.writeHead(404).end();
    }
  }

  #allowed(request: IncomingMessage): boolean {
    return this.#options.cookie === undefined || (request.headers.cookie ?? '').includes(this.#options.cookie);
  }

  #id(kind: string): string {
    return `${kind}-${this.#nextId++}`;
  }
}
