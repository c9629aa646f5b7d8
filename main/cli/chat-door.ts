import { Broadcast } from '../../contract/broadcast.ts';
import type { ChatConversation, ChatHit, ChatThread } from '../../contract/chat.ts';
import { jarvisInterface } from '../../contract/interface.ts';
import type { MindSettings } from '../../contract/models.ts';
import type { MindReport } from '../../contract/models-interface.ts';
import type { Approval } from '../../contract/tool.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import type { Host } from '../host/host.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { chatPlaceOf } from '../mind/chat-place.ts';
import { chatProcedures } from '../mind/chat-procedures.ts';
import { roomIn } from './home-of.ts';
import { callRunning } from './mind-call.ts';
import { complain } from './output.ts';
import { type CommandHostOptions, type TerminalAnswer, withHost } from './run-host.ts';

export interface ChatQuestion {
  text: string;
  /** Area id or name. */
  room?: string;
  dryRun?: boolean;
  conversationId?: string;
  /** The person's message that is answered anew. */
  again?: string;
}

export type ChatDoorEvent =
  /** From here on nothing is missed. */
  | { type: 'ready' }
  | { type: 'turn'; event: TurnEvent }
  | { type: 'approval-asked'; approval: Approval }
  | { type: 'approval-ended'; approvalId: string };

/** Talking with JARVIS: with the one that runs, or with one started for it. */
export interface ChatDoor {
  /** Id of the turn. */
  ask(question: ChatQuestion): Promise<string>;
  stop(turnId: string): Promise<void>;
  /** Rejects when the other side goes away. */
  events(signal: AbortSignal): AsyncIterable<ChatDoorEvent>;
  answer(approvalId: string, answer: TerminalAnswer): Promise<void>;
  /** Nobody sits here who could say yes. */
  nobody(approval: Approval): Promise<void>;
  answerPlan(planId: string, version: number, approved: string[]): Promise<{ accepted: boolean; reason?: string | undefined }>;
  conversations(limit: number): Promise<ChatConversation[]>;
  conversation(id: string): Promise<ChatThread>;
  start(): Promise<ChatConversation>;
  search(words: string): Promise<ChatHit[]>;
  export(id: string, format: 'markdown' | 'json'): Promise<{ name: string; text: string }>;
  mind(): Promise<MindReport>;
  saveMind(change: Partial<MindSettings>): Promise<MindReport>;
}

/** The running JARVIS, unless a home or sentences of its own are given; else one for the length of `use`. */
export async function withChatDoor<T>(
  options: Omit<CommandHostOptions, 'voice' | 'interactive'>,
  use: (door: ChatDoor, ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const isOwn = options.home !== undefined || options.phrasebook.length > 0 || !options.builtIn;
  const running = isOwn ? undefined : await findRunningHost();
  if (running !== undefined) return use(ofRunning(running), new AbortController().signal);
  return withHost({ ...options, voice: false, interactive: true }, (host, signal) => use(ofHost(host), signal));
}

function ofRunning(running: RunningHost): ChatDoor {
  const api = jarvisInterface;
  return {
    ask: async (question) => (await callRunning(running, api.ask, question)).turnId,
    async stop(turnId) {
      await callRunning(running, api.stopTurn, { turnId });
    },
    async *events(signal) {
      for await (const event of running.events(signal)) {
        if (event.type === 'snapshot') yield { type: 'ready' };
        else if (event.type === 'turn-event') yield { type: 'turn', event: event.event };
        else if (event.type === 'approval-asked') yield { type: 'approval-asked', approval: event.approval };
        else if (event.type === 'approval-ended') yield { type: 'approval-ended', approvalId: event.approvalId };
      }
    },
    async answer(approvalId, answer) {
      await callRunning(running, api.answerApproval, { approvalId, by: 'cli', ...answer });
    },
    // Without a terminal the page may still answer.
    nobody: async () => undefined,
    answerPlan: (planId, version, approved) => callRunning(running, api.answerPlan, { planId, version, approved }),
    conversations: (limit) => callRunning(running, api.conversations, { limit }),
    conversation: (id) => callRunning(running, api.conversation, { id }),
    start: () => callRunning(running, api.startConversation),
    search: (words) => callRunning(running, api.searchConversations, { words }),
    export: (id, format) => callRunning(running, api.exportConversation, { id, format }),
    mind: () => callRunning(running, api.mind),
    saveMind: (change) => callRunning(running, api.saveMind, change),
  };
}

function ofHost(host: Host): ChatDoor {
  const caller = { source: 'api' } as const;
  const chat = chatProcedures({
    conversations: () => host.mind.conversations(),
    plans: host.mind.plans,
    conversation: host.conversation,
    publish: () => undefined,
  });
  return {
    async ask({ text, room, dryRun, ...place }) {
      const where = room === undefined ? host.settings.room : roomIn(host.home.snapshot(), room);
      const at = chatPlaceOf(place, host.mind.conversations());
      return host.conversation.ask(text, {
        source: 'cli',
        dryRun: dryRun ?? false,
        ...(where === undefined ? {} : { room: where }),
        ...(at === undefined ? {} : { chat: at }),
      });
    },
    async stop(turnId) {
      host.conversation.stop(turnId);
    },
    async *events(signal) {
      const all = new Broadcast<ChatDoorEvent>();
      const events = all.subscribe(signal);
      const first = events.next();
      const turns = async (): Promise<void> => {
        for await (const event of host.journal.events(signal)) all.publish({ type: 'turn', event });
      };
      const approvals = async (): Promise<void> => {
        for await (const change of host.approvals.changes(signal))
          all.publish(
            change.type === 'asked'
              ? { type: 'approval-asked', approval: change.approval }
              : { type: 'approval-ended', approvalId: change.answer.approvalId },
          );
      };
      const following = Promise.all([turns(), approvals()]);
      yield { type: 'ready' };
      const { value, done } = await first;
      if (done !== true) {
        yield value;
        yield* events;
      }
      await following;
    },
    async answer(approvalId, answer) {
      host.approvals.give({ approvalId, by: 'cli', ...answer });
    },
    async nobody({ id, sentence }) {
      complain(`${sentence}? Nobody is here to approve it, so the answer is no.`);
      host.approvals.nobody(id);
    },
    answerPlan: async (planId, version, approved) => chat.answerPlan({ planId, version, approved }, caller),
    conversations: async (limit) => chat.conversations({ limit }, caller),
    conversation: async (id) => chat.conversation({ id }, caller),
    start: async () => chat.startConversation(undefined, caller),
    search: async (words) => chat.searchConversations({ words }, caller),
    export: async (id, format) => chat.exportConversation({ id, format }, caller),
    mind: async () => host.mind.report(),
    saveMind: (change) => host.mind.save(change),
  };
}
