import type { Clock } from '../../contract/clock.ts';
import type { ServiceStatus } from '../../contract/interface.ts';
import type { Log } from '../host/log.ts';
import type { Child, ChildExit, ChildLauncher } from './child.ts';

export interface Supervision {
  /** ms between pings. */
  pingMs: number;
  /** So many pings without an answer end the child. Counted, not timed: a host that slept itself blames nobody. */
  unanswered: number;
  /** ms until a new child must have said its first word. */
  startMs: number;
  /** ms before the first, second … restart in a row; the last one repeats for ever. */
  backoffMs: readonly [number, ...number[]];
  /** ms of running after which a crash counts as the first again. */
  stableMs: number;
  /** ms between asking a child to end and ending it. */
  endMs: number;
}

export const SUPERVISION: Supervision = {
  pingMs: 1_000,
  unanswered: 3,
  startMs: 20_000,
  backoffMs: [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  stableMs: 60_000,
  endMs: 2_000,
};

export interface SuperviseOptions<Send extends object, Receive> {
  name: string;
  launch: ChildLauncher;
  /** Throws on a message that is none; such a message is logged and dropped. */
  parse(message: unknown): Receive;
  ping(id: number): Send;
  /** The answer in a message, if it is one. */
  pong(message: Receive): { residentBytes: number } | undefined;
  memoryLimitBytes: number;
  supervision?: Partial<Supervision>;
  clock: Clock;
  log: Log;
  /** A child is there and takes messages; `restarts` is 0 for the first. */
  onStarted(restarts: number): void;
  onMessage(message: Receive): void;
  /** The child is gone; until `onStarted` nothing is heard. */
  onEnded(): void;
  onStatus(status: ServiceStatus): void;
}

export interface SupervisedChild<Send extends object> extends AsyncDisposable {
  status(): ServiceStatus;
  pid(): number | undefined;
  /** False when no child is there to take it. */
  send(message: Send): boolean;
  /** Ends the child and the supervision; idempotent. */
  stop(): Promise<void>;
}

/**
 * Keeps one child process alive: pings it, ends one that hangs or grows past its memory limit, and starts it again, the first time at once and then
 * ever more slowly. It never gives up.
 */
export function superviseChild<Send extends object, Receive>(options: SuperviseOptions<Send, Receive>): SupervisedChild<Send> {
  const supervision = { ...SUPERVISION, ...options.supervision };
  const { name, clock, log } = options;
  const stopping = new AbortController();
  let child: Child | undefined;
  let status: ServiceStatus = { name, state: 'starting', restarts: 0 };

  const tell = (state: ServiceStatus['state'], restarts: number, detail?: string): void => {
    status = { name, state, restarts, ...(detail === undefined ? {} : { detail }) };
    options.onStatus(status);
  };

  /** One life of the child; says in words how it ended. */
  const live = async (restarts: number): Promise<string> => {
    const ended = new AbortController();
    const current = options.launch.launch();
    let pings = 0;
    let heard = false;
    let verdict: string | undefined;
    const condemn = (reason: string): void => {
      verdict ??= reason;
      log.warn({ service: name, pid: current.pid, reason }, 'ending a child process');
      current.kill();
    };
    current.onMessage((raw) => {
      if (ended.signal.aborted) return;
      let message: Receive;
      try {
        message = options.parse(raw);
      } catch (error) {
        log.warn({ service: name, error: describe(error) }, 'a child process sent what is no message');
        return;
      }
      pings = 0;
      if (!heard) {
        heard = true;
        tell('running', restarts);
      }
      const pong = options.pong(message);
      if (pong === undefined) options.onMessage(message);
      else if (pong.residentBytes > options.memoryLimitBytes) {
        condemn(`it used ${megabytes(pong.residentBytes)} MB; ${megabytes(options.memoryLimitBytes)} are allowed`);
      }
    });
    current.onOutput((line) => log.debug({ service: name, pid: current.pid, line }, 'a child process printed'));
    const exit = new Promise<ChildExit>((resolve) =>
      current.onExit((how) => {
        ended.abort();
        resolve(how);
      }),
    );
    child = current;
    options.onStarted(restarts);
    const watch = async (): Promise<void> => {
      const began = clock.monotonic();
      for (let id = 1; ; id += 1) {
        if (!heard && clock.monotonic() - began > supervision.startMs) return condemn(`it said nothing for ${supervision.startMs} ms`);
        if (heard && pings >= supervision.unanswered) return condemn(`it did not answer ${pings} pings`);
        pings = heard ? pings + 1 : 0;
        current.send(options.ping(id));
        await clock.sleep(supervision.pingMs, ended.signal);
      }
    };
    const end = async (): Promise<void> => {
      current.end();
      await clock.sleep(supervision.endMs, ended.signal);
      current.kill();
    };
    const stop = (): void => untilEnded(end());
    // The end of the child is what both wait for, so it is no failure of theirs.
    const untilEnded = (work: Promise<void>): void => {
      work.catch((error: unknown) => {
        if (!ended.signal.aborted) log.error({ service: name, error: describe(error) }, 'supervising failed');
      });
    };
    untilEnded(watch());
    stopping.signal.addEventListener('abort', stop, { once: true });
    if (stopping.signal.aborted) stop();
    const how = await exit;
    stopping.signal.removeEventListener('abort', stop);
    child = undefined;
    options.onEnded();
    return verdict ?? inWords(how);
  };

  const supervise = async (): Promise<void> => {
    let restarts = 0;
    let failures = 0;
    tell('starting', restarts);
    while (!stopping.signal.aborted) {
      const began = clock.monotonic();
      const reason = await live(restarts);
      if (stopping.signal.aborted) break;
      if (clock.monotonic() - began >= supervision.stableMs) failures = 0;
      const last = supervision.backoffMs.length - 1;
      const delay = supervision.backoffMs[Math.min(failures, last)] ?? supervision.backoffMs[0];
      failures += 1;
      restarts += 1;
      log.warn({ service: name, reason, delay }, 'a child process ended and is started again');
      tell(failures > last ? 'failed' : 'restarting', restarts, failures > last ? `${reason}; next try in ${delay / 1000} s` : reason);
      try {
        if (delay > 0) await clock.sleep(delay, stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
      }
    }
    tell('stopped', restarts);
  };
  // Not before the caller holds the handle, which its callbacks use.
  const supervising = Promise.resolve().then(supervise);

  const stop = async (): Promise<void> => {
    stopping.abort(new Error(`${name} is being stopped`));
    await supervising;
  };
  return {
    status: () => status,
    pid: () => child?.pid,
    send(message) {
      child?.send(message);
      return child !== undefined;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function inWords({ code, signal, error }: ChildExit): string {
  if (error !== undefined) return `it could not be started: ${error.message}`;
  return signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
}
