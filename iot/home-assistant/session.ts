import { Connection, type MessageBase } from 'home-assistant-js-websocket';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { ConnectionProblem } from './connection-problem.ts';
import { GuardedSocket } from './guarded-socket.ts';
import { type OpenSocketOptions, openSocket } from './open-socket.ts';

/** What Home Assistant answered instead of a result: `not_found`, `unauthorized`, `service_validation_error`, `unknown_command` … */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}

/** No answer within the time that was given; it may have been carried out all the same. */
export class NoAnswerError extends Error {
  constructor() {
    super('Home Assistant has not answered.');
    this.name = 'NoAnswerError';
  }
}

const ErrorSchema = z.object({ code: z.string(), message: z.string().default('') });

/** ms between two signs of life, and how long one may take. */
const heartbeatEvery = 30_000;
const heartbeatLimit = 10_000;
const answerLimit = 30_000;

/** What requests and pipelines need of a session. */
export interface CommandChannel {
  request<Result>(schema: z.ZodType<Result>, message: MessageBase, signal: AbortSignal, limitMs?: number): Promise<Result>;
  /** Events until the signal aborts; resolves once Home Assistant has agreed. A listener must not throw. */
  subscribe(message: MessageBase, listener: (event: unknown) => void, signal: AbortSignal): Promise<void>;
  sendBinary(bytes: Uint8Array): void;
  /** Aborts when the session is over, with the ConnectionProblem as its reason. */
  readonly over: AbortSignal;
}

/**
 * One logged-in connection, from its opening to its end. It never reconnects and never sends anything twice: what was not answered
 * when it ended is rejected with the ConnectionProblem.
 */
export class Session implements CommandChannel {
  readonly version: string;
  readonly #connection: Connection;
  readonly #socket: GuardedSocket;
  readonly #clock: Clock;
  readonly #ending = new AbortController();

  /** @throws ConnectionProblem */
  static async open(options: OpenSocketOptions & { log: Log }, signal: AbortSignal): Promise<Session> {
    const { socket, version } = await openSocket(options, signal);
    let complained = false;
    let session: Session | undefined;
    const guarded = new GuardedSocket(socket, version, (error) => {
      if (!complained)
        options.log.warn(`Home Assistant: a message could not be read: ${error instanceof Error ? error.message : 'unknown'}`);
      complained = true;
      session?.onGarbage?.();
    });
    const base = options.address.base;
    socket.on('close', (code) => {
      if (session === undefined) return;
      session.#end(
        new ConnectionProblem(
          'lost',
          code === 1009
            ? `Home Assistant at ${base} sent more than can be taken.`
            : `The connection to Home Assistant at ${base} was lost.`,
        ),
      );
    });
    session = new Session(guarded, options.clock);
    return session;
  }

  /** Called when a message could not be read: it may have held a change. */
  onGarbage: (() => void) | undefined;

  private constructor(socket: GuardedSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.version = socket.haVersion;
    this.#connection = new Connection(socket.forLibrary(), {
      setupRetry: 0,
      createSocket: () => Promise.reject(new Error('a session does not reconnect')),
    });
    this.#connection.addEventListener('disconnected', (connection) => connection.close());
    void this.#heartbeat();
  }

  get over(): AbortSignal {
    return this.#ending.signal;
  }

  close(): void {
    this.#connection.close();
    this.#end(new ConnectionProblem('lost', 'The connection to Home Assistant was closed.'));
  }

  /** @throws CommandError, NoAnswerError, ConnectionProblem, the signal's reason, or ZodError for a result of the wrong shape */
  async request<Result>(schema: z.ZodType<Result>, message: MessageBase, signal: AbortSignal, limitMs = answerLimit): Promise<Result> {
    return schema.parse(await this.#answered(() => this.#connection.sendMessagePromise<unknown>(message), signal, limitMs));
  }

  async subscribe(message: MessageBase, listener: (event: unknown) => void, signal: AbortSignal): Promise<void> {
    let stopped = false;
    let unsubscribe: () => Promise<void>;
    try {
      unsubscribe = await this.#answered(
        () => this.#connection.subscribeMessage<unknown>((event) => stopped || listener(event), message, { resubscribe: false }),
        signal,
        answerLimit,
      );
    } catch (error) {
      stopped = true;
      throw error;
    }
    const stop = (): void => {
      stopped = true;
      unsubscribe().catch(() => undefined); // the session may be ending, and with it the subscription
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  sendBinary(bytes: Uint8Array): void {
    this.over.throwIfAborted();
    this.#socket.send(bytes);
  }

  async #answered<Answer>(send: () => Promise<Answer>, signal: AbortSignal, limitMs: number): Promise<Answer> {
    signal.throwIfAborted();
    this.over.throwIfAborted();
    const done = new AbortController();
    const stop = AbortSignal.any([signal, this.over, done.signal]);
    const limit = this.#clock.sleep(limitMs, stop).then(
      () => {
        throw new NoAnswerError();
      },
      () => {
        throw stop.reason;
      },
    );
    try {
      return await Promise.race([send().catch((error: unknown) => Promise.reject(this.#readError(error))), limit]);
    } finally {
      done.abort();
    }
  }

  #readError(error: unknown): unknown {
    if (this.over.aborted) return this.over.reason;
    const parsed = ErrorSchema.safeParse(error);
    return parsed.success
      ? new CommandError(parsed.data.code, parsed.data.message)
      : new ConnectionProblem('lost', 'The connection was lost.');
  }

  #end(problem: ConnectionProblem): void {
    if (!this.over.aborted) this.#ending.abort(problem);
  }

  /** A machine that has lost its power says no goodbye. */
  async #heartbeat(): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(heartbeatEvery, this.over);
        await this.#answered(() => this.#connection.ping(), this.over, heartbeatLimit);
      }
    } catch (error) {
      if (this.over.aborted) return;
      this.#end(
        error instanceof NoAnswerError
          ? new ConnectionProblem('lost', 'Home Assistant has stopped answering.')
          : new ConnectionProblem('lost', 'The connection was lost.', { cause: error }),
      );
      this.#socket.close();
    }
  }
}
