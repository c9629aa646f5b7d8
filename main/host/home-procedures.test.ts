import { describe, expect, it } from 'vitest';
import { JarvisError } from '../../contract/failure.ts';
import type { HomeConnections } from './home-connections.ts';
import { HomeLogins } from './home-login.ts';
import { homeProcedures } from './home-procedures.ts';
import { systemClock } from './system-clock.ts';

const none = {
  list: () => [],
  connect: () => Promise.reject(new JarvisError('home-refused', 'no')),
  disconnect: async () => undefined,
} satisfies Pick<HomeConnections, 'list' | 'connect' | 'disconnect'>;

const procedures = (listening = '127.0.0.1', origin: string | undefined = 'http://127.0.0.1:7400') =>
  homeProcedures({
    connections: none,
    logins: new HomeLogins({ clock: systemClock, randomToken: () => 'the-state' }),
    listening,
    origin: () => origin,
    ending: new AbortController().signal,
  });

async function redirectOf(returnTo: string, listening?: string): Promise<string> {
  const { authorizeUrl } = await procedures(listening).startHomeLogin({ url: 'http://ha:8123', returnTo }, { source: 'page' });
  const query = new URL(authorizeUrl).searchParams;
  expect(query.get('state')).toBe('the-state');
  return query.get('redirect_uri') ?? '';
}

const CALLBACK = '/auth/home-assistant/callback';

describe('the way back from a login at Home Assistant', () => {
  it('is the page the person came from, under the name it was reached by', async () => {
    expect(await redirectOf('http://localhost:7400/home?x=1')).toBe(`http://localhost:7400${CALLBACK}`);
    expect(await redirectOf('http://[::1]:7400/')).toBe(`http://[::1]:7400${CALLBACK}`);
    expect(await redirectOf('http://192.168.1.7:7400/', '0.0.0.0')).toBe(`http://192.168.1.7:7400${CALLBACK}`);
  });

  it('is the page on loopback where no browser can be sent to the window', async () => {
    expect(await redirectOf('jarvis://page/home')).toBe(`http://127.0.0.1:7400${CALLBACK}`);
  });

  it.each(['https://evil.example/', 'http://192.168.1.7:7400/', 'http://127.0.0.1.evil.example/'])('is never %s', async (returnTo) => {
    await expect(redirectOf(returnTo)).rejects.toThrow(/only come back to a page of JARVIS/u);
  });

  it('is none at a broker, and none without a page', async () => {
    const start = (url: string, origin?: string) =>
      (async () => procedures('127.0.0.1', origin).startHomeLogin({ url, returnTo: 'jarvis://page/' }, { source: 'page' }))();
    await expect(start('mqtt://broker', 'http://127.0.0.1:1')).rejects.toThrow(/Only a Home Assistant has a login/u);
    const pageless = homeProcedures({
      connections: none,
      logins: new HomeLogins({ clock: systemClock, randomToken: () => 's' }),
      listening: '127.0.0.1',
      origin: () => undefined,
      ending: new AbortController().signal,
    });
    expect(() => pageless.startHomeLogin({ url: 'http://ha', returnTo: 'jarvis://page/' }, { source: 'page' })).toThrow(
      /no page of JARVIS/u,
    );
  });
});
