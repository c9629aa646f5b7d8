import type { Home } from '../../iot/home.ts';
import type { WyomingAnswer, WyomingQuestion } from '../wyoming/wyoming-server.ts';
import { answerText, type TextAnswer } from './answer-text.ts';
import { areaIdOf } from './area-id.ts';
import type { Conversation } from './conversation.ts';
import type { TurnJournal } from './turn-journal.ts';

interface AgentParts {
  home: Home;
  conversation: Conversation;
  journal: TurnJournal;
  /** Area id of the room that this machine stands in. */
  state: { readonly room: string | undefined };
  newId(): string;
}

interface Question {
  text: string;
  conversation_id?: string | null | undefined;
  language?: string | null | undefined;
  room?: string | null | undefined;
}

const CODES = { 'not-understood': 'no_intent_match', failed: 'failed_to_handle' } as const;
const TYPES = { done: 'action_done', answered: 'query_answer', 'not-understood': 'error', failed: 'error' } as const;

/** One sentence answered in the shape of Home Assistant's `conversation/process`. */
export async function converse(parts: AgentParts, question: Question, signal: AbortSignal) {
  const answer = await answerText(parts, inRoom(parts, question.text, question.room ?? undefined), signal);
  const code = answer.outcome === 'not-understood' || answer.outcome === 'failed' ? { code: CODES[answer.outcome] } : {};
  return {
    response: {
      response_type: TYPES[answer.outcome],
      language: 'en',
      speech: { plain: { speech: answer.text } },
      data: code,
    },
    conversation_id: question.conversation_id ?? parts.newId(),
    continue_conversation: answer.continues,
  };
}

/** One sentence that came by Wyoming; the room is that of the satellite which heard it, where the home knows it. */
export async function answerWyoming(parts: AgentParts, question: WyomingQuestion, signal: AbortSignal): Promise<WyomingAnswer> {
  const area = question.satelliteId === undefined ? undefined : parts.home.entity(question.satelliteId)?.area;
  const answer: TextAnswer = await answerText(parts, inRoom(parts, question.text, area), signal);
  return { text: answer.text, handled: answer.outcome === 'done' || answer.outcome === 'answered' };
}

/** A room that the home does not know is no room; where none is told, it is that of this machine. */
export function inRoom(
  { home, state }: Pick<AgentParts, 'home' | 'state'>,
  text: string,
  named: string | undefined,
): { text: string; room?: string } {
  const room = (named === undefined ? undefined : areaIdOf(home.snapshot(), named)) ?? state.room;
  return room === undefined ? { text } : { text, room };
}
