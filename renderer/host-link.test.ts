import { describe, expect, it, vi } from 'vitest';
import type { HostToPageAudio } from '../contract/interface.ts';
import { receive } from './host-link.ts';

function received(data: unknown) {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const messages: HostToPageAudio[] = [];
  const sounds: number[][] = [];
  receive(
    data,
    (message) => messages.push(message),
    (samples) => sounds.push([...samples]),
  );
  const warnings = warn.mock.calls.length;
  warn.mockRestore();
  return { messages, sounds, warnings };
}

describe('the sound line', () => {
  it('tells messages from sound', () => {
    expect(received('{"type":"microphone-mute","muted":true}').messages).toEqual([{ type: 'microphone-mute', muted: true }]);
    expect(received(Int16Array.of(1, -2).buffer).sounds).toEqual([[1, -2]]);
    expect(received(new Uint8Array([9, 1, 0, 2, 0]).subarray(1)).sounds).toEqual([[1, 2]]);
  });

  it('drops half a sample, and whatever is no message, without falling over', () => {
    expect(received(new Uint8Array([1, 0, 7]).buffer).sounds).toEqual([[1]]);
    for (const garbage of ['', '{', 'null', '{"type":"explode"}', '{"type":"speech-started"}', 42, undefined]) {
      expect(received(garbage)).toEqual({ messages: [], sounds: [], warnings: 1 });
    }
  });
});
