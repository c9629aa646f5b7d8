import { beforeEach, describe, expect, it } from 'vitest';
import type { Timer } from '../../assistant/timers/timer.ts';
import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import type { ToolRequest } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { entity, match, viewOf } from '../../tests/fakes/home-scene.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';

import { Conversation } from './conversation.ts';
import type { Mouth } from './speaker.ts';
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

const LAMP = entity('light.lamp', 'Lamp', 'off');
const LAMP_ON = match('HassTurnOn', [LAMP.id], { name: 'Lamp' });

let mouth: ScriptedMouth;
let journal: TurnJournal;
let conversation: Conversation;
let asked: number;
let explode: boolean;
let answers: string[];
let clock: FakeClock;
/** What each sentence was heard with. */
let hearings: (readonly IntentMatch[])[];
let requests: ToolRequest[];

beforeEach(() => {
  clock = new FakeClock();
  let count = 0;
  mouth = new ScriptedMouth();
  journal = new TurnJournal(clock);
  asked = 0;
  explode = false;
  answers = [];
  hearings = [];
  requests = [];
  conversation = new Conversation({
    journal,
    mouth,
    log: silentLog,
    listenForAnswer: (expected) => {
      asked += 1;
      answers = expected;
    },
    services: {
      phrasebook: () => ({
        understand: (text, hearing) => {
          hearings.push(hearing?.before ?? []);
          if (text === 'lamp on') return { type: 'matched', matches: [LAMP_ON] };
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
      gate: {
        async call(request) {
          requests.push(request);
          return { outcome: 'confirmed' };
        },
      },
      view: () => ({
        entity: (id) => (id === LAMP.id ? LAMP : undefined),
        entities: () => [],
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

  it('knows who talks from the first event of the turn on', async () => {
    mouth.there = false;
    const seen: (string | undefined)[] = [];
    journal.tellFirst((event) => {
      if (event.type === 'turn-started') seen.push(conversation.personOf(event.turnId));
    });
    conversation.ask('what time is it', { source: 'api', person: { name: 'Anna', role: 'user' } });
    conversation.ask('what time is it', { source: 'page' });
    await conversation.settled();
    expect(seen).toEqual(['Anna', undefined]);
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
    expect(answers).toContain('neither');
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

describe('what a conversation remembers', () => {
  beforeEach(() => {
    mouth.there = false;
  });
  const ask = async (text: string, options: Partial<Parameters<Conversation['ask']>[1]> = {}): Promise<string> => {
    const turnId = conversation.ask(text, { source: 'page', ...options });
    await conversation.settled();
    return turnId;
  };
  const lastHearing = () => hearings.at(-1)?.map(({ targets }) => targets[0]);

  it('is heard with the next sentence of the same place, for two minutes', async () => {
    await ask('lamp on', { room: 'study' });
    await ask('turn it off', { room: 'hall' });
    expect(lastHearing()).toEqual([]);
    await ask('turn it off', { room: 'study' });
    expect(lastHearing()).toEqual([LAMP.id]);
    await clock.advance(120_001);
    await ask('turn it off', { room: 'study' });
    expect(lastHearing()).toEqual([]);
  });

  it('is not touched by what a timer does', async () => {
    await ask('lamp on', { source: 'timer', by: 'timer' });
    await ask('turn it off', { source: 'timer', by: 'timer' });
    expect(lastHearing()).toEqual([]);
  });

  it('leaves an open question open while a timer rings', async () => {
    await ask('the lamp');
    await ask('lamp on', { source: 'timer', by: 'timer' });
    const turnId = await ask('neither');
    expect(journal.recent().find((turn) => turn.turnId === turnId)?.events).toContainEqual(
      expect.objectContaining({ type: 'reply-ended', text: 'All right, I have left everything as it is.' }),
    );
  });
});

describe('a delayed command', () => {
  const timer = (endsAt: number): Timer => ({
    id: 't',
    seconds: 60,
    endsAt,
    room: 'study',
    command: 'turn on the lamp',
    matches: [LAMP_ON],
  });
  const storyOf = (turnId: string) =>
    journal
      .recent()
      .find((turn) => turn.turnId === turnId)
      ?.events.map(({ turnId: _id, at: _at, ...body }) => body);

  it('is carried out as it was understood, by the timer', async () => {
    mouth.there = false;
    const turnId = conversation.ring(timer(clock.now()));
    await conversation.settled();
    expect(storyOf(turnId)).toMatchInlineSnapshot(`
      [
        {
          "by": "timer",
          "room": "study",
          "source": "timer",
          "type": "turn-started",
        },
        {
          "confidence": 1,
          "engine": "text",
          "text": "turn on the lamp",
          "type": "transcript-ended",
        },
        {
          "confidence": 1,
          "intent": "HassTurnOn",
          "slots": {
            "name": "Lamp",
          },
          "targets": [
            "light.lamp",
          ],
          "type": "intent-matched",
        },
        {
          "input": {
            "data": {},
            "entityIds": [
              "light.lamp",
            ],
            "service": "light.turn_on",
          },
          "requestId": "turn-2",
          "tool": "home.call-service",
          "type": "tool-requested",
        },
        {
          "outcome": "confirmed",
          "requestId": "turn-2",
          "tool": "home.call-service",
          "type": "tool-ended",
        },
        {
          "text": "The lamp is on.",
          "type": "reply-delta",
        },
        {
          "text": "The lamp is on.",
          "type": "reply-ended",
        },
        {
          "type": "turn-ended",
        },
      ]
    `);
    expect(requests[0]?.source).toBe('timer');
    expect(hearings).toEqual([]);
  });

  it('whose time is long past is left alone, and that is said', async () => {
    mouth.there = false;
    const turnId = conversation.ring(timer(clock.now() - 3_600_000));
    await conversation.settled();
    expect(requests).toEqual([]);
    expect(storyOf(turnId)).toContainEqual({ type: 'reply-ended', text: 'I was not there in time, so I did not turn on the lamp.' });
  });
});

describe('an answer in writing only', () => {
  it('is not spoken, and nobody is listened to for it', async () => {
    conversation.ask('the lamp', { source: 'api', aloud: false });
    await conversation.settled();
    expect(mouth.said).toEqual([]);
    expect(asked).toBe(0);
  });
});

async function untilSaid(count: number): Promise<void> {
  for (let turn = 0; turn < 50 && mouth.said.length < count; turn += 1) await Promise.resolve();
}

describe('the emergency stop in a conversation', () => {
  const withStop = (stopped: () => boolean, stop: () => void): Conversation => {
    const gate = { call: () => new Promise<never>(() => undefined) };
    const own: Conversation = new Conversation({
      journal,
      mouth,
      log: silentLog,
      listenForAnswer: (expected) => {
        answers = expected;
      },
      isStopped: stopped,
      stopTalk: {
        hear({ text }) {
          if (text === 'may things start') return { text: Promise.resolve('Shall they?'), answers: ['yes'] };
          if (text !== 'stop everything') return undefined;
          stop();
          own.cancel();
          return { text: Promise.resolve('Everything is stopped.'), answers: [] };
        },
      },
      services: {
        phrasebook: () => ({
          understand: () => ({ type: 'matched', matches: [LAMP_ON] }),
          completeness: () => 'incomplete',
          grammar: () => '',
          help: () => [],
          entryOf: () => undefined,
        }),
        gate,
        view: () => viewOf({ entities: [LAMP] }),
        clock,
        newId: () => {
          number += 1;
          return `own-${number}`;
        },
      },
    });
    return own;
  };
  let number = 0;
  beforeEach(() => {
    number = 0;
  });

  it('ends a turn that is under way, and alone is said', async () => {
    let stops = 0;
    const own = withStop(
      () => stops > 0,
      () => {
        stops += 1;
      },
    );
    const running = own.ask('lamp on', { source: 'voice' });
    await Promise.resolve();
    const stopping = own.ask('stop everything', { source: 'voice' });
    expect(stops).toBe(1);
    await untilSaid(1);
    expect(mouth.said).toEqual(['Everything is stopped.']);
    mouth.finish(500);
    void running;
    expect(story(stopping)).toEqual(expect.arrayContaining(['reply-ended', 'playback-started']));
  });

  it('silences what is being said', async () => {
    const own = withStop(
      () => false,
      () => undefined,
    );
    const speaking = own.announce('your tea is ready', undefined);
    await untilSaid(1);
    own.ask('stop everything', { source: 'page' });
    await untilSaid(2);
    expect(journal.recent().find((turn) => turn.turnId === speaking)?.events).toContainEqual(
      expect.objectContaining({ type: 'playback-ended', interrupted: true }),
    );
  });

  it('keeps delayed commands from being carried out, and says nothing aloud about it', async () => {
    const own = withStop(
      () => true,
      () => undefined,
    );
    const turnId = own.ring({ id: 't', endsAt: clock.now(), seconds: 60, command: 'lamp on', matches: [LAMP_ON] } as unknown as Timer);
    await own.settled();
    expect(story(turnId)).toEqual(['turn-started', 'transcript-ended', 'reply-delta', 'reply-ended', 'turn-ended']);
    expect(requests).toEqual([]);
    expect(mouth.said).toEqual([]);
  });

  it('listens for the answer when it asks', async () => {
    const own = withStop(
      () => true,
      () => undefined,
    );
    own.ask('may things start', { source: 'voice' });
    await untilSaid(1);
    mouth.finish(500);
    await own.settled();
    expect(answers).toEqual(['yes']);
  });
});
