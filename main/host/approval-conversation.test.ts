import { beforeEach, describe, expect, it } from 'vitest';
import type { TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { Approvals } from '../../tools/approvals.ts';
import { ApprovalSpeech } from './approval-speech.ts';
import { Conversation } from './conversation.ts';
import type { Mouth } from './speaker.ts';
import { TurnJournal } from './turn-journal.ts';

const DOOR = entity('lock.front_door', 'Front door', 'locked');
const UNLOCK = match('HassTurnOn', [DOOR.id], { name: 'Front door' });

/** Speaks until it is interrupted or told to finish. */
class ScriptedMouth implements Mouth {
  readonly said: string[] = [];
  speaking = false;
  finish: () => void = () => undefined;
  present(): boolean {
    return true;
  }
  earcon(): void {}
  say(_turnId: string, text: string, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }> {
    this.said.push(text);
    this.speaking = true;
    started();
    return new Promise((resolve) => {
      const end = (interrupted: boolean) => (): void => {
        this.speaking = false;
        resolve({ heardMs: 900, interrupted });
      };
      this.finish = end(false);
      signal.addEventListener('abort', end(true));
    });
  }
}

let clock: FakeClock;
let mouth: ScriptedMouth;
let journal: TurnJournal;
let approvals: Approvals;
let conversation: Conversation;
let expected: string[][];
let done: string[];

beforeEach(() => {
  clock = new FakeClock();
  mouth = new ScriptedMouth();
  journal = new TurnJournal(clock);
  expected = [];
  done = [];
  let count = 0;
  const newId = (): string => `id-${++count}`;
  approvals = new Approvals({ clock, newId, expiryMs: 60_000 });
  const listenForAnswer = (answers: string[]): void => void expected.push(answers);
  conversation = new Conversation({
    journal,
    mouth,
    log: silentLog,
    listenForAnswer,
    approvals: () => speech,
    services: {
      phrasebook: () => ({
        understand: (text) =>
          text === 'unlock the front door' ? { type: 'matched', matches: [UNLOCK] } : { type: 'none', reason: 'no-match' },
        completeness: () => 'incomplete',
        grammar: () => '',
        help: () => [],
        entryOf: () => undefined,
      }),
      gate: {
        async call({ turnId, tool, input, source }, signal) {
          const question = {
            turnId,
            tool,
            sentence: 'Unlock the front door',
            input,
            risk: 'guarded' as const,
            permissions: [],
            source,
            digest: 'd',
          };
          const { answer } = await approvals.ask(question, signal);
          done.push(`${answer.approved ? 'unlocked' : 'left'} by ${answer.by}`);
          return answer.approved ? { outcome: 'confirmed' } : { outcome: 'denied', reason: 'You said no.' };
        },
      },
      view: () => ({
        entity: (id) => (id === DOOR.id ? DOOR : undefined),
        entities: () => [DOOR],
        area: () => undefined,
        areas: () => [],
        floors: () => [],
        bridges: () => [],
        room: undefined,
        now: clock.now(),
        timers: () => [],
        examples: () => [],
        pick: ([first]) => first,
      }),
      clock,
      newId,
    },
  });
  const speech = new ApprovalSpeech({ approvals, clock, tell: (text, until) => conversation.tell(text, until), listenForAnswer });
  speech.follow(new AbortController().signal).catch(() => undefined);
});

const heard = (turnId: string, body: TurnEventBody, at = 0): void =>
  conversation.hear({ turnId, at, ...body } as TurnEvent, { dryRun: false });

/** A spoken turn from now on, its speech beginning after `pause` ms. */
async function speak(turnId: string, text: string, pause = 500): Promise<void> {
  heard(turnId, { type: 'turn-started', source: 'voice', by: 'follow-up' });
  await clock.advance(pause);
  heard(turnId, { type: 'speech-started' }, pause);
  await clock.advance(400);
  heard(turnId, { type: 'transcript-ended', text, confidence: 0.9, engine: 'phrases' });
  await clock.advance(300);
}

const types = (turnId: string): string[] =>
  journal
    .recent()
    .find((turn) => turn.turnId === turnId)
    ?.events.map(({ type }) => type) ?? [];

describe('a spoken yes', () => {
  it('answers what was read out, in a turn of its own, and the first turn tells how it ended', async () => {
    await speak('command', 'unlock the front door');
    expect(mouth.said).toEqual(['Unlock the front door. Shall I?']);
    expect(expected).toEqual([]);
    await clock.advance(1_500);
    mouth.finish();
    await clock.advance(10);
    expect(expected[0]).toContain('go ahead');
    await speak('answer', 'go ahead');
    expect(done).toEqual(['unlocked by voice']);
    expect(types('answer')).toEqual(['turn-started', 'speech-started', 'transcript-ended', 'reply-delta', 'reply-ended', 'turn-ended']);
    expect(mouth.said).toHaveLength(2);
    mouth.finish();
    await conversation.settled();
    expect(types('command').at(-1)).toBe('turn-ended');
  });

  it('heard while JARVIS still asked is not taken: it is asked again', async () => {
    await speak('command', 'unlock the front door');
    await clock.advance(500);
    expect(mouth.speaking).toBe(true);
    await speak('answer', 'yes', 50);
    expect({ done, waiting: approvals.pending().length }).toEqual({ done: [], waiting: 1 });
    expect(mouth.said).toHaveLength(2);
    mouth.finish();
    await clock.advance(10);
    await speak('second', 'yes');
    expect(done).toEqual(['unlocked by voice']);
  });

  it('that is the end of what JARVIS has just said is its own echo', async () => {
    await speak('command', 'unlock the front door');
    mouth.finish();
    await clock.advance(10);
    const saying = conversation.tell('The front door is open, yes', new AbortController().signal);
    mouth.finish();
    await saying;
    await speak('echo', 'yes');
    expect(done).toEqual([]);
    await clock.advance(4_000);
    await speak('person', 'yes');
    expect(done).toEqual(['unlocked by voice']);
  });

  it.each(['timer', 'agent', 'routine', 'plugin', 'mcp', 'api', 'cli'] as const)(
    'in the words of the source %s is none',
    async (source) => {
      await speak('command', 'unlock the front door');
      mouth.finish();
      await clock.advance(10);
      conversation.ask('yes', { source });
      await clock.advance(100);
      expect({ done, waiting: approvals.pending().length }).toEqual({ done: [], waiting: 1 });
    },
  );

  it('with nothing to answer is heard as something new', async () => {
    await speak('answer', 'yes');
    expect(types('answer')).toContain('turn-failed');
  });
});

describe('a spoken no', () => {
  it('leaves it alone, and the first turn says so', async () => {
    await speak('command', 'unlock the front door');
    mouth.finish();
    await clock.advance(10);
    await speak('answer', "don't");
    expect(done).toEqual(['left by voice']);
    expect(mouth.said.at(-1)).toMatch(/left the front door alone/u);
  });
});
