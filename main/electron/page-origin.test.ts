import { describe, expect, it } from 'vitest';
import { isOwnPage, pageFile } from './page-origin.ts';

describe('the origin of a page', () => {
  const host = 'http://127.0.0.1:7400/?token=abc';

  it('is ours for the built page and for the host, and for nobody else', () => {
    expect(isOwnPage('jarvis://page/index.html#overlay', undefined)).toBe(true);
    expect(isOwnPage('http://127.0.0.1:7400/', host)).toBe(true);
    expect(isOwnPage('http://127.0.0.1:7401/', host)).toBe(false);
    expect(isOwnPage('https://127.0.0.1:7400/', host)).toBe(false);
    expect(isOwnPage('http://127.0.0.1:7400.example.org/', host)).toBe(false);
    expect(isOwnPage('jarvis://elsewhere/', host)).toBe(false);
    expect(isOwnPage('file:///etc/passwd', host)).toBe(false);
    expect(isOwnPage('not an address', host)).toBe(false);
    expect(isOwnPage('http://127.0.0.1:7400/', undefined)).toBe(false);
  });

  it('serves files of its own folder alone', () => {
    expect(pageFile('jarvis://page/')).toBe('index.html');
    expect(pageFile('jarvis://page/assets/index.js')).toBe('assets/index.js');
    expect(pageFile('jarvis://page/..%2f..%2fpackage.json')).toBeUndefined();
    expect(pageFile('jarvis://page/a%5C..%5Cb')).toBeUndefined();
    expect(pageFile('jarvis://page/%00')).toBeUndefined();
    expect(pageFile('jarvis://page/%E0%A4%A')).toBeUndefined();
  });
});
