import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Authentication } from './authentication.ts';
import type { Command, CommandConnection } from './command.ts';
import { CommandError } from './command-error.ts';
import type { House } from './house.ts';
import type { Misbehaviour } from './misbehaviour.ts';

export interface ConnectionOptions {
  house: House;
  authentication: Authentication;
  commands: ReadonlyMap<string, Command>;
  misbehaviour: Misbehaviour;
  socket: WebSocket;
}

/** One client's websocket: the authentication phase, then commands, as Home Assistant's connection keeps them. */
export class WebsocketConnection implements CommandConnection {
  readonly house: House;
  readonly #options: ConnectionOptions;
  readonly #subscriptions = new Map<number, () => void>();
  readonly #binary = new Map<number, (data: Buffer) => void>();
  #refreshTokenId: string | undefined;
  #lastId = 0;
  #coalesce = false;
  #pending: string[] = [];
  userId = '';

  constructor(options: ConnectionOptions) {
    this.house = options.house;
    this.#options = options;
    const { socket } = options;
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
    this.#write({ type: 'auth_required', ha_version: this.house.settings.version });
  }

  get isAdmin(): boolean {
    return this.#options.authentication.isAdmin;
  }

  get refreshTokenId(): string | undefined {
    return this.#refreshTokenId;
  }

  close(): void {
    this.#flush();
    this.#options.socket.close();
  }

  /** The network, not Home Assistant: no closing handshake. */
  lose(): void {
    this.#pending = [];
    this.#options.socket.terminate();
  }

  /** One frame exactly as given, past everything that makes sound JSON. */
  sendRaw(text: string): void {
    this.#options.socket.send(text);
  }

  send(message: Record<string, unknown>): void {
    this.#pending.push(JSON.stringify(message));
    if (this.#pending.length === 1) setImmediate(() => this.#flush());
  }

  sendResult(id: number, result: unknown = null): void {
    this.send({ id, type: 'result', success: true, result });
  }

  sendEvent(id: number, event: unknown): void {
    this.send({ id, type: 'event', event });
  }

  subscribe(id: number, end: () => void): void {
    this.#subscriptions.set(id, end);
  }

  unsubscribe(id: number): boolean {
    this.#subscriptions.get(id)?.();
    return this.#subscriptions.delete(id);
  }

  allowCoalescing(allowed: boolean): void {
    this.#coalesce = allowed;
  }

  registerBinary(take: (data: Buffer) => void): { id: number; end: () => void } {
    let id = 1;
    while (this.#binary.has(id)) id += 1;
    this.#binary.set(id, take);
    return { id, end: () => void this.#binary.delete(id) };
  }

  context() {
    return this.house.bus.newContext(this.userId);
  }

  requireAdmin(): void {
    if (!this.isAdmin) throw new CommandError('unauthorized', 'Unauthorized');
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#options.misbehaviour.frozen) return;
    if (isBinary) {
      this.#binary.get(data[0] ?? 0)?.(data.subarray(1));
      return;
    }
    const message = parseJson(data.toString('utf8'));
    if (message === undefined) this.close();
    else if (this.#refreshTokenId === undefined) this.#authenticate(message);
    else for (const each of Array.isArray(message) ? message : [message]) void this.#handle(each);
  }

  #authenticate(message: unknown): void {
    const { authentication } = this.#options;
    const isAuth = typeof message === 'object' && message !== null && 'type' in message && message.type === 'auth';
    const token = isAuth && 'access_token' in message && typeof message.access_token === 'string' ? message.access_token : '';
    const owner = authentication.ownerOf(token);
    if (owner) {
      this.#refreshTokenId = owner.refreshTokenId;
      this.userId = owner.userId;
      this.#write({ type: 'auth_ok', ha_version: this.house.settings.version });
      return;
    }
    const malformed = "Auth message incorrectly formatted: not a valid value for dictionary value @ data['type']";
    this.#write({ type: 'auth_invalid', message: isAuth ? 'Invalid access token or password' : malformed });
    this.#options.socket.close();
  }

  async #handle(message: unknown): Promise<void> {
    const { misbehaviour, commands } = this.#options;
    const parsed = minimalMessage(message);
    if (parsed) misbehaviour.received(parsed);
    const losing = parsed && misbehaviour.losesConnectionOn(parsed);
    if (losing === 'before') {
      this.lose();
      return;
    }
    try {
      if (!parsed) throw new CommandError('invalid_format', 'Message incorrectly formatted.');
      if (parsed.id <= this.#lastId) throw new CommandError('id_reuse', 'Identifier values have to increase.');
      const found = commands.get(parsed.type);
      if (!found) throw new CommandError('unknown_command', 'Unknown command.');
      this.#lastId = parsed.id;
      const delayMs = misbehaviour.delayOf(parsed);
      if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
      const handled = found.handle(this, parsed);
      if (handled instanceof Promise) await handled;
    } catch (error) {
      this.#sendError(parsed?.id ?? idOf(message), error);
    }
    if (losing === 'after') this.lose();
  }

  #sendError(id: number, error: unknown): void {
    const known =
      error instanceof CommandError ? error : new CommandError('unknown_error', error instanceof Error ? error.message : 'Unknown error');
    const { translation } = known;
    this.send({
      id,
      type: 'result',
      success: false,
      error: {
        code: known.code,
        message: known.message,
        ...(translation
          ? {
              translation_key: translation.key,
              translation_domain: translation.domain,
              translation_placeholders: translation.placeholders ?? null,
            }
          : {}),
      },
    });
  }

  #write(message: Record<string, unknown>): void {
    this.#options.socket.send(JSON.stringify(message));
  }

  /** All that is waiting goes as one array to a client that asked for it, else one frame each. */
  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (this.#options.misbehaviour.frozen || pending.length === 0) return;
    if (this.#coalesce && pending.length > 1) this.#options.socket.send(`[${pending.join(',')}]`);
    else for (const message of pending) this.#options.socket.send(message);
  }

  #end(): void {
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    this.#binary.clear();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function minimalMessage(message: unknown): (Record<string, unknown> & { id: number; type: string }) | undefined {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return undefined;
  if (!('id' in message) || !('type' in message)) return undefined;
  const { id, type } = message;
  if (typeof id !== 'number' || !Number.isInteger(id) || id <= 0 || typeof type !== 'string' || type === '') return undefined;
  return { ...message, id, type };
}

function idOf(message: unknown): number {
  return typeof message === 'object' && message !== null && 'id' in message && typeof message.id === 'number' ? message.id : 0;
}
