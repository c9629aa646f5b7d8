import type { ChatMessage } from '../../contract/chat.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { RelatedMessage } from '../conversations/search-messages.ts';
import { type BuiltContext, buildContext } from './build-context.ts';
import { searchTerms } from './content-words.ts';
import type { RetrievedText } from './context-parts.ts';
import { importanceOf, sentencesOf } from './importance.ts';
import { recall } from './recall.ts';

export interface ConversationContextRequest {
  store: ConversationStore;
  /** Absent: nothing was said before. */
  conversationId?: string;
  /** Message that is being answered: it and what follows it is no history. Absent: the question is not kept yet. */
  questionId?: string;
  /** Whose other conversations may be looked into; null: whoever sits at this machine. Undefined: nobody's. */
  person?: string | null;
  system: string;
  question: string;
  /** Ids of files that go with the question. */
  files?: readonly string[];
  /** From memory and the home, best first. */
  retrieved?: readonly RetrievedText[];
  budgetTokens: number;
  count(text: string): number;
}

/** Messages of the path that are read at once; older ones are found by search. */
const READ_AT_ONCE = 2000;
const MOST_FOUND = 100;
const MOST_FACTS = 100;
const MOST_ELSEWHERE = 20;
/** Other conversations speak up only for what clearly has to do with the question. */
const QUOTED_ELSEWHERE = 3;

/** The prompt for the next answer of a conversation: what is kept of it, of others of the same person, and of its files. Throws as `buildContext`. */
export function conversationContext(request: ConversationContextRequest): BuiltContext {
  const { store, conversationId, question, budgetTokens, count, system } = request;
  const path = conversationId === undefined ? [] : store.path(conversationId, READ_AT_ONCE + 1);
  const asked = path.findIndex(({ id }) => id === request.questionId);
  const thread = asked === -1 ? path : path.slice(0, asked);
  const before = thread.findLast(({ role }) => role === 'person')?.text;
  const terms = searchTerms(question);
  const wide = terms.length < 4 && before !== undefined ? [...terms, ...searchTerms(before)] : terms;
  const isCut = path.length > READ_AT_ONCE;
  const found = isCut && conversationId !== undefined ? foundInAll(store, conversationId, wide) : [];
  const elsewhere =
    request.person === undefined ? [] : store.related(terms, { person: request.person, except: conversationId ?? '' }, MOST_ELSEWHERE);
  const summary = conversationId === undefined ? undefined : store.summary(conversationId);
  return buildContext({
    system,
    thread,
    question: { text: question, files: store.files(request.files ?? []) },
    found: found.filter(({ id }) => id !== request.questionId),
    retrieved: [...(request.retrieved ?? []), ...quoted(question, elsewhere)],
    ...(summary !== undefined && { summary }),
    budgetTokens,
    count,
  });
}

/** Of a conversation too long to be read: what has to do with the question, and the facts that a person stated, oldest first. */
function foundInAll(store: ConversationStore, conversationId: string, terms: readonly string[]): ChatMessage[] {
  const words = store.personWords(conversationId);
  const order = new Map(words.map(({ id }, index) => [id, index]));
  const facts = words
    .map(({ id, text }) => ({ id, weight: Math.max(0, ...sentencesOf(text).map((sentence) => importanceOf(sentence, 'person'))) }))
    .sort((one, other) => other.weight - one.weight)
    .slice(0, MOST_FACTS)
    .flatMap(({ id }) => store.message(id) ?? []);
  const related = store.related(terms, { conversationId }, MOST_FOUND).map(({ message }) => message);
  const all = new Map([...facts, ...related].map((message) => [message.id, message]));
  return [...all.values()].sort((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
}

/** What a person said in another conversation, a sentence or two of it. */
function quoted(question: string, elsewhere: readonly RelatedMessage[]): RetrievedText[] {
  const titles = new Map(elsewhere.map(({ message, title }) => [message.id, title]));
  const said = elsewhere.map(({ message }) => message).filter(({ role }) => role === 'person');
  return recall(question, undefined, said)
    .filter(({ sentence }) => !sentence.endsWith('?') && sentencesOf(sentence).length > 0)
    .slice(0, QUOTED_ELSEWHERE)
    .map(({ message, sentence }) => ({
      from: `the person, on ${new Date(message.at).toISOString().slice(0, 10)}, in “${titles.get(message.id) ?? ''}”`,
      text: sentence,
      ...(message.taint !== undefined && { taint: message.taint }),
    }));
}
