import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ChatMessage } from '../../contract/chat.ts';
import type { Taint } from '../../contract/tool.ts';
import type { RetrievedText, RunningSummary } from './context-parts.ts';
import { cutText } from './cut-text.ts';
import { earlierBlock } from './earlier-block.ts';
import { fileBlock } from './file-block.ts';
import { asSaid, stepNote } from './message-text.ts';

export interface ContextRequest {
  /** Persona and rules. Never cut. */
  system: string;
  /** The path that is shown, oldest first, without the question. */
  thread: readonly ChatMessage[];
  question: { text: string; files?: readonly { name: string; text: string }[] };
  /** Messages of this thread that a search found for the question: looked at first when the thread is too long to look at all of it. */
  found?: readonly ChatMessage[];
  retrieved?: readonly RetrievedText[];
  summary?: RunningSummary;
  /** Tokens that the prompt may take, by `count`. */
  budgetTokens: number;
  count(text: string): number;
}

export interface BuiltContext {
  prompt: LanguageModelV4Prompt;
  /** By the same count. */
  tokens: number;
  /** Text from outside that the prompt holds: a turn that is answered with it has read it. */
  taint: Taint[];
}

/** The question with the system prompt is longer than the model can take. `message` is a sentence for people. */
export class ContextTooSmallError extends Error {
  constructor() {
    super('That is more than this model can take in at once.');
    this.name = 'ContextTooSmallError';
  }
}

/** What a chat template puts around a message, in tokens. */
const MESSAGE_TOKENS = 5;
/** Of what is left after system prompt and question. */
const FILES_SHARE = 0.4;
const EARLIER_SHARE = 0.45;
/** The last question and its answer stay whole up to this share, then they are cut. */
const LAST_SHARE = 0.5;
/** The window moves in steps of so many messages, so that a model can reuse what it has evaluated. */
const WINDOW_STEP = 8;
/** Thread that is looked at sentence by sentence; messages. */
const LONGEST_LOOK = 4000;

/**
 * A prompt that fits: system prompt; the newest turns whole; and with the question itself, in the person's message, what is worth knowing of all older turns,
 * what was retrieved, and files. Only the system prompt speaks as the system: nothing that somebody said gets there. Throws `ContextTooSmallError`.
 */
export function buildContext(request: ContextRequest): BuiltContext {
  const { system, thread, question, count } = request;
  const fixed = count(system) + count(question.text) + 2 * MESSAGE_TOKENS;
  const room = request.budgetTokens - fixed;
  if (room < 0) throw new ContextTooSmallError();

  const files = fileBlock(question.files ?? [], question.text, Math.floor(room * FILES_SHARE), count);
  const left = room - files.tokens;
  const costs = costsFromEnd(thread, left, count);
  const retrieved = request.retrieved ?? [];
  const isWhole = retrieved.length === 0 && costs.reduce((sum, each) => sum + each, 0) <= left;

  const earlierTokens = isWhole ? 0 : Math.floor(left * EARLIER_SHARE);
  const start = isWhole ? 0 : windowStart(thread, costs, left - earlierTokens);
  const older = thread.slice(Math.max(0, start - LONGEST_LOOK), start);
  const inWindow = new Set(thread.slice(start).map(({ id }) => id));
  const found = (request.found ?? []).filter(({ id }) => !inWindow.has(id) && !older.some((each) => each.id === id));
  const before = thread.findLast(({ role }) => role === 'person')?.text;
  const summary =
    request.summary !== undefined && thread.some(({ id }) => id === request.summary?.upTo) && start > 0 ? request.summary : undefined;
  const earlier = earlierBlock({
    question: question.text,
    before,
    older: [...found, ...older],
    summary,
    retrieved,
    tokens: earlierTokens,
    count,
  });

  const kept = thread.slice(start);
  const lastTokens = Math.max(0, left - earlier.tokens);
  const { messages, notes } = spokenTurns(kept, lastTokens, costs.slice(start), count);
  const asked = [earlier.text, files.text, notes, question.text].filter((part) => part !== '').join('\n\n');
  const prompt: LanguageModelV4Prompt = [{ role: 'system', content: system }, ...joined([...messages, { role: 'person', text: asked }])];
  return {
    prompt,
    tokens: tokensOf(prompt, count),
    taint: taintOf([...kept.flatMap((each) => each.taint ?? []), ...earlier.taint, ...files.taint]),
  };
}

/** Tokens of each message, counted from the newest until they are more than fit; older ones count as endless. */
function costsFromEnd(thread: readonly ChatMessage[], tokens: number, count: (text: string) => number): number[] {
  const costs = new Array<number>(thread.length).fill(Number.POSITIVE_INFINITY);
  let sum = 0;
  for (let index = thread.length - 1; index >= 0 && sum <= tokens; index -= 1) {
    const message = thread[index];
    if (message === undefined) break;
    const cost = count(asSaid(message)) + MESSAGE_TOKENS + stepTokens(message, count);
    costs[index] = cost;
    sum += cost;
  }
  return costs;
}

/** Index of the first message that stays whole: a person's, on a step that moves seldom; the last question and answer always stay. */
function windowStart(thread: readonly ChatMessage[], costs: readonly number[], tokens: number): number {
  let first = thread.length;
  let sum = 0;
  while (first > 0 && sum + (costs[first - 1] ?? 0) <= tokens) {
    first -= 1;
    sum += costs[first] ?? 0;
  }
  const last = Math.max(
    0,
    thread.findLastIndex(({ role }) => role === 'person'),
  );
  let start = first === 0 ? 0 : Math.ceil(first / WINDOW_STEP) * WINDOW_STEP;
  while (start < last && thread[start]?.role !== 'person') start += 1;
  return Math.min(start, last);
}

interface Turn {
  role: ChatMessage['role'];
  text: string;
}

/** The window as turns; what was done in a turn is noted with the person's next words, or a model would take such notes for its own way to act. */
function spokenTurns(
  kept: readonly ChatMessage[],
  tokens: number,
  costs: readonly number[],
  count: (text: string) => number,
): { messages: Turn[]; notes: string } {
  const isTooLong = costs.reduce((sum, each) => sum + each, 0) > tokens;
  const each = Math.floor((tokens * LAST_SHARE) / Math.max(1, kept.length)) - MESSAGE_TOKENS;
  const messages: Turn[] = [];
  let notes = '';
  for (const message of kept) {
    const said = isTooLong ? cutText(asSaid(message), each, count) : asSaid(message);
    if (said !== '') messages.push({ role: message.role, text: message.role === 'person' && notes !== '' ? `${notes}\n\n${said}` : said });
    if (message.role === 'person') notes = '';
    notes = [notes, isTooLong ? cutText(stepNote(message), each, count) : stepNote(message)].filter((part) => part !== '').join('\n');
  }
  return { messages, notes };
}

function stepTokens(message: ChatMessage, count: (text: string) => number): number {
  const note = stepNote(message);
  return note === '' ? 0 : count(note) + 2;
}

/** Templates want person and assistant in turn, the person first. */
function joined(turns: readonly Turn[]): LanguageModelV4Message[] {
  const groups: Turn[] = [];
  for (const { role, text } of turns) {
    const last = groups.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else if (last !== undefined || role === 'person') groups.push({ role, text });
  }
  return groups.map(({ role, text }) => ({ role: role === 'person' ? 'user' : 'assistant', content: [{ type: 'text', text }] }));
}

function tokensOf(prompt: LanguageModelV4Prompt, count: (text: string) => number): number {
  return prompt.reduce((sum, { content }) => {
    const text = typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return sum + count(text) + MESSAGE_TOKENS;
  }, 0);
}

function taintOf(taints: readonly Taint[]): Taint[] {
  return [...new Map(taints.map((each) => [`${each.origin} ${each.name ?? ''}`, each])).values()];
}
