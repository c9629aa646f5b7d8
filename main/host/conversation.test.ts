import { beforeEach, describe, expect, it } from 'vitest';
import type { Understanding } from '../../contract/intent.ts';
import type { TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import type { Mouth } from './conversation.ts';
import { Conversation } from './conversation.ts';
import { TurnJournal } from './turn-journal.ts';

/** Speaks until it is interrupted or told to finish. */
class ScriptedMouth implements Mouth {
  there = true;
  readonly said: string[] = [];
  finish: (heardMs: number) => void = () => undefined;
  present(): boolean {
    return this.there;
  }
  earcon(): void {}
  say(_turnId: string, text: string, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }> {
    this.said.push(text);
    started();
    return new Promise((resolve) => {
      this.finish = (heardMs) => resolve({ heardMs, interrupted: false });
      signal.addEventListener('abort', () => resolve({ heardMs: 120, interrupted: true }));
    });
  }
}

const TIME: Understanding = { type: 'matched', matches: [{ intent: 'HassGetCurrentTime', slots: {}, targets: [], confidence: 1 }] };

let mouth: ScriptedMouth;
let journal: TurnJournal;
let conversation: Conversation;
let asked: number;
let explode: boolean;

beforeEach(() => {
  const clock = new FakeClock();
  let count = 0;
  mouth = new ScriptedMouth();
  journal = new TurnJournal(clock);
  asked = 0;
  explode = false;
  conversation = new Conversation({
    journal,
    mouth,
    log: silentLog,
    listenForAnswer: () => {
      asked += 1;
    },
    services: {
      phrasebook: () => ({
        understand: (text) => {
          if (explode) throw new Error('broken phrasebook');
          if (text === 'the lamp')
            return { type: 'ambiguous', match: TIME.type === 'matched' ? TIME.matches[0]! : never(), which: ['light.a', 'light.b'] };
          return text === 'what time is it' ? TIME : { type: 'none', reason: 'no-match' };
        },
        completeness: () => 'incomplete',
        grammar: () => '',
        help: () => [],
        entryOf: () => undefined,
      }),
      gate: { call: async () => ({ outcome: 'confirmed' }) },
      view: () => ({
        entity: () => undefined,
        entities: () => [],
        area: () => undefined,
        areas: () => [],
        floors: () => [],
        room: undefined,
        now: clock.now(),
        timers: () => [],
        examples: () => [],
        pick: ([first]) => first,
      }),
      clock,
      newId: () => `turn-${++count}`,
    },
  });
});

function never(): never {
  throw new Error('unreachable');
}

const story = (turnId: string): string[] =>
  journal
    .recent()
    .find((turn) => turn.turnId === turnId)
    ?.events.map((event) => event.type) ?? [];

const heard = (turnId: string, body: TurnEventBody): void => conversation.hear({ turnId, at: 0, ...body } as TurnEvent, { dryRun: false });

describe('a conversation', () => {
  it('answers what is typed and speaks when somebody is there', async () => {
    const turnId = conversation.ask('what time is it', { source: 'page' });
    await untilSaid(1);
    mouth.finish(900);
    await conversation.settled();
    expect(story(turnId)).toEqual([
      'turn-started',
      'transcript-ended',
      'intent-matched',
      'reply-delta',
      'reply-ended',
      'playback-started',
      'playback-ended',
      'turn-ended',
    ]);
  });

  it('is silent where nobody listens', async () => {
    mouth.there = false;
    const turnId = conversation.ask('what time is it', { source: 'cli' });
    await conversation.settled();
    expect(mouth.said).toEqual([]);
    expect(story(turnId).at(-1)).toBe('turn-ended');
  });

  it('falls silent when somebody speaks over it, and remembers what was heard', async () => {
    const first = conversation.ask('what time is it', { source: 'page' });
    await untilSaid(1);
    heard('voice-1', { type: 'turn-started', source: 'voice', by: 'wake' });
    heard('voice-1', { type: 'turn-failed', failure: { code: 'no-speech' } });
    await conversation.settled();
    const ended = journal
      .recent()
      .find((turn) => turn.turnId === first)
      ?.events.find((event) => event.type === 'playback-ended');
    expect(ended).toMatchObject({ heardMs: 120, interrupted: true });
    expect(story('voice-1')).toEqual(['turn-started', 'turn-failed', 'turn-ended']);
  });

  it('says one short sentence for speech that is no command', async () => {
    mouth.there = false;
    heard('voice-1', { type: 'turn-started', source: 'voice', by: 'wake' });
    heard('voice-1', { type: 'transcript-ended', text: 'xylophone', confidence: 0.1, engine: 'phrases', rejected: true });
    await conversation.settled();
    expect(story('voice-1')).toEqual(['turn-started', 'transcript-ended', 'reply-delta', 'reply-ended', 'turn-ended']);
  });

  it('listens for the answer to its question', async () => {
    conversation.ask('the lamp', { source: 'page' });
    await untilSaid(1);
    expect(asked).toBe(0);
    mouth.finish(1_000);
    await conversation.settled();
    expect(asked).toBe(1);
  });

  it('survives its own failures and says so', async () => {
    explode = true;
    mouth.there = false;
    const turnId = conversation.ask('what time is it', { source: 'page' });
    await conversation.settled();
    expect(story(turnId)).toEqual(['turn-started', 'transcript-ended', 'turn-failed', 'turn-ended']);
  });

  it('stops everything on cancel', async () => {
    conversation.ask('what time is it', { source: 'page' });
    await untilSaid(1);
    expect(conversation.cancel()).toBe(true);
    await conversation.settled();
    expect(conversation.cancel()).toBe(false);
  });
});

async function untilSaid(count: number): Promise<void> {
  for (let turn = 0; turn < 50 && mouth.said.length < count; turn += 1) await Promise.resolve();
}
