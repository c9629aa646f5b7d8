import { describe, expect, it } from 'vitest';
import { match } from '../../tests/fakes/home-scene.ts';
import { ConversationMemory } from './conversation-memory.ts';
import type { OpenQuestion } from './dialogue.ts';

const on = (target: string) => match('HassTurnOn', [target]);
const question: OpenQuestion = { kind: 'confirm', matches: [], asked: 'Shall I?', until: 0 };

describe('the memory of a conversation', () => {
  it('keeps what was understood last, newest first, each place its own', () => {
    const memory = new ConversationMemory();
    memory.keep('voice kitchen', 'kitchen', { ended: false, remembered: [on('light.a')] }, 0);
    memory.keep('voice kitchen', 'kitchen', { ended: false, remembered: [on('light.b')] }, 1_000);
    expect(memory.before('voice kitchen', 2_000).before.map(({ targets }) => targets[0])).toEqual(['light.b', 'light.a']);
    expect(memory.before('voice hall', 2_000).before).toEqual([]);
  });

  it('forgets after two minutes, and what a failed turn leaves no right to', () => {
    const memory = new ConversationMemory();
    memory.keep('page ', undefined, { ended: false, remembered: [on('light.a')] }, 0);
    expect(memory.before('page ', 120_000).before).toHaveLength(1);
    expect(memory.before('page ', 120_001).before).toEqual([]);
    memory.keep('page ', undefined, { ended: false, remembered: [] }, 1_000);
    expect(memory.before('page ', 1_000).before).toEqual([]);
  });

  it('means by "that" the timers of the last turn only', () => {
    const memory = new ConversationMemory();
    memory.keep('page ', undefined, { ended: false, remembered: [on('light.a')], timers: { ids: ['t'], alsoActed: false } }, 0);
    expect(memory.before('page ', 1_000).timers?.ids).toEqual(['t']);
    memory.keep('page ', undefined, { ended: false }, 1_000);
    expect(memory.before('page ', 1_000)).toMatchObject({ before: [{ targets: ['light.a'] }], timers: undefined });
  });

  it('gives an open question to its own room, once', () => {
    const memory = new ConversationMemory();
    memory.keep('voice kitchen', 'kitchen', { ended: false, question }, 0);
    expect(memory.takeQuestion('hall')).toBeUndefined();
    expect(memory.takeQuestion('kitchen')).toEqual(question);
    expect(memory.takeQuestion('kitchen')).toBeUndefined();
  });
});
