import { describe, expect, it } from 'vitest';
import { TaintSchema } from '../../contract/tool.ts';
import { taintList, taintWords } from './taint-words.ts';

describe('text from outside', () => {
  it('is named by where it came from', () => {
    expect(taintWords({ origin: 'web', name: 'example.org' })).toBe('a web page from example.org');
    expect(taintWords({ origin: 'web' })).toBe('a web page');
    expect(taintWords({ origin: 'file', name: ' ' })).toBe('a file');
  });

  it('has words for every origin, with and without a name', () => {
    for (const origin of TaintSchema.shape.origin.options) {
      expect(taintWords({ origin })).toMatch(/^[a-z].*[^:]$/u);
      expect(taintWords({ origin, name: 'x' })).not.toContain('undefined');
    }
  });

  it('is told once each, and not without end', () => {
    expect(taintList([{ origin: 'web' }, { origin: 'web' }])).toBe('a web page');
    expect(taintList([{ origin: 'web' }, { origin: 'clipboard' }])).toBe('a web page and the clipboard');
    const many = Array.from({ length: 9 }, (_, index) => ({ origin: 'file' as const, name: `${index}` }));
    expect(taintList(many)).toBe('the file 0, the file 1, the file 2 and 6 more');
    expect(taintList([])).toBe('');
    expect(taintWords({ origin: 'web', name: 'W'.repeat(200) })).toHaveLength(96);
  });
});
