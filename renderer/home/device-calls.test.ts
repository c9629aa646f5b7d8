import { describe, expect, it } from 'vitest';
import type { Outcome, ToolOutcome } from '../../contract/tool.ts';
import { DeviceCalls } from './device-calls.ts';

function calls() {
  const timers: (() => void)[] = [];
  const all = new DeviceCalls((callback) => timers.push(callback));
  return { all, timePasses: () => timers.splice(0).map((callback) => callback()) };
}

const outcome = (kind: Outcome, more: Partial<ToolOutcome> = {}): ToolOutcome => ({ outcome: kind, ...more });

describe('a device that was told something', () => {
  it('is asked, then confirmed for a moment', () => {
    const { all, timePasses } = calls();
    all.begin('1', ['light.lamp']);
    expect(all.of('light.lamp')?.state).toBe('asked');
    all.end('1', ['light.lamp'], [outcome('confirmed')]);
    expect(all.of('light.lamp')?.state).toBe('confirmed');
    timePasses();
    expect(all.of('light.lamp')).toBeUndefined();
  });

  it('stays asked while it only says something else, and is marked until it answers', () => {
    const { all, timePasses } = calls();
    all.begin('1', ['light.lamp']);
    all.heardFrom('light.lamp');
    expect(all.of('light.lamp')?.state).toBe('asked');
    all.end('1', ['light.lamp'], [outcome('accepted')]);
    timePasses();
    expect(all.of('light.lamp')?.state).toBe('sent');
    all.heardFrom('light.lamp');
    expect(all.of('light.lamp')).toBeUndefined();
  });

  it('says why it did not work, in its own words where it has some', () => {
    const { all } = calls();
    all.begin('1', ['light.lamp']);
    all.end('1', ['light.lamp'], [outcome('rejected')]);
    expect(all.of('light.lamp')).toMatchObject({ state: 'failed', reason: 'The device refused.' });
    all.begin('2', ['light.lamp']);
    all.fail('2', ['light.lamp'], 'no connection');
    expect(all.of('light.lamp')).toMatchObject({ state: 'failed', reason: 'no connection' });
  });

  it('ignores the end of a command that a newer one has overtaken, and its time on show', () => {
    const { all, timePasses } = calls();
    all.begin('1', ['light.lamp']);
    all.begin('2', ['light.lamp']);
    all.end('1', ['light.lamp'], [outcome('failed')]);
    expect(all.of('light.lamp')).toMatchObject({ callId: '2', state: 'asked' });
    all.end('2', ['light.lamp'], [outcome('confirmed')]);
    all.begin('3', ['light.lamp']);
    timePasses();
    expect(all.of('light.lamp')).toMatchObject({ callId: '3', state: 'asked' });
  });

  it('is told its own outcome among many, and the worst where nothing is told of it', () => {
    const { all } = calls();
    const ids = ['light.a', 'light.b', 'lock.c', 'light.d'];
    all.begin('1', ids);
    all.end('1', ids, [
      outcome('rejected', {
        output: [
          { entityId: 'light.a', outcome: 'confirmed' },
          { entityId: 'light.b', outcome: 'rejected', reason: 'It is broken.' },
        ],
      }),
      outcome('denied', { output: 'nothing that anybody can read' }),
    ]);
    expect(ids.map((id) => all.of(id)?.state)).toEqual(['confirmed', 'failed', 'failed', 'failed']);
    expect(all.of('light.b')?.reason).toBe('It is broken.');
  });
});
