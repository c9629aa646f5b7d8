import { z } from 'zod';
import type { ChatMessage } from '../../contract/chat.ts';
import { ChatThreadSchema } from '../../contract/chat.ts';
import type { MindChange } from '../../contract/models-interface.ts';
import { type MindReport, MindReportSchema } from '../../contract/models-interface.ts';
import type { Plan, TurnEvent, TurnEventOf } from '../../contract/turn-event.ts';
import { logOf } from './mind-log.ts';
import { type HostPlace, type RunningHost, startHost } from './running-host.ts';

/** How a person behaves while a turn runs. */
export interface Person {
  /** To what the gate asks; a yes where absent. */
  approves?(event: TurnEventOf<'approval-asked'>): boolean | undefined;
  /** Steps of a plan that may be done; all where absent, undefined: no answer. */
  agrees?(plan: Plan): readonly string[] | undefined;
}

export interface Asked {
  conversationId?: string;
  parentId?: string | null;
  again?: string;
  attachments?: string[];
  room?: string;
  dryRun?: boolean;
}

export interface PlayedTurn {
  turnId: string;
  events: TurnEvent[];
  /** Without ids and times, a line each. */
  log: string;
  /** As it is said. */
  reply: string;
  rich: string | undefined;
}

/** A running host whose mind can be set and asked. */
export interface MindHost extends RunningHost {
  save(change: MindChange): Promise<MindReport>;
  report(): Promise<MindReport>;
  /** Starts a turn, and answers nothing that it asks. */
  begin(text: string, asked?: Asked): Promise<string>;
  eventsOf(turnId: string): TurnEvent[];
  /** One question to the end of its turn. */
  turn(text: string, asked?: Asked, person?: Person): Promise<PlayedTurn>;
  /** Answers what a turn asks, to its end. */
  follow(turnId: string, person?: Person): Promise<PlayedTurn>;
  post(path: string, body?: unknown): Promise<unknown>;
  get(path: string): Promise<unknown>;
  /** The path of a conversation that is shown. */
  messages(conversationId: string): Promise<ChatMessage[]>;
  startConversation(): Promise<string>;
}

const TURN_MS = 45_000;
const IdSchema = z.object({ id: z.string() });

export async function startMindHost(settings = '', place: HostPlace = {}): Promise<MindHost> {
  const host = await startHost(settings, place);
  const wellDone = ({ status, answer }: { status: number; answer: unknown }): unknown => {
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(answer).slice(0, 800)}`);
    return answer;
  };
  const post = async (path: string, body?: unknown): Promise<unknown> => wellDone(await host.call('POST', path, body));
  const get = async (path: string): Promise<unknown> => wellDone(await host.call('GET', path));
  const eventsOf = (turnId: string): TurnEvent[] =>
    host.events.flatMap((event) => (event.type === 'turn-event' && event.event.turnId === turnId ? [event.event] : []));

  const begin: MindHost['begin'] = async (text, asked = {}) =>
    z.object({ turnId: z.string() }).parse(await post('/ask', { text, ...asked })).turnId;

  const follow: MindHost['follow'] = async (turnId, person = {}) => {
    let seen = 0;
    const answer = (event: TurnEvent): void => {
      if (event.type === 'approval-asked') {
        const approved = person.approves === undefined ? true : person.approves(event);
        if (approved !== undefined) void post('/approvals/answer', { approvalId: event.approvalId, approved });
      } else if (event.type === 'plan-proposed') {
        const { planId, version, steps } = event.plan;
        const waiting = steps.filter(({ state }) => state === 'waiting').map(({ stepId }) => stepId);
        const approved = person.agrees === undefined ? waiting : person.agrees(event.plan);
        // Looking alone asks nobody, and what was agreed to before is not asked again: then there is nothing to answer.
        if (approved !== undefined) void answerPlan(planId, version, approved);
      }
    };
    const answerPlan = async (planId: string, version: number, approved: readonly string[]): Promise<void> => {
      await host.call('POST', '/plans/answer', { planId, version, approved });
    };
    await host.until(() => {
      const events = eventsOf(turnId);
      for (; seen < events.length; seen += 1) {
        const event = events[seen];
        if (event !== undefined) answer(event);
      }
      return events.some(({ type }) => type === 'turn-ended') || undefined;
    }, TURN_MS);
    const events = eventsOf(turnId);
    const ended = events.findLast((event) => event.type === 'reply-ended');
    return { turnId, events, log: logOf(events), reply: ended?.text ?? '', rich: ended?.rich };
  };

  return {
    ...host,
    post,
    get,
    begin,
    eventsOf,
    follow,
    turn: async (text, asked, person) => follow(await begin(text, asked), person),
    save: async (change) => MindReportSchema.parse(await post('/mind', change)),
    report: async () => MindReportSchema.parse(await get('/mind')),
    messages: async (id) => ChatThreadSchema.parse(await get(`/conversations/${id}`)).messages,
    startConversation: async () => IdSchema.parse(await post('/conversations')).id,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
