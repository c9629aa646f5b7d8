import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { whichQuestion } from './ask-back.ts';
import { carryOut } from './carry-out.ts';
import { ANSWER_MS, type OpenQuestion, readAnswer } from './dialogue.ts';
import { fallBack } from './fall-back.ts';
import type { TurnContext, TurnRequest, TurnResult, TurnServices } from './turn-context.ts';
import { reply } from './turn-context.ts';
import { TurnTaint } from './turn-taint.ts';

export type { TurnRequest, TurnResult, TurnServices } from './turn-context.ts';

/** Characters that a command may have. */
const LONGEST_COMMAND = 1000;

/** What the words of a turn come to. */
type Heard =
  /** Agreed to: an answer to a question, or a command whose time has come. */
  { type: 'agreed'; matches: readonly IntentMatch[] } | { type: 'declined' } | { type: 'new'; understanding: Understanding };

/**
 * From text to effect and words: understands, plans, calls through the gate, says what was seen. Emits every event from `intent-matched` to
 * `reply-ended`. Parts of a compound sentence run in order, each judged by itself. Rejects only with the signal's reason.
 */
export async function runTurn(
  request: TurnRequest,
  open: OpenQuestion | undefined,
  services: TurnServices,
  emit: (event: TurnEventBody) => void,
  signal: AbortSignal,
): Promise<TurnResult> {
  const taint = new TurnTaint(emit);
  for (const each of request.taint ?? []) taint.add(each);
  const context: TurnContext = { request, services, view: services.view(request.room), emit, signal, taint };
  const question = open !== undefined && context.view.now <= open.until ? open : undefined;
  const result = await carryOn(listen(question, context), question, context);
  const left = taint.left();
  return left === undefined ? result : { ...result, taint: left };
}

async function carryOn(heard: Heard, question: OpenQuestion | undefined, context: TurnContext): Promise<TurnResult> {
  switch (heard.type) {
    case 'declined':
      reply('All right, I have left everything as it is.', context);
      return { ended: true };
    case 'agreed':
      if (context.request.matches === undefined) for (const each of question?.taint ?? []) context.taint.add(each);
      return carryOut({ matches: heard.matches, agreed: true }, context);
    case 'new':
      return answerNew(heard.understanding, question, context);
  }
}

/** An open question is answered first; whatever is no answer is heard as something new. */
function listen(question: OpenQuestion | undefined, { request, services, view }: TurnContext): Heard {
  if (request.matches !== undefined) return { type: 'agreed', matches: request.matches };
  const answer = question === undefined ? undefined : readAnswer(request.text, question, view);
  if (answer?.type === 'chosen') return { type: 'agreed', matches: answer.matches };
  if (answer?.type === 'declined') return { type: 'declined' };
  // A letter is no command, whatever sentences are in it.
  if (request.text.length > LONGEST_COMMAND) return { type: 'new', understanding: { type: 'none', reason: 'no-match' } };
  const hearing = { before: request.before ?? [], ...(request.room === undefined ? {} : { room: request.room }) };
  return { type: 'new', understanding: services.phrasebook().understand(request.text, hearing) };
}

async function answerNew(understanding: Understanding, question: OpenQuestion | undefined, context: TurnContext): Promise<TurnResult> {
  switch (understanding.type) {
    case 'matched':
      return carryOut({ matches: understanding.matches, unclear: understanding.unclear ?? [], agreed: false }, context);
    case 'ambiguous': {
      const { match, which } = understanding;
      const asked = whichQuestion(which, context.view);
      reply(asked, context, true);
      return { ended: false, question: { kind: 'choice', match, which, asked, until: context.services.clock.now() + ANSWER_MS } };
    }
    case 'none':
      if (question === undefined || question.kind === 'free') return fallBack(understanding, context, question?.conversationId);
      return askAgain(question, context);
  }
}

/** A wrong answer is asked for once more, then the matter is dropped. */
function askAgain(question: OpenQuestion, context: TurnContext): TurnResult {
  if (question.repeated === true) {
    reply('I still do not know, so I have left it as it is.', context);
    return { ended: true };
  }
  reply(`Sorry, I did not catch that. ${question.asked}`, context, true);
  return { ended: false, question: { ...question, repeated: true, until: context.services.clock.now() + ANSWER_MS } };
}
