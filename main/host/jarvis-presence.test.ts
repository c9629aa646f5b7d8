import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { HostState } from './host-state.ts';
import { HostPresence } from './jarvis-presence.ts';
import { TurnJournal } from './turn-journal.ts';

function scene() {
  const journal = new TurnJournal(new FakeClock());
  const sound = { muted: false, microphone: undefined, setMuted: vi.fn() };
  const state = new HostState({ bridges: () => [], engines: () => [], sound, voice: false, room: 'kitchen' });
  const conversation = { announce: vi.fn() };
  const presence = new HostPresence();
  const ending = new AbortController();
  return { journal, sound, state, conversation, presence, ending };
}

describe('JARVIS as a broker shows it', () => {
  it('is idle and cannot be operated before the host is there', () => {
    const { presence, conversation } = scene();
    presence.onMute(true);
    presence.onSay('hello');
    expect([presence.state, presence.muted, presence.lastCommand]).toEqual(['idle', false, undefined]);
    expect(conversation.announce).not.toHaveBeenCalled();
  });

  it('tells its state and the last command by what they mean, never by what was said', async () => {
    const { presence, journal, state, sound, conversation, ending } = scene();
    const following = presence.follow({ state, sound, conversation }, journal, ending.signal);
    let told = 0;
    const counting = (async () => {
      for await (const _ of presence.changes(ending.signal)) told += 1;
    })();
    journal.stamp('turn', { type: 'turn-started', source: 'page', by: 'text' });
    journal.stamp('turn', { type: 'transcript-ended', text: 'turn on my secret lamp', confidence: 1, engine: 'text' });
    journal.stamp('turn', { type: 'intent-matched', intent: 'HassTurnOn', slots: {}, targets: ['light.lamp'], confidence: 1 });
    await vi.waitFor(() => expect(presence.lastCommand).toEqual({ intent: 'HassTurnOn', entityIds: ['light.lamp'] }));
    sound.muted = true;
    state.changed();
    await vi.waitFor(() => expect(told).toBe(2));
    expect([presence.state, presence.muted]).toEqual(['muted', true]);
    ending.abort(new Error('over'));
    await Promise.all([following, counting]);
  });

  it('mutes, and says a text without obeying it', async () => {
    const { presence, journal, state, sound, conversation, ending } = scene();
    const following = presence.follow({ state, sound, conversation }, journal, ending.signal);
    presence.onMute(true);
    presence.onSay('turn off the alarm');
    expect(sound.setMuted).toHaveBeenCalledWith(true);
    expect(conversation.announce).toHaveBeenCalledWith('turn off the alarm', 'kitchen');
    ending.abort(new Error('over'));
    await following;
  });
});
