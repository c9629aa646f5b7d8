import type { Clock } from '../../contract/clock.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { createTokenSource } from '../../iot/home-assistant/login.ts';
import { credentialsOf, type SecretReader, wayId } from './home-credentials.ts';

/**
 * The token for one Home Assistant, asked for before every attempt to connect: a long-lived one as it is kept, or an access token of the login, fetched
 * anew when the one before has ended.
 * The function throws JarvisError `home-refused` when there is none or Home Assistant takes the login back, `home-unreachable` when it does not answer.
 */
export function homeToken(
  settings: Extract<HomeSettings, { type: 'home-assistant' }>,
  { secrets, clock }: { secrets: SecretReader; clock: Clock },
): () => Promise<string> {
  const { url, insecure } = settings;
  let login: { refreshToken: string; token(): Promise<string> } | undefined;
  return async () => {
    const credentials = await credentialsOf(wayId(settings), url, secrets);
    if (credentials.type === 'token') return credentials.token;
    const { refreshToken, clientId } = credentials;
    if (login?.refreshToken !== refreshToken)
      login = { refreshToken, token: createTokenSource({ url, clientId, insecure, clock }, refreshToken) };
    return login.token();
  };
}
