import { describe, expect, it } from 'vitest';
import { HomeSettingsSchema } from '../../contract/settings.ts';
import { SecretError } from '../../store/secrets/secret-store.ts';
import { credentialsOf, shownUrl, wayId } from './home-credentials.ts';

describe('what opens a home', () => {
  it.each([
    ['mqtt://ada:se@cret@broker:1883', 'mqtt://broker:1883'],
    ['mqtts://ada@broker', 'mqtts://broker'],
    ['http://ha:8123', 'http://ha:8123'],
    ['ws://broker/path@home', 'ws://broker/path@home'],
  ])('never shows the password in %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
    expect(wayId(HomeSettingsSchema.parse({ type: 'mqtt', url }))).toBe(`mqtt ${shown}`);
  });

  const kept = (value: string | undefined) => credentialsOf('id', 'http://ha', { get: async () => value });

  it('is a token or a login', async () => {
    expect(await kept('{"type":"token","token":"t"}')).toEqual({ type: 'token', token: 't' });
    expect(await kept('{"type":"login","refreshToken":"r","clientId":"c"}')).toMatchObject({ type: 'login' });
  });

  it.each([undefined, '', 'abc', '{}', '{"type":"token"}', 'null'])('is missing, when %j is kept', async (value) => {
    await expect(kept(value)).rejects.toMatchObject({
      failure: { code: 'home-refused', detail: expect.stringContaining('Connect it again') },
    });
  });

  it('passes on in words what is wrong with the secrets', async () => {
    const broken = { get: () => Promise.reject(new SecretError('It is damaged.')) };
    await expect(credentialsOf('id', 'http://ha', broken)).rejects.toMatchObject({
      failure: { code: 'home-refused', detail: 'It is damaged.' },
    });
  });
});
