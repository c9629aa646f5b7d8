// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ESCAPE_HOLD, holdEscape } from './hold-escape.ts';

describe('Escape that is held', () => {
  const end = { now: new AbortController() };
  const stop = vi.fn();
  const press = (type: 'keydown' | 'keyup', key = 'Escape', repeat = false) =>
    window.dispatchEvent(new KeyboardEvent(type, { key, repeat }));

  beforeEach(() => {
    vi.useFakeTimers();
    stop.mockClear();
    end.now = new AbortController();
    holdEscape(window, stop, end.now.signal);
  });
  afterEach(() => {
    end.now.abort();
    vi.useRealTimers();
  });

  it('stops everything once, also where the key is taken by a part of the page', () => {
    document.addEventListener('keydown', (event) => event.stopPropagation(), { capture: true, signal: end.now.signal });
    press('keydown');
    press('keydown', 'Escape', true);
    vi.advanceTimersByTime(ESCAPE_HOLD - 1);
    expect(stop).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('does nothing when it is let go, another key comes, or the window is left', () => {
    for (const otherwise of [
      () => press('keyup'),
      () => press('keydown', 'a'),
      () => window.dispatchEvent(new Event('blur')),
      () => end.now.abort(),
    ]) {
      press('keydown');
      otherwise();
      vi.advanceTimersByTime(5000);
    }
    expect(stop).not.toHaveBeenCalled();
  });
});
