import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../contract/clock.ts';
import type { Caller } from './router.ts';

/** Addresses printed but not yet opened, and pages let in; the oldest makes room. */
const MOST_TOKENS = 16;
const MOST_SESSIONS = 200;
/** ms that a browser stays let in, at most until the host ends. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

export interface SessionOptions {
  /** At least 128 random bits, safe in an address. */
  randomToken(): string;
  /** What other programs show as `Authorization: Bearer …`. */
  apiToken: string;
  /** Known only once the port is. */
  cookieName(): string;
  clock: Clock;
}

/** Who may come in. Secrets are kept as digests only, in memory: a host that ends forgets every page. */
export class Sessions {
  readonly #options: SessionOptions;
  readonly #apiDigest: string;
  readonly #tokens = new Set<string>();
  /** Digest of the cookie → ms since the epoch at which it ends. */
  readonly #sessions = new Map<string, number>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#apiDigest = digest(options.apiToken);
  }

  /** A token that lets one browser in, once. */
  newToken(): string {
    const token = this.#options.randomToken();
    this.#tokens.add(digest(token));
    keepNewest(this.#tokens, MOST_TOKENS);
    return token;
  }

  /** The value of a `set-cookie` header in exchange for an unused token; undefined for any other. */
  exchange(token: string): string | undefined {
    if (!this.#tokens.delete(digest(token))) return undefined;
    const secret = this.#options.randomToken();
    this.#sessions.set(digest(secret), this.#options.clock.now() + SESSION_MS);
    keepNewest(this.#sessions, MOST_SESSIONS);
    return `${this.#options.cookieName()}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}`;
  }

  /** Who sent this request; undefined when nobody we know. */
  callerOf({ headers }: Pick<IncomingMessage, 'headers'>): Caller | undefined {
    const bearer = /^Bearer (\S+)$/iu.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return digest(bearer) === this.#apiDigest ? { source: 'api' } : undefined;
    for (const pair of (headers.cookie ?? '').split(';')) {
      const [name, value] = pair.trim().split('=');
      if (name !== this.#options.cookieName() || value === undefined) continue;
      const ends = this.#sessions.get(digest(value));
      if (ends !== undefined && ends > this.#options.clock.now()) return { source: 'page' };
    }
    return undefined;
  }
}

/** Comparing digests takes the same time for every wrong guess. */
const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function keepNewest(all: Set<string> | Map<string, unknown>, most: number): void {
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    all.delete(oldest);
  }
}
