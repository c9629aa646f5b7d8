import { describe, expect, it } from 'vitest';
import { readMirror } from './mirror.ts';

describe('JARVIS_MODELS_MIRROR', () => {
  it.each([
    ['/srv/models', { place: '/srv/models', only: false }],
    ['only:/srv/models', { place: '/srv/models', only: true }],
    ['https://mirror.home/models', { place: 'https://mirror.home/models', only: false }],
    [' only: file:///srv/models ', { place: 'file:///srv/models', only: true }],
  ])('%j is understood', (text, mirror) => expect(readMirror(text)).toEqual(mirror));

  it.each([undefined, '', '  '])('%j is none', (text) => expect(readMirror(text)).toBeUndefined());

  it.each(['models', 'only:', 'ftp://host/x', './models', 'javascript:alert(1)'])('%j is refused in words', (text) => {
    expect(() => readMirror(text)).toThrow('neither an absolute folder nor an http address');
  });
});
