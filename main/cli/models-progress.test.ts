import { describe, expect, test } from 'vitest';
import { ProgressLines } from './models-progress.ts';

function lines(columns: number | undefined) {
  let written = '';
  let now = 0;
  const shown = new ProgressLines({ write: (text) => (written += text), columns: () => columns, clock: { monotonic: () => now } });
  return { shown, written: () => written, pass: (ms: number) => (now += ms) };
}
const part = (done: number, more = {}) => ({ key: 'a', title: 'A model of some length', done, total: 1_000_000_000, ...more });

describe('progress where nobody sits', () => {
  test('tells a line for every tenth, and no more', () => {
    const { shown, written } = lines(undefined);
    for (let done = 0; done <= 1000; done += 1) shown.show([part(done * 1_000_000)]);
    shown.end();
    const told = written().trimEnd().split('\n');
    expect(told).toHaveLength(11);
    expect(told[3]).toBe('A model of some length: 30 %, 300 MB of 1.0 GB');
    expect(written()).not.toContain('\u001B');
  });

  test('tells that it still works when nothing moves for long', () => {
    const { shown, written, pass } = lines(undefined);
    shown.show([part(1)]);
    pass(31_000);
    shown.show([part(2)]);
    expect(written().trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('progress at a terminal', () => {
  test('is redrawn in place, with speed and what is left', () => {
    const { shown, written, pass } = lines(120);
    shown.show([part(250_000_000, { rate: 10_000_000 })]);
    pass(200);
    shown.show([part(500_000_000, { rate: 10_000_000 })]);
    expect(written()).toContain('25 %, 250 MB of 1.0 GB, 10 MB/s, 75 s left');
    expect(written()).toContain('\u001B[1A\r\u001B[K');
    expect(written().split('\n')).toHaveLength(3);
  });

  test.each([200, 80, 60, 40, 30])('keeps its figures whole and never wraps at %i columns', (columns) => {
    const { shown, written } = lines(columns);
    shown.show([part(500_000_000, { rate: 10_000_000 })]);
    const [line = ''] = written().replaceAll('\r\u001B[K', '').split('\n');
    expect(line).toContain('50 %, 500 MB of 1.0 GB');
    expect(line).toMatch(/(GB|\/s|left)$/u);
    expect(line.length).toBeLessThan(columns);
  });

  test('an unknown length shows what came', () => {
    const { shown, written } = lines(100);
    shown.show([part(5_000_000, { total: undefined })]);
    expect(written()).toContain('5.0 MB');
    expect(written()).not.toContain('%');
  });
});
