import { describe, expect, it } from 'vitest';
import type { ChatThread } from '../../contract/chat.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { type ChatSight, chatView, runningTurn, type ShownItem } from './chat-view.ts';

type Message = ChatThread['messages'][number];

function message(id: string, role: Message['role'], turnId: string, text: string, more: Partial<Message> = {}): Message {
  return {
    id,
    conversationId: 'c',
    parentId: null,
    role,
    text,
    at: 1,
    turnId,
    source: 'page',
    steps: [],
    sources: [],
    attachments: [],
    siblings: [id],
    ...more,
  };
}

const thread = (...messages: Message[]): ChatThread => ({
  conversation: {
    id: 'c',
    title: 'T',
    named: false,
    createdAt: 0,
    updatedAt: 0,
    messages: messages.length,
    head: messages.at(-1)?.id ?? null,
    preview: '',
  },
  messages,
});

function turn(turnId: string, started: Partial<Extract<TurnEventBody, { type: 'turn-started' }>>, ...bodies: TurnEventBody[]): TurnRecord {
  const events: TurnEventBody[] = [{ type: 'turn-started', source: 'page', by: 'text', ...started }, ...bodies];
  return { turnId, startedAt: 100, events: events.map((body, index) => ({ ...body, turnId, at: index })) };
}

const asked = (text: string): TurnEventBody => ({ type: 'transcript-ended', text, confidence: 1, engine: 'text' });
const said = (text: string): TurnEventBody => ({ type: 'reply-delta', text, rich: true });
const ended: TurnEventBody = { type: 'turn-ended' };

function view(more: Partial<ChatSight>): ShownItem[] {
  return chatView({ thread: undefined, conversationId: 'c', turns: [], settled: new Set(), files: new Map(), typed: {}, ...more });
}
const words = (items: ShownItem[]) => items.map((item) => `${item.type === 'question' ? '?' : item.live ? '…' : '!'} ${item.text}`);

const kept = thread(
  message('q1', 'person', 't1', 'one'),
  message('a1', 'jarvis', 't1', 'first'),
  message('q2', 'person', 't2', 'two'),
  message('a2', 'jarvis', 't2', 'second'),
);

describe('a conversation as it is shown', () => {
  it('is what is kept', () => {
    expect(words(view({ thread: kept }))).toEqual(['? one', '! first', '? two', '! second']);
    expect(view({ thread: undefined })).toEqual([]);
  });

  it('shows a turn that is not kept yet at the end, as it grows', () => {
    const live = turn('t3', { conversationId: 'c' }, asked('three'), said('Th'), said('ird'));
    const items = view({ thread: kept, turns: [live] });
    expect(words(items).slice(4)).toEqual(['? three', '… Third']);
    expect(runningTurn(items)).toBe('t3');
  });

  it('shows nothing of other conversations', () => {
    expect(view({ thread: kept, turns: [turn('t3', { conversationId: 'other' }, asked('x')), turn('t4', {}, asked('y'))] })).toHaveLength(
      4,
    );
  });

  it('shows every turn once: kept, half kept or not', () => {
    const live = turn('t2', { conversationId: 'c' }, asked('two'), said('second'), ended);
    expect(words(view({ thread: kept, turns: [live] }))).toEqual(['? one', '! first', '? two', '! second']);
    const half = thread(...kept.messages.slice(0, 3));
    expect(words(view({ thread: half, turns: [live] }))).toEqual(['? one', '! first', '? two', '! second']);
    const keys = [view({ thread: kept, turns: [live] }), view({ thread: half, turns: [live] })].map((items) => items.map(({ key }) => key));
    expect(keys[0]).toEqual(keys[1]);
  });

  it('takes a spoken turn in as soon as its question is kept here', () => {
    const spoken = turn('t5', { source: 'voice', by: 'wake' }, asked('five'), said('Fi'));
    const items = view({ thread: thread(message('q5', 'person', 't5', 'five', { source: 'voice' })), turns: [spoken] });
    expect(words(items)).toEqual(['? five', '… Fi']);
  });

  it('believes what was fetched after a turn had ended', () => {
    const over = turn('t9', { conversationId: 'c' }, asked('a trial'), said('x'), ended);
    expect(words(view({ thread: kept, turns: [over], settled: new Set(['t9']) }))).toHaveLength(4);
  });

  it('hides the answer before while a question is answered anew, and what stood below', () => {
    const again = turn('t6', { conversationId: 'c', again: 'q1' }, asked('one'), said('Other'));
    expect(words(view({ thread: kept, turns: [again] }))).toEqual(['? one', '… Other']);
  });

  it('puts an edited question where the old one stood', () => {
    const edited = turn('t7', { conversationId: 'c', parentId: 'a1' }, asked('two, but better'), said('Better'));
    expect(words(view({ thread: kept, turns: [edited] }))).toEqual(['? one', '! first', '? two, but better', '… Better']);
    const first = turn('t8', { conversationId: 'c', parentId: null }, asked('zero'));
    expect(words(view({ thread: kept, turns: [first] }))).toEqual(['? zero', '… ']);
  });

  it('leaves a turn out whose version is not on show', () => {
    const elsewhere = [
      turn('t6', { conversationId: 'c', again: 'gone' }, asked('x')),
      turn('t7', { conversationId: 'c', parentId: 'gone' }, asked('y')),
    ];
    expect(words(view({ thread: kept, turns: elsewhere }))).toHaveLength(4);
  });

  it('knows the versions of a message', () => {
    const items = view({ thread: thread(message('q2', 'person', 't1', 'x', { siblings: ['q1', 'q2', 'q3'] })) });
    expect(items[0]).toMatchObject({ versions: { ids: ['q1', 'q2', 'q3'], shown: 1 } });
    expect(view({ thread: kept })[0]).not.toHaveProperty('versions');
  });

  it('keeps the identity of what has not moved, so that a thousand messages are not drawn for one word', () => {
    const live = turn('t3', { conversationId: 'c' }, asked('three'));
    const before = view({ thread: kept, turns: [live] });
    const after = view({ thread: kept, turns: [{ ...live, events: [...live.events, { ...said('T'), turnId: 't3', at: 9 }] }] });
    expect(after.slice(0, 4).every((item, index) => item === before[index])).toBe(true);
    expect(after[5]).not.toBe(before[5]);
  });

  it('shows the files of a question that is not kept yet', () => {
    const file = { id: 'f', name: 'log.txt', mediaType: 'text/plain', bytes: 3 };
    const live = turn('t3', { conversationId: 'c', attachments: ['f', 'unknown'] }, asked('what is this?'));
    expect(view({ turns: [live], files: new Map([['f', file]]) })[0]).toMatchObject({ attachments: [file] });
  });

  it('adds to a kept answer what only its events tell', () => {
    const usage = { inputTokens: 5, outputTokens: 6, costMicros: 0 };
    const live = turn(
      't2',
      { conversationId: 'c' },
      { type: 'model-chosen', provider: 'p', model: 'm', leavesHouse: true, because: '' },
      { type: 'model-ended', provider: 'p', model: 'm', usage, firstTokenMs: 120, ms: 900, finish: 'stop' },
      ended,
    );
    const withModel = thread(
      kept.messages[2] ?? message('q', 'person', 't2', ''),
      message('a2', 'jarvis', 't2', 'second', { model: { provider: 'p', model: 'm', usage }, heard: 'sec' }),
    );
    expect(view({ thread: withModel, turns: [live] })[1]).toMatchObject({
      model: { leavesHouse: true, firstTokenMs: 120, usage },
      heard: 'sec',
    });
  });
});
