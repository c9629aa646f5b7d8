import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import { authorizeUrl, exchangeCode } from '../../iot/home-assistant/login.ts';
import type { HomeCredentials } from './home-credentials.ts';

/** The page that Home Assistant sends a person back to. */
export const LOGIN_CALLBACK = '/auth/home-assistant/callback';

/** ms a person has to log in. */
const LOGIN_MS = 10 * 60_000;
/** Logins begun and not ended; the oldest makes room. */
const MOST_LOGINS = 16;

interface PendingLogin {
  url: string;
  insecure: boolean;
  clientId: string;
  returnTo: string;
  until: number;
}

export interface FinishedLogin {
  url: string;
  insecure: boolean;
  credentials: HomeCredentials;
  returnTo: string;
}

/** Logins at a Home Assistant that were begun here. Each is known by its state, which works once and for ten minutes. */
export class HomeLogins {
  readonly #options: { clock: Clock; randomToken(): string };
  readonly #pending = new Map<string, PendingLogin>();

  /** @param options `randomToken` gives at least 128 random bits */
  constructor(options: { clock: Clock; randomToken(): string }) {
    this.#options = options;
  }

  /** @param origin of the page that the person comes back to; Home Assistant knows JARVIS by it */
  start(login: { url: string; insecure: boolean; origin: string; returnTo: string }): { authorizeUrl: string } {
    const { clock, randomToken } = this.#options;
    const state = randomToken();
    const clientId = `${login.origin}/`;
    this.#pending.set(state, { ...login, clientId, until: clock.now() + LOGIN_MS });
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MOST_LOGINS) break;
      this.#pending.delete(oldest);
    }
    return { authorizeUrl: authorizeUrl({ url: login.url, clientId }, `${login.origin}${LOGIN_CALLBACK}`, state) };
  }

  /** @throws JarvisError `home-refused` for a state that is unknown, used or too old, and for a code that Home Assistant does not take */
  async finish(state: string, code: string, signal: AbortSignal): Promise<FinishedLogin> {
    const login = this.#pending.get(state);
    this.#pending.delete(state);
    if (login === undefined || login.until < this.#options.clock.now()) {
      throw new JarvisError('home-refused', 'This login was not begun here, was used already, or took too long. Begin it again.');
    }
    const { url, insecure, clientId, returnTo } = login;
    const { refreshToken } = await exchangeCode({ url, insecure, clientId, clock: this.#options.clock }, code, signal);
    return { url, insecure, returnTo, credentials: { type: 'login', refreshToken, clientId } };
  }
}
