import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Broadcast } from '../../contract/broadcast.ts';
import type { ChatConversation } from '../../contract/chat.ts';
import type { Approval } from '../../contract/tool.ts';
import type { Plan, TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';
import type { ChatDoor, ChatDoorEvent, ChatQuestion } from './chat-door.ts';
import { ChatSession } from './chat-session.ts';
import { ChatTerminal } from './chat-terminal.ts';

const CONVERSATION: ChatConversation = {
  id: 'c1',
  title: 'Talk',
  named: false,
  createdAt: 0,
  updatedAt: 0,
  messages: 0,
  head: null,
  preview: '',
};
const APPROVAL: Approval = {
  id: 'a1',
  turnId: 't1',
  tool: 'home.call-service',
  sentence: 'Unlock the front door',
  input: {},
  risk: 'guarded',
  permissions: [],
  source: 'cli',
  digest: '',
  askedAt: 0,
  expiresAt: 1,
};
const step = (stepId: string, title: string): Plan['steps'][number] => ({
  stepId,
  title,
  tool: 'x',
  input: {},
  risk: 'change',
  after: [],
  state: 'waiting',
});
const PLAN: Plan = { planId: 'p1', version: 1, title: 'Evening', steps: [step('s1', 'Lights'), step('s2', 'Blinds'), step('s3', 'Music')] };

/** A chat with a person at a terminal, and a JARVIS that does what the test says. */
function stage() {
  const all = new Broadcast<ChatDoorEvent>();
  const input = new PassThrough();
  let screen = '';
  const output = new PassThrough();
  output.on('data', (text) => (screen += String(text)));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    screen += String(text);
    return true;
  });
  const asked: ChatQuestion[] = [];
  const calls: string[] = [];
  const refuse = (): never => {
    throw new Error('not asked for in this test');
  };
  const door: ChatDoor = {
    async ask(question) {
      asked.push(question);
      return `t${asked.length}`;
    },
    async stop(turnId) {
      calls.push(`stop ${turnId}`);
    },
    async *events(signal) {
      const events = all.subscribe(signal);
      const first = events.next();
      yield { type: 'ready' };
      const { value, done } = await first;
      if (done !== true) yield value;
      yield* events;
    },
    async answer(id, { approved }) {
      calls.push(`answer ${id} ${approved}`);
    },
    async nobody({ id }) {
      calls.push(`nobody ${id}`);
    },
    async answerPlan(planId, version, approved) {
      calls.push(`plan ${planId} ${version} ${approved.join('+')}`);
      return { accepted: true };
    },
    conversations: async () => [],
    conversation: refuse,
    start: async () => CONVERSATION,
    search: refuse,
    export: refuse,
    mind: refuse,
    saveMind: refuse,
  };
  const told: TurnEvent[] = [];
  const terminal = new ChatTerminal({ input, output, isTerminal: true });
  const session = new ChatSession({ door, terminal, tell: (event) => told.push(event), conversation: { new: true } });
  const running = session.run(new AbortController().signal).finally(() => terminal[Symbol.dispose]());
  const tell = (body: TurnEventBody, turnId = `t${asked.length}`): void => all.publish({ type: 'turn', event: { ...body, turnId, at: 0 } });
  const until = (look: () => boolean): Promise<void> => vi.waitFor(() => expect(look()).toBe(true));
  return {
    session,
    terminal,
    running,
    asked,
    calls,
    told,
    tell,
    publish: (event: ChatDoorEvent) => all.publish(event),
    screen: () => screen,
    until,
    type: (text: string) => input.write(text),
    async ask(text: string) {
      const before = asked.length;
      input.write(`${text}\n`);
      await until(() => asked.length === before + 1);
      await setImmediate();
    },
  };
}

afterEach(() => vi.restoreAllMocks());

describe('a chat at a terminal', () => {
  test.each([
    ['y', true],
    ['yes', true],
    ['n', false],
    ['', false],
    ['perhaps', false],
  ])('an approval answered with "%s" is %s', async (answer, approved) => {
    const { ask, publish, type, calls, tell, until, screen, running } = stage();
    await ask('open up');
    publish({ type: 'approval-asked', approval: APPROVAL });
    await until(() => screen().includes('Unlock the front door? (y/N)'));
    type(`${answer}\n`);
    await until(() => calls.length === 1);
    expect(calls).toEqual([`answer a1 ${approved}`]);
    tell({ type: 'turn-ended' });
    type('/quit\n');
    expect(await running).toBe(true);
  });

  test('an approval of another turn is not asked about, and one answered elsewhere asks no more', async () => {
    const { ask, publish, type, calls, tell, until, screen, running, asked } = stage();
    await ask('open up');
    publish({ type: 'approval-asked', approval: { ...APPROVAL, id: 'other', turnId: 't9', sentence: 'Sell the house' } });
    publish({ type: 'approval-asked', approval: APPROVAL });
    await until(() => screen().includes('Unlock the front door?'));
    publish({ type: 'approval-ended', approvalId: 'a1', approved: true } as ChatDoorEvent);
    tell({ type: 'turn-ended' });
    await until(() => screen().split('› ').length > 2);
    type('y\n');
    await until(() => asked.length === 2);
    expect(calls).toEqual([]);
    expect(screen()).not.toContain('Sell the house');
    tell({ type: 'turn-ended' });
    type('/quit\n');
    await running;
  });

  test.each([
    ['y', 's1+s2+s3'],
    ['n', ''],
    ['1,3', 's1+s3'],
    ['2-3', 's2+s3'],
  ])('a plan answered with "%s" is agreed to in these parts: %s', async (answer, steps) => {
    const { ask, tell, type, calls, until, screen, running } = stage();
    await ask('make it evening');
    tell({ type: 'plan-proposed', plan: PLAN });
    await until(() => screen().includes('numbers of the steps'));
    expect(screen()).toContain('2. Blinds');
    type('7\n');
    await until(() => screen().split('numbers of the steps').length === 3);
    type(`${answer}\n`);
    await until(() => calls.length === 1);
    expect(calls).toEqual([`plan p1 1 ${steps}`]);
    tell({ type: 'turn-ended' });
    type('/quit\n');
    await running;
  });

  test('Ctrl-C stops the answer, and again leaves', async () => {
    const { ask, session, calls, tell, until, running, screen } = stage();
    await ask('talk');
    session.interrupt();
    await until(() => calls.includes('stop t1'));
    tell({ type: 'turn-failed', failure: { code: 'cancelled' } });
    tell({ type: 'turn-ended' });
    await until(() => screen().includes('(stopped)'));
    session.interrupt();
    expect(await running).toBe(true);
  });

  test('/stop stops the answer, what else is typed meanwhile is asked after it', async () => {
    const { ask, type, calls, tell, until, running, asked } = stage();
    await ask('talk');
    type('and then\n');
    await setImmediate();
    await new Promise((resolve) => setTimeout(resolve, 40));
    type('/stop\n');
    await until(() => calls.includes('stop t1'));
    expect(asked).toHaveLength(1);
    tell({ type: 'turn-ended' });
    await until(() => asked.length === 2);
    expect(asked[1]).toMatchObject({ text: 'and then', conversationId: 'c1' });
    tell({ type: 'turn-ended' });
    type('/quit\n');
    await running;
  });

  test('lines that are pasted, or stand between marks, are one message', async () => {
    const { type, tell, until, running, asked } = stage();
    await setImmediate();
    type('look at this:\nline one\nline two\n');
    await until(() => asked.length === 1);
    expect(asked[0]?.text).toBe('look at this:\nline one\nline two');
    tell({ type: 'turn-ended' });
    await setImmediate();
    type('"""\nfirst\n\nsecond\n"""\n');
    await until(() => asked.length === 2);
    expect(asked[1]?.text).toBe('first\n\nsecond');
    tell({ type: 'turn-ended' });
    type('/quit\n');
    await running;
  });

  test('events that come before the turn is known are not lost', async () => {
    const { type, publish, until, told, running, asked } = stage();
    await setImmediate();
    type('hello\n');
    await until(() => asked.length === 1);
    publish({ type: 'turn', event: { type: 'reply-ended', text: 'Hello.', turnId: 't1', at: 0 } });
    publish({ type: 'turn', event: { type: 'turn-ended', turnId: 't1', at: 1 } });
    await until(() => told.length === 2);
    type('/quit\n');
    await running;
  });
});
