import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventPublisher, implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Entity, HomeAction, HomeSnapshot } from '../../contract/home.ts';
import {
  type HomeConnection,
  type HostToPageAudio,
  type InterfaceEvent,
  jarvisInterface,
  type PageToHostAudio,
  PageToHostAudioSchema,
  type Presence,
  type SentenceProblem,
  type Status,
  type Trial,
  type TurnRecord,
  type UndoOffer,
} from '../../contract/interface.ts';
import { SettingsSchema } from '../../contract/settings.ts';
import type { Approval, ApprovalDay, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { fakeHome } from './fake-home.ts';
import { chatHandlers, FakeHostChat } from './fake-host-chat.ts';
import { FakeHostGate, gateHandlers } from './fake-host-gate.ts';
import { FakeHostModels, modelHandlers } from './fake-host-models.ts';
import { fakeHelp, fakeReport, fakeStatus } from './fake-host-words.ts';
import { servePage } from './serve-page.ts';

export interface FakeHostOptions {
  /** Folder of the built page. */
  page: string;
  home?: HomeSnapshot;
  /** 0 or absent: any free one. */
  port?: number;
  /** Cookie that every request must carry; absent: everybody may come in. */
  cookie?: string;
}

interface EntitySetting {
  entityId: string;
  name?: string | null | undefined;
  aliases?: string[] | undefined;
  hidden?: boolean | null | undefined;
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
  /** The same with all that went with it. */
  readonly questions: {
    text: string;
    conversationId?: string | undefined;
    parentId?: string | null | undefined;
    again?: string | undefined;
    attachments?: string[] | undefined;
    silent?: boolean | undefined;
  }[] = [];
  readonly calls: HomeAction[] = [];
  readonly answers: { approvalId: string; approved: boolean; code?: string | undefined; by?: 'cli' | 'notification' | undefined }[] = [];
  cancelled = 0;
  /** How a device command ends; the default does what was asked and says so. */
  answerCall: (action: HomeAction) => Promise<ToolOutcome[]> = async (action) => this.#obey(action);
  /** ms since the epoch */
  stoppedAt = 1_700_000_000_000;
  status: Status = fakeStatus();
  home: HomeSnapshot;
  approvals: Approval[] = [];
  approvalDays: ApprovalDay[] = [];
  readonly acceptedRules: string[] = [];
  /** What "always" would come to. */
  proposeRule: (approvalId: string) => { text: string; sentence: string } = () => ({
    text: 'effect: allow\ntool: home.call-service\n',
    sentence: 'From now on I unlock the front door without asking, when it is asked by voice.',
  });
  undoOffers: UndoOffer[] = [];
  readonly undone: (string | undefined)[] = [];
  readonly entitySettings: EntitySetting[] = [];
  connections: HomeConnection[] = [];
  readonly connectRequests: { url: string; token?: string | undefined; username?: string | undefined; password?: string | undefined }[] =
    [];
  readonly loginRequests: { url: string; returnTo: string; insecure?: boolean | undefined }[] = [];
  /** How connecting ends; the default takes everything. */
  answerConnect: (url: string) => Promise<HomeConnection> = async (url) => this.#connect(url);
  sentences = '';
  /** What is wrong with sentences; with problems nothing is saved. */
  checkSentences: (text: string) => SentenceProblem[] = () => [];
  readonly tried: { text: string; sentences?: string | undefined }[] = [];
  trial: Trial = { understood: false, matches: [], effects: [], problems: [] };
  turns: TurnRecord[] = [];
  readonly gate = new FakeHostGate();
  readonly models = new FakeHostModels();
  readonly chat = new FakeHostChat();
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

  /** `now` in ms since the epoch. */
  offerUndo(sentence: string, now: number): UndoOffer {
    const offer: UndoOffer = { undoId: this.#id('undo'), sentence, entityIds: [], at: now, until: now + 60_000 };
    this.undoOffers.push(offer);
    this.send({ type: 'undo-offered', offer });
    return offer;
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
      undo: this.undoOffers,
    });
    return contract.router({
      events: contract.events.handler(async function* ({ signal }) {
        const changes = events.subscribe('event', signal ? { signal } : {});
        yield snapshot();
        yield* changes;
      }),
      ask: contract.ask.handler(({ input }) => {
        this.asked.push(input.text);
        this.questions.push(input);
        return {
          turnId: this.playTurn([
            {
              type: 'turn-started',
              source: 'page',
              by: 'text',
              ...(input.conversationId !== undefined && { conversationId: input.conversationId }),
              ...(input.parentId !== undefined && { parentId: input.parentId }),
              ...(input.again !== undefined && { again: input.again }),
              ...(input.attachments !== undefined && { attachments: input.attachments }),
            },
            ...(this.chat.answer?.(input.text) ?? [
              { type: 'reply-ended' as const, text: `You wrote: ${input.text}` },
              { type: 'turn-ended' as const },
            ]),
          ]),
        };
      }),
      converse: contract.converse.handler(({ input }) => ({
        response: { response_type: 'query_answer' as const, language: 'en', speech: { plain: { speech: input.text } }, data: {} },
        conversation_id: 'c1',
        continue_conversation: false,
      })),
      cancel: contract.cancel.handler(() => {
        this.cancelled += 1;
        this.setPresence('idle');
        return { cancelled: true };
      }),
      recentTurns: contract.recentTurns.handler(() => this.turns),
      status: contract.status.handler(() => this.status),
      doctor: contract.doctor.handler(() => fakeReport(this.status, this.home.entities.length)),
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
      undo: contract.undo.handler(({ input }) => {
        const offer = this.undoOffers.findLast(({ undoId }) => input.undoId === undefined || undoId === input.undoId);
        this.undone.push(input.undoId);
        if (!offer) return [{ outcome: 'rejected', reason: 'There is nothing to undo.' }];
        this.undoOffers = this.undoOffers.filter((other) => other !== offer);
        this.send({ type: 'undo-ended', undoId: offer.undoId });
        return [{ outcome: 'confirmed' }];
      }),
      setEntity: contract.setEntity.handler(({ input }) => {
        this.entitySettings.push(input);
        const entity = this.home.entities.find(({ id }) => id === input.entityId);
        if (entity)
          this.changeEntity(input.entityId, {
            name: input.name ?? entity.name,
            aliases: input.aliases ?? entity.aliases,
            hidden: input.hidden === undefined ? entity.hidden : (input.hidden ?? false),
          });
        return {};
      }),
      connections: contract.connections.handler(() => this.connections),
      connectHome: contract.connectHome.handler(({ input }) => {
        this.connectRequests.push(input);
        return this.answerConnect(input.url);
      }),
      // Back at once, as if the person had logged in: this server is page and Home Assistant in one.
      startHomeLogin: contract.startHomeLogin.handler(({ input }) => {
        this.loginRequests.push(input);
        return { authorizeUrl: input.returnTo };
      }),
      disconnectHome: contract.disconnectHome.handler(({ input }) => {
        this.connections = this.connections.filter(({ id }) => id !== input.id);
        return {};
      }),
      ownSentences: contract.ownSentences.handler(() => ({
        text: this.sentences,
        path: '/home/ada/.local/share/jarvis/phrasebook/sentences.yaml',
        problems: [],
      })),
      saveOwnSentences: contract.saveOwnSentences.handler(({ input }) => {
        const problems = this.checkSentences(input.text);
        if (problems.length === 0) this.sentences = input.text;
        return { saved: problems.length === 0, problems };
      }),
      tryText: contract.tryText.handler(({ input }) => {
        this.tried.push(input);
        return { ...this.trial, problems: this.checkSentences(input.sentences ?? '') };
      }),
      approvals: contract.approvals.handler(() => this.approvals),
      answerApproval: contract.answerApproval.handler(({ input }) => {
        const asked = this.approvals.find((approval) => approval.id === input.approvalId);
        const waiting = asked !== undefined;
        this.answers.push(input);
        if (asked && input.code !== undefined && input.code !== asked.code) return { accepted: false, reason: 'That is not the code.' };
        this.approvals = this.approvals.filter((approval) => approval.id !== input.approvalId);
        if (waiting) this.send({ type: 'approval-ended', approvalId: input.approvalId, approved: input.approved });
        return { accepted: waiting };
      }),
      stopEverything: contract.stopEverything.handler(() => {
        this.setStatus({ stopped: { at: this.stoppedAt, by: 'page' } });
        return { stopped: true };
      }),
      releaseStop: contract.releaseStop.handler(() => {
        const { stopped, ...rest } = this.status;
        this.status = rest;
        this.send({ type: 'status-changed', status: this.status });
        return { released: stopped !== undefined };
      }),
      proposeRule: contract.proposeRule.handler(({ input }) => this.proposeRule(input.approvalId)),
      acceptRule: contract.acceptRule.handler(({ input }) => {
        const waiting = this.approvals.some(({ id }) => id === input.approvalId);
        this.approvals = this.approvals.filter(({ id }) => id !== input.approvalId);
        if (waiting) {
          this.answers.push({ ...input, approved: true });
          this.acceptedRules.push(input.approvalId);
          this.send({ type: 'approval-ended', ...input, approved: true });
        }
        return { accepted: waiting, saved: waiting };
      }),
      approvalStats: contract.approvalStats.handler(() => ({ days: this.approvalDays })),
      ...gateHandlers(this.gate),
      ...modelHandlers(this.models),
      ...chatHandlers(this.chat, (event) => this.send(event)),
      help: contract.help.handler(() => fakeHelp),
      settings: contract.settings.handler(() => SettingsSchema.parse({})),
    });
  }

  #connect(url: string): HomeConnection {
    const connection: HomeConnection = {
      id: `home-assistant ${url}`,
      type: 'home-assistant',
      title: `Home Assistant at ${url}`,
      url,
      status: { name: 'home-assistant', state: 'connected' },
    };
    this.connections.push(connection);
    return connection;
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
    await servePage(this.#options.page, request, response);
  }

  #allowed(request: IncomingMessage): boolean {
    return this.#options.cookie === undefined || (request.headers.cookie ?? '').includes(this.#options.cookie);
  }

  #id(kind: string): string {
    return `${kind}-${this.#nextId++}`;
  }
}
