import type { Attachment, ChatMessage, ChatSource, ChatThread } from '../../contract/chat.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { Source, Taint } from '../../contract/tool.ts';
import { type LiveAnswer, liveAnswer, type ShownModel, type ShownStep } from './live-answer.ts';
import type { PlanView } from './plan-view.ts';

/** Which of several versions is shown; ids of messages in the order they were made. */
export interface Versions {
  ids: string[];
  /** From 0. */
  shown: number;
}

export interface ShownQuestion {
  type: 'question';
  key: string;
  turnId: string;
  /** Absent until it is kept. */
  messageId?: string;
  parentId?: string | null;
  text: string;
  /** ms since the epoch */
  at: number;
  attachments: Attachment[];
  source: Source;
  person?: string;
  versions?: Versions;
}

export interface ShownAnswer {
  type: 'answer';
  key: string;
  turnId: string;
  messageId?: string;
  /** Markdown. */
  text: string;
  /** ms since the epoch */
  at: number;
  steps: ShownStep[];
  plans: PlanView[];
  sources: ChatSource[];
  taint: Taint[];
  model?: ShownModel;
  switches: string[];
  round?: { step: number; of: number };
  /** Of an answer that was said and broken off. */
  heard?: string;
  failed?: string;
  stopped: boolean;
  /** Still being given. */
  live: boolean;
  versions?: Versions;
}

export type ShownItem = ShownQuestion | ShownAnswer;

export interface ChatSight {
  /** As it was fetched last; undefined: nothing is kept of it yet. */
  thread: ChatThread | undefined;
  conversationId: string | undefined;
  /** Of the whole page, oldest first. */
  turns: readonly TurnRecord[];
  /** Turns that had ended when `thread` was asked for: of those only what is kept is true. */
  settled: ReadonlySet<string>;
  /** Files by id, of questions that are not kept yet. */
  files: ReadonlyMap<string, Attachment>;
  /** What was written here, by turn id. */
  typed: Readonly<Record<string, string>>;
}

/**
 * The conversation as it is shown: kept messages, and turns that are not kept yet, each turn once. A question that is asked anew or
 * edited hides what stood below until its answer is kept as another version. Messages whose turn has not moved keep their identity.
 */
export function chatView(sight: ChatSight): ShownItem[] {
  const { thread, conversationId, turns, settled } = sight;
  const messages = thread?.messages ?? [];
  const byId = new Map(turns.map((turn) => [turn.turnId, turn]));
  const questions = new Set(messages.filter(({ role }) => role === 'person').map(({ turnId }) => turnId));
  const answers = new Set(messages.filter(({ role }) => role === 'jarvis').map(({ turnId }) => turnId));
  const open = turns.filter((turn) => {
    if (answers.has(turn.turnId) || settled.has(turn.turnId)) return false;
    const { started } = liveAnswer(turn);
    return questions.has(turn.turnId) || (conversationId !== undefined && started?.conversationId === conversationId);
  });

  let items: ShownItem[] = messages.map((message) => keptItem(message, byId.get(message.turnId)));
  for (const turn of open) items = withTurn(items, liveAnswer(turn), sight);
  return items;
}

/** The answer that is being given in it, the newest where there are several. */
export function runningTurn(items: readonly ShownItem[]): string | undefined {
  return items.findLast((item) => item.type === 'answer' && item.live)?.turnId;
}

function withTurn(items: ShownItem[], live: LiveAnswer, sight: ChatSight): ShownItem[] {
  const { started } = live;
  const answer = openAnswer(live);
  const again = started?.again;
  // Its question is kept: the answer belongs right below it.
  const own = items.findIndex(
    (item) => item.type === 'question' && (again === undefined ? item.turnId === live.turnId : item.messageId === again),
  );
  if (own >= 0) {
    const below = items.slice(own + 1);
    // Anew: the version before is hidden. Otherwise somebody may have asked on meanwhile.
    return again === undefined ? [...items.slice(0, own + 1), answer, ...below] : [...items.slice(0, own + 1), answer];
  }
  // Another version is on show, and this turn is not part of it.
  if (again !== undefined) return items;
  const question = openQuestion(live, sight);
  const parentId = started?.parentId;
  if (parentId === undefined) return [...items, question, answer];
  if (parentId === null) return [question, answer];
  const parent = items.findIndex((item) => item.messageId === parentId);
  return parent < 0 ? items : [...items.slice(0, parent + 1), question, answer];
}

function openQuestion(live: LiveAnswer, { typed, files }: ChatSight): ShownQuestion {
  const { started } = live;
  return {
    type: 'question',
    key: `question ${live.turnId}`,
    turnId: live.turnId,
    text: typed[live.turnId] ?? live.question,
    at: live.startedAt,
    attachments: (started?.attachments ?? []).flatMap((id) => files.get(id) ?? []),
    source: started?.source ?? 'page',
    ...(started?.parentId !== undefined && { parentId: started.parentId }),
  };
}

function openAnswer(live: LiveAnswer): ShownAnswer {
  const { turnId, text, startedAt, steps, plans, sources, taint, model, switches, round, failed, stopped, ended } = live;
  return {
    type: 'answer',
    key: `answer ${turnId}`,
    turnId,
    text,
    at: startedAt,
    steps,
    plans,
    sources,
    taint,
    switches,
    stopped,
    live: !ended,
    ...(model !== undefined && { model }),
    ...(round !== undefined && { round }),
    ...(failed !== undefined && { failed }),
  };
}

type KeptMessage = ChatThread['messages'][number];
const kept = new WeakMap<ChatMessage, { turn: TurnRecord | undefined; item: ShownItem }>();

function keptItem(message: KeptMessage, turn: TurnRecord | undefined): ShownItem {
  const before = kept.get(message);
  if (before !== undefined && before.turn === turn) return before.item;
  const item = message.role === 'person' ? keptQuestion(message) : keptAnswer(message, turn);
  kept.set(message, { turn, item });
  return item;
}

function versionsOf({ id, siblings }: KeptMessage): { versions?: Versions } {
  const shown = siblings.indexOf(id);
  return siblings.length > 1 && shown >= 0 ? { versions: { ids: siblings, shown } } : {};
}

function keptQuestion(message: KeptMessage): ShownQuestion {
  const { id, turnId, parentId, text, at, attachments, source, person } = message;
  return {
    type: 'question',
    // The same as before it was kept, so that what is on show stays where it is.
    key: `question ${turnId}`,
    turnId,
    messageId: id,
    parentId,
    text,
    at,
    attachments,
    source,
    ...(person !== undefined && { person }),
    ...versionsOf(message),
  };
}

/** What is kept is what is true; the events add what is not kept. */
function keptAnswer(message: KeptMessage, turn: TurnRecord | undefined): ShownAnswer {
  const { id, turnId, text, at, steps, sources, taint = [], heard, stopped = false } = message;
  const live = turn === undefined ? undefined : liveAnswer(turn);
  const model = message.model === undefined ? live?.model : { ...live?.model, ...message.model };
  const failed = live?.failed;
  return {
    type: 'answer',
    key: `answer ${turnId}`,
    turnId,
    messageId: id,
    // Kept before its last words were there: amended a moment later.
    text: text === '' && live !== undefined ? live.text : text,
    at,
    steps: steps.length >= (live?.steps.length ?? 0) ? steps : (live?.steps ?? []),
    plans: live?.plans ?? [],
    sources,
    taint,
    switches: live?.switches ?? [],
    stopped,
    live: live !== undefined && !live.ended,
    ...(model !== undefined && { model }),
    ...(heard !== undefined && { heard }),
    // A failure without an answer is kept as the answer itself.
    ...(failed !== undefined && failed !== text && { failed }),
    ...versionsOf(message),
  };
}
