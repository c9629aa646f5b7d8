import { z } from 'zod';
import type { Failure } from '../../contract/failure.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { Understanding } from '../../contract/intent.ts';
import { sayState } from '../skills/questions.ts';
import { CONVERSE_TOOL, outputOf } from '../skills/records.ts';
import type { SkillView } from '../skills/skill.ts';
import { asSentence } from '../skills/wording.ts';
import { ANSWER_MS, type OpenQuestion } from './dialogue.ts';
import { MIND_TOOLS } from './mind.ts';
import { SaidSentences } from './said-sentences.ts';
import type { TurnContext, TurnResult } from './turn-context.ts';
import { callTool, reply } from './turn-context.ts';

type NotUnderstood = Extract<Understanding, { type: 'none' }>;

/** What the phrasebook does not know goes to the mind, else to Home Assistant's agent, else is declined with the nearest thing that works. */
export async function fallBack(none: NotUnderstood, context: TurnContext, conversationId: string | undefined): Promise<TurnResult> {
  if (none.reason === 'not-for-me') {
    // "What does the letter say", "who was the first on the moon": no wish for the home, and still a question for whoever can talk.
    const answered = none.detail === undefined ? await askMind(context) : undefined;
    if (answered !== undefined) return answered;
    const absent = none.detail === undefined ? context.services.mind?.whyNot?.() : undefined;
    reply([none.detail ?? 'I have left everything as it is.', absent].filter((part) => part !== undefined).join(' '), context);
    return { ended: true };
  }
  return (await askMind(context)) ?? (await askHomeAssistant(context, conversationId)) ?? decline(none, context);
}

function freeQuestion(context: TurnContext, asked: string, conversationId?: string): OpenQuestion {
  const until = context.services.clock.now() + ANSWER_MS;
  return { kind: 'free', asked, until, ...(conversationId === undefined ? {} : { conversationId }) };
}

async function askMind(context: TurnContext): Promise<TurnResult | undefined> {
  const { request, services, emit, signal, taint } = context;
  if (services.mind === undefined) return undefined;
  taint.mindAsked(request.carried ?? []);
  const { turnId, text, source, room, dryRun, before = [] } = request;
  const mayCall = (tool: string): boolean => services.mindMayCall?.(tool) ?? MIND_TOOLS.includes(tool);
  const said = new SaidSentences(context);
  let pieces = '';
  const answer = await services.mind.answer(
    {
      turnId,
      text,
      source,
      dryRun,
      before,
      mayCall,
      ...(room === undefined ? {} : { room }),
      async call(call) {
        if (mayCall(call.tool)) return callTool(call, context, 'mind');
        return { outcome: 'denied', reason: `${call.tool} is not for me to use.` };
      },
      say: (sentence) => said.say(sentence),
      read: (each) => taint.add(each),
      taints: () => taint.list(),
    },
    (event) => {
      if (event.type === 'reply-delta') pieces += event.text;
      emit(event);
    },
    signal,
  );
  if (answer === undefined) return undefined;
  if (pieces === '' && answer.text !== '') emit({ type: 'reply-delta', text: answer.text });
  const { question, remembered, timers } = said.left();
  const read = taint.list();
  const isRich = answer.rich !== undefined;
  const gap = isRich ? '\n\n' : ' ';
  if (question !== undefined) {
    const begun = answer.text === '' && pieces === '' ? '' : gap;
    emit({ type: 'reply-delta', text: `${begun}${question.asked}`, ...(isRich ? { rich: true } : {}) });
  }
  const asks = question !== undefined || answer.expectsAnswer === true;
  const joined = (text: string, between: string): string => [text, question?.asked ?? ''].filter((part) => part !== '').join(between);
  const spoken = joined(answer.text, ' ');
  const rich = answer.rich === undefined ? undefined : joined(answer.rich, gap);
  emit({
    type: 'reply-ended',
    text: spoken,
    ...(rich === undefined || rich === spoken ? {} : { rich }),
    ...(answer.sources === undefined || answer.sources.length === 0 ? {} : { sources: [...answer.sources] }),
    ...(asks ? { expectsAnswer: true } : {}),
  });
  return {
    ended: false,
    // What a mind has chosen after it read something of outside is not what the person means by "it".
    remembered: read.length === 0 ? remembered : [],
    ...(timers === undefined ? {} : { timers }),
    ...(asks
      ? {
          question:
            question === undefined ? freeQuestion(context, answer.text) : { ...question, ...(read.length > 0 && { taint: [...read] }) },
        }
      : {}),
  };
}

const ConversationAnswerSchema = z.object({
  speech: z.string(),
  type: z.enum(['action_done', 'query_answer', 'error']),
  conversationId: z.string().optional(),
  continues: z.boolean(),
});

async function askHomeAssistant(context: TurnContext, conversationId: string | undefined): Promise<TurnResult | undefined> {
  const { services, request, view } = context;
  if (services.converse?.() !== true) return undefined;
  const before = statesOf(view);
  const input = { text: request.text, ...(conversationId === undefined ? {} : { conversationId }) };
  const outcome = await callTool({ tool: CONVERSE_TOOL, input }, context);
  if (outcome.dryRun === true) {
    reply('I would ask Home Assistant.', context);
    return { ended: false };
  }
  if (outcome.outcome === 'denied') {
    reply(asSentence(`I have left it alone${outcome.reason === undefined ? '' : `: ${outcome.reason}`}`), context);
    return { ended: false, remembered: [] };
  }
  const answer = outputOf(outcome, ConversationAnswerSchema);
  if (answer === undefined || answer.type === 'error' || answer.speech.trim() === '') return undefined;
  const seen = answer.type === 'action_done' ? await changesSince(before, context) : [];
  const asks = answer.continues;
  const text = seen.length > 0 && !asks ? seen.join(' ') : asSentence(`Home Assistant says: ${answer.speech.trim()}`);
  reply(text, context, asks);
  return { ended: false, remembered: [], ...(asks ? { question: freeQuestion(context, text, answer.conversationId) } : {}) };
}

/** What only measures changes by itself and proves nothing. */
const MEASURING: ReadonlySet<string> = new Set(
  'sensor binary_sensor weather sun person device_tracker calendar update event zone image camera'.split(' '),
);

/** State and settings of what can be operated, to be compared. */
const statesOf = (view: SkillView): Map<string, string> =>
  new Map(
    view
      .entities()
      .flatMap(({ id, domain, state, attributes }) => (MEASURING.has(domain) ? [] : [[id, JSON.stringify([state, attributes])]])),
  );

/** ms between looks, and how often: a device that was switched takes a moment to say so. */
const LOOK_MS = 250;
const LOOKS = 6;
const MOST_TOLD = 3;

/** What has changed in the home meanwhile, in sentences; empty when nothing was seen in time. */
async function changesSince(before: ReadonlyMap<string, string>, { view, services, signal }: TurnContext): Promise<string[]> {
  for (let look = 0; look < LOOKS; look++) {
    const now = statesOf(view);
    const changed = [...now.keys()].filter((id) => before.get(id) !== now.get(id)).flatMap((id) => view.entity(id) ?? []);
    if (changed.length > MOST_TOLD) return [`${changed.length} devices have changed.`];
    if (changed.length > 0) return changed.map((entity) => sayState(entity, view));
    if (look < LOOKS - 1) await services.clock.sleep(LOOK_MS, signal);
  }
  return [];
}

function decline(none: NotUnderstood, context: TurnContext): TurnResult {
  const isUnknownThing = none.reason === 'no-target';
  const failure: Failure = {
    code: isUnknownThing ? 'no-target' : 'no-match',
    ...(none.detail === undefined ? {} : { detail: none.detail }),
  };
  context.emit({ type: 'turn-failed', failure });
  const hint = none.nearest === undefined ? '' : ` You could say: ${none.nearest}.`;
  const away = isUnknownThing ? context.services.outages?.untold(context.view.bridges()) : undefined;
  // Who asked something clever is told that nobody clever was there.
  const absent = isUnknownThing ? undefined : context.services.mind?.whyNot?.();
  reply([`${sentenceFor(failure)}${hint}`, away, absent].filter((part) => part !== undefined).join(' '), context);
  // Who named a thing that is not there does not mean the thing before by "it".
  return { ended: false, ...(isUnknownThing ? { remembered: [] } : {}) };
}
