export interface TokenOwner {
  refreshTokenId: string;
  userId: string;
}

interface RefreshToken {
  id: string;
  refreshToken: string;
  clientId: string | null;
  accessTokens: Set<string>;
}

/** Who may come in: long-lived tokens, and those of the login flow (code → access and refresh token). */
export class Authentication {
  /** One user has all tokens; whether that user may change settings and hear every event. */
  readonly isAdmin: boolean;
  readonly userId = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
  readonly #tokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, string>();
  #count = 0;

  constructor(isAdmin: boolean) {
    this.isAdmin = isAdmin;
  }

  addLongLivedToken(accessToken: string): void {
    this.#add(null, accessToken);
  }

  ownerOf(accessToken: string): TokenOwner | undefined {
    for (const token of this.#tokens.values()) {
      if (token.accessTokens.has(accessToken)) return { refreshTokenId: token.id, userId: this.userId };
    }
    return undefined;
  }

  issueCode(clientId: string): string {
    const code = `code${this.#next()}`;
    this.#codes.set(code, clientId);
    return code;
  }

  /** A code works once, for the client it was given to. */
  redeemCode(code: string, clientId: string): { accessToken: string; refreshToken: string } | undefined {
    if (this.#codes.get(code) !== clientId) return undefined;
    this.#codes.delete(code);
    const accessToken = `access${this.#next()}`;
    return { accessToken, refreshToken: this.#add(clientId, accessToken).refreshToken };
  }

  /** A new access token; undefined for a token unknown, revoked or of another client. */
  refresh(refreshToken: string, clientId: string): string | undefined {
    const token = this.#byRefreshToken(refreshToken);
    if (!token || token.clientId !== clientId) return undefined;
    const accessToken = `access${this.#next()}`;
    token.accessTokens.add(accessToken);
    return accessToken;
  }

  knows(refreshToken: string): boolean {
    return this.#byRefreshToken(refreshToken) !== undefined;
  }

  /** By refresh or access token; gives the id of what was revoked, so that its sockets can be closed. */
  revoke(token: string): string | undefined {
    const found = [...this.#tokens.values()].find((each) => each.refreshToken === token || each.accessTokens.has(token));
    if (found) this.#tokens.delete(found.id);
    return found?.id;
  }

  /** As 30 minutes later: the access tokens of the login flow no longer work, their refresh tokens do. */
  expireAccessTokens(): void {
    for (const token of this.#tokens.values()) if (token.clientId !== null) token.accessTokens.clear();
  }

  #byRefreshToken(refreshToken: string): RefreshToken | undefined {
    return [...this.#tokens.values()].find((token) => token.refreshToken === refreshToken);
  }

  #add(clientId: string | null, accessToken: string): RefreshToken {
    const id = this.#next();
    const token = { id, refreshToken: `refresh${this.#next()}`, clientId, accessTokens: new Set([accessToken]) };
    this.#tokens.set(id, token);
    return token;
  }

  #next(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(32, '0');
  }
}
