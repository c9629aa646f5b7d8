import { describe, expect, it } from 'vitest';
import { connectWords } from './connect-words.ts';
import { loginReturn, returnAddress } from './login-return.ts';

describe('the way back from a login', () => {
  it('leads to this page and says for which home it was left', () => {
    const address = returnAddress('http://127.0.0.1:7400/?login-error=old#x', 'http://ha.local:8123');
    expect(address).toBe('http://127.0.0.1:7400/?connected=http%3A%2F%2Fha.local%3A8123');
    expect(loginReturn(new URL(address).search)).toEqual({ type: 'connected', to: 'http://ha.local:8123' });
  });

  it('tells what went wrong, however long and odd', () => {
    expect(loginReturn('?login-error=access_denied')).toEqual({ type: 'failed', reason: 'access_denied' });
    expect(loginReturn('?login-error=')).toMatchObject({ type: 'failed', reason: expect.stringContaining('did not say') });
    const long = loginReturn(`?login-error=${'<b>'.repeat(500)}`);
    expect(long?.type === 'failed' ? long.reason.length : 0).toBe(300);
  });

  it('is not there on an ordinary visit', () => {
    expect(loginReturn('')).toBeUndefined();
    expect(loginReturn('?other=1')).toBeUndefined();
  });
});

describe('what the host says about connecting', () => {
  it('offers the box for a certificate that a person may vouch for, and for nothing else', () => {
    const own =
      'https://ha.local shows a certificate that no authority has signed. If it is your own, connect with --insecure ("insecure": true).';
    expect(connectWords(own)).toEqual({
      certificate: true,
      text: 'https://ha.local shows a certificate that no authority has signed. If it is your own, tick the box below.',
    });
    expect(
      connectWords('It shows a certificate that nobody we know has signed. Give its authority as tls.ca, or set tls.insecure.'),
    ).toEqual({
      certificate: true,
      text: 'It shows a certificate that nobody we know has signed. If it is your own, tick the box below.',
    });
    expect(connectWords('The certificate of https://ha.local has expired.').certificate).toBe(false);
    expect(connectWords('I cannot find a machine called ha.local.')).toEqual({
      certificate: false,
      text: 'I cannot find a machine called ha.local.',
    });
  });
});
