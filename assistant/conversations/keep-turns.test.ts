import { describe, expect, it } from 'vitest';
import type { MindSettings } from '../../contract/models.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { openConversations } from '../../tests/fakes/open-conversations.ts';
import { TurnKeeper, type TurnKeeperOptions } from './keep-turns.ts';

const USAGE = { inputTokens: 100, outputTokens: 20, costMicros: 5 };
const HEARD: TurnEventBody = { type: 'turn-started', source: 'voice', by: 'wake', room: 'kitchen' };
const said = (text: string): TurnEventBody => ({ type: 'transcript-ended', text, confidence: 1, engine: 'phrases' });
const answered = (text: string, more = {}): TurnEventBody => ({ type: 'reply-ended', text, ...more });
const ENDED: TurnEventBody = { type: 'turn-ended' };

function stage(keep: MindSettings['keep'] = 'everything', more: Partial<TurnKeeperOptions> = {}) {
  const open = openConversations();
  const failures: unknown[] = [];
  const keeper = new TurnKeeper({
    store: () => open.store,
    clock: open.clock,
    keep: () => keep,
    titleOf: (tool) => `Tool ${tool}`,
    spokenForm: (markdown) => markdown.replaceAll('*', ''),
    failed: (error) => failures.push(error),
    ...more,
  });
  let turns = 0;
  /** Events of one turn; gives back its id. */
  const turn = (...events: TurnEventBody[]): string => {
    turns += 1;
    const turnId = `turn-${turns}`;
    for (const event of events) keeper.take({ ...event, turnId, at: 0 });
    return turnId;
  };
  const tell = (turnId: string, ...events: TurnEventBody[]) => {
    for (const event of events) keeper.take({ ...event, turnId, at: 0 });
  };
  /** Who said what in the conversation that was talked in last. */
  const talk = () => {
    const [last] = open.store.list();
    return last === undefined ? [] : open.store.path(last.id).map(({ role, text }) => `${role}: ${text}`);
  };
  return { ...open, turn, tell, talk, failures, keeper };
}

describe('what is kept of a turn', () => {
  it('is what was said, what was done for it, and what it took', () => {
    const { turn, store } = stage();
    turn(
      HEARD,
      said('how warm is it'),
      { type: 'model-chosen', provider: 'p', model: 'm', leavesHouse: false, because: 'it is there' },
      { type: 'tool-requested', requestId: 'r', tool: 'home.find', input: { name: 'kitchen' } },
      { type: 'turn-tainted', taint: { origin: 'device', name: 'sensor' } },
      { type: 'tool-ended', requestId: 'r', tool: 'home.find', outcome: 'confirmed' },
      { type: 'tool-requested', requestId: 'never', tool: 'home.look', input: 'x'.repeat(20_000) },
      { type: 'model-ended', provider: 'p', model: 'm', usage: USAGE, ms: 1, finish: 'tool-calls' },
      { type: 'model-ended', provider: 'p', model: 'm', usage: { ...USAGE, cachedInputTokens: 50 }, ms: 1, finish: 'stop' },
      answered('It is 21 degrees.', { rich: 'It is **21 °C**.', sources: [{ title: 'Find' }] }),
      ENDED,
    );
    const [conversation] = store.list();
    const [question, answer] = store.path(conversation?.id ?? '');
    expect(question).toMatchObject({ role: 'person', text: 'how warm is it', source: 'voice', turnId: 'turn-1' });
    expect(answer).toMatchObject({
      role: 'jarvis',
      text: 'It is **21 °C**.',
      sources: [{ title: 'Find' }],
      taint: [{ origin: 'device', name: 'sensor' }],
      model: { provider: 'p', model: 'm', usage: { inputTokens: 200, outputTokens: 40, cachedInputTokens: 50, costMicros: 10 } },
      steps: [
        { title: 'Tool home.find', input: { name: 'kitchen' }, outcome: 'confirmed' },
        { tool: 'home.look', input: '(20002 characters)', outcome: 'failed' },
      ],
    });
    expect(answer).not.toHaveProperty('heard');
    expect(answer).not.toHaveProperty('stopped');
  });

  it('is only what was heard, when somebody spoke over it', () => {
    const { turn, store } = stage();
    const text = 'The first sentence is this one. The second one is a good deal longer and nobody will ever hear the end of it.';
    turn(
      HEARD,
      said('tell me'),
      answered(text, { rich: `**${text}**` }),
      { type: 'playback-started' },
      { type: 'playback-ended', heardMs: 2600, interrupted: true },
      ENDED,
    );
    const answer = store.path(store.list()[0]?.id ?? '')[1];
    expect(answer?.text).toBe(`**${text}**`);
    expect(text.startsWith(answer?.heard ?? 'x')).toBe(true);
    expect(answer?.heard).toMatch(/^The first sentence is this one\./u);
    expect(answer?.heard?.length).toBeLessThan(50);
  });

  it('is what was written, when it was stopped while being written and spoken', () => {
    const { turn, talk, store } = stage();
    turn(
      HEARD,
      said('tell me'),
      { type: 'reply-delta', text: '*One* two ', rich: true },
      { type: 'playback-started' },
      { type: 'reply-delta', text: 'three four five six seven eight', rich: true },
      { type: 'playback-ended', heardMs: 700, interrupted: true },
      { type: 'turn-failed', failure: { code: 'cancelled' } },
      ENDED,
    );
    expect(talk()).toEqual(['person: tell me', 'jarvis: *One* two three four five six seven eight']);
    const answer = store.path(store.list()[0]?.id ?? '')[1];
    expect(answer).toMatchObject({ stopped: true, heard: 'One two' });
  });

  it('is the words of a failure, or nothing where a person called it off', () => {
    const { turn, talk } = stage();
    turn(HEARD, said('one'), { type: 'turn-failed', failure: { code: 'internal' } }, ENDED);
    turn(HEARD, said('two'), { type: 'turn-failed', failure: { code: 'cancelled' } }, ENDED);
    expect(talk()).toEqual(['person: one', 'jarvis: Something went wrong on my side.', 'person: two', 'jarvis: ']);
  });

  it.each<[string, TurnEventBody[]]>([
    ['a timer rings', [{ type: 'turn-started', source: 'timer', by: 'timer' }, answered('Your tea is ready.')]],
    [
      'a timer carries something out',
      [{ type: 'turn-started', source: 'timer', by: 'timer' }, said('turn on the light'), answered('Done.')],
    ],
    [
      'nothing was understood',
      [HEARD, { type: 'transcript-ended', text: '', confidence: 0, engine: 'x', rejected: true }, answered('Sorry?')],
    ],
    [
      'it was only tried',
      [HEARD, said('unlock'), { type: 'tool-requested', requestId: 'r', tool: 't', input: {}, dryRun: true }, answered('I would.')],
    ],
    ['nobody said anything', [HEARD, { type: 'turn-failed', failure: { code: 'no-speech' } }]],
  ])('is nothing when %s', (_what, events) => {
    const { turn, store, failures } = stage();
    turn(...events, ENDED);
    expect(store.list()).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('is only chat, where a person wants that', () => {
    const { turn, talk, store } = stage('chat');
    turn(HEARD, said('turn on the light'), answered('Done.'), ENDED);
    expect(store.list()).toEqual([]);
    turn(
      HEARD,
      said('why is the sky blue'),
      { type: 'model-chosen', provider: 'p', model: 'm', leavesHouse: false, because: '' },
      answered('Scattering.'),
      ENDED,
    );
    expect(talk()).toEqual(['person: why is the sky blue', 'jarvis: Scattering.']);
    const { id: conversationId } = store.create();
    turn({ type: 'turn-started', source: 'page', by: 'text', conversationId }, said('turn on the light'), answered('Done.'), ENDED);
    expect(store.path(conversationId)).toHaveLength(2);
  });
});

describe('where a turn goes', () => {
  it('is the conversation of its place and person, until that has rested for half an hour', async () => {
    const people = new Map([['turn-4', 'Anna']]);
    const { turn, store, clock } = stage('everything', { personOf: (turnId) => people.get(turnId) });
    turn(HEARD, said('one'), answered('1'), ENDED);
    await clock.advance(29 * 60_000);
    turn(HEARD, said('two'), answered('2'), ENDED);
    turn({ ...HEARD, room: 'attic' }, said('elsewhere'), answered('3'), ENDED);
    turn(HEARD, said('by Anna'), answered('4'), ENDED);
    await clock.advance(31 * 60_000);
    turn(HEARD, said('later'), answered('5'), ENDED);
    expect(store.list().map(({ title, messages }) => [title, messages])).toEqual([
      ['Later', 2],
      ['By Anna', 2],
      ['Elsewhere', 2],
      ['One', 4],
    ]);
    expect(store.path(store.list()[1]?.id ?? '').map(({ person }) => person)).toEqual(['Anna', 'Anna']);
  });

  it('is beside the answer before, when a question is answered anew, and beside the question, when it is edited', () => {
    const { turn, store } = stage();
    const { id: conversationId } = store.create();
    const start: TurnEventBody = { type: 'turn-started', source: 'page', by: 'text', conversationId };
    turn(start, said('why'), answered('because'), ENDED);
    const [question, answer] = store.path(conversationId);
    turn({ ...start, again: question?.id ?? '' }, said('why'), answered('for this reason'), ENDED);
    const { messages } = store.thread(conversationId);
    expect(messages.map(({ text }) => text)).toEqual(['why', 'for this reason']);
    expect(messages[1]?.siblings[0]).toBe(answer?.id);
    turn({ ...start, parentId: null }, said('why not'), answered('no reason'), ENDED);
    expect(store.thread(conversationId).messages.map(({ text, siblings }) => [text, siblings.length])).toEqual([
      ['why not', 2],
      ['no reason', 1],
    ]);
  });

  it('keeps both of two questions in sight that overlap', () => {
    const { turn, tell, talk } = stage();
    const first = turn(HEARD, said('first'));
    turn(HEARD, said('second'), answered('to the second'), ENDED);
    tell(first, answered('to the first'), ENDED);
    expect(talk()).toEqual(['person: first', 'person: second', 'jarvis: to the second', 'jarvis: to the first']);
  });

  it('takes the files with it', () => {
    const { turn, store } = stage();
    const { id: conversationId } = store.create();
    const file = store.addFile({ name: 'bill.txt', mediaType: 'text/plain', text: '12 pounds' });
    turn(
      { type: 'turn-started', source: 'page', by: 'text', conversationId, attachments: [file.id] },
      said('how much'),
      answered('12'),
      ENDED,
    );
    expect(store.path(conversationId)[0]?.attachments).toEqual([file]);
  });
});

describe('a disk that refuses', () => {
  it('is told, and the turn goes on', () => {
    const { turn, failures, database, talk } = stage();
    database.run('PRAGMA query_only = 1');
    turn(HEARD, said('one'), answered('1'), ENDED);
    expect(failures).toHaveLength(1);
    database.run('PRAGMA query_only = 0');
    turn(HEARD, said('two'), answered('2'), ENDED);
    expect(talk()).toEqual(['person: two', 'jarvis: 2']);
  });
});
