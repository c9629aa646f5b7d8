import { describe, expect, it } from 'vitest';
import { ask, gateway, host, logged } from '../../tests/fakes/gateway-under-test.ts';

const CALLBACK = '/auth/home-assistant/callback';

describe('the page that Home Assistant sends a person back to', () => {
  it('lets in who knows the state, without a cookie, and goes on to our own page', async () => {
    host.returnTo = `http://127.0.0.1:${gateway.port}/home?a=1&b="`;
    const { status, body, headers } = await ask(`${CALLBACK}?state=good&code=abc`);
    expect(status).toBe(200);
    expect(body).toContain('Home Assistant &lt;at home&gt;');
    expect(body).toContain(`content="0; url=http://127.0.0.1:${gateway.port}/home?a=1&amp;b=%22"`);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it.each(['https://elsewhere.example/', 'http://127.0.0.1:1/', 'javascript:alert(1)', 'jarvis://page/'])(
    'never goes on to %s',
    async (returnTo) => {
      host.returnTo = returnTo;
      const { status, body } = await ask(`${CALLBACK}?state=good&code=abc`);
      expect(status).toBe(200);
      expect(body).not.toContain('refresh');
      expect(body).not.toContain(returnTo);
      expect(body).toContain('You can close this page');
    },
  );

  it.each(['?state=bad&code=abc', '?state=bad&code='])('refuses %s in words', async (query) => {
    const { status, body } = await ask(`${CALLBACK}${query}`);
    expect(status).toBe(403);
    expect(body).toContain('not begun here');
    expect(body).toContain('/?login-error=This+login+was+not+begun+here.');
  });

  it.each(['', '?state=good', '?code=abc', '?state=good&state=good&code=abc', `?state=good&code=${'x'.repeat(3000)}`])(
    'takes %.30s for no login',
    async (query) => {
      expect((await ask(`${CALLBACK}${query}`)).status).toBe(400);
    },
  );

  it('tells nothing of what failed inside', async () => {
    const { status, body } = await ask(`${CALLBACK}?state=good&code=crash`);
    expect(status).toBe(500);
    expect(body).not.toContain('a secret path');
    expect(logged.join()).toContain('a login failed');
  });

  it('opens nothing else: other pages stay closed, and strangers are refused', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask(`${CALLBACK}/more?state=good&code=abc`)).status).toBe(401);
    expect((await ask(`${CALLBACK}?state=good&code=abc`, { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask(`${CALLBACK}?state=good&code=abc`, { method: 'POST' })).status).not.toBe(200);
  });
});
