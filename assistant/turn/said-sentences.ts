import type { IntentMatch } from '../../contract/intent.ts';
import type { Outcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { whichQuestion } from './ask-back.ts';
import { carryOut } from './carry-out.ts';
import { ANSWER_MS, type OpenQuestion } from './dialogue.ts';
import type { SaidSentence } from './mind.ts';
import type { TimersSet, TurnContext, TurnResult } from './turn-context.ts';

/** Longer is no command; the phrasebook's own limit on what a person says is not meant for a machine that says much. */
const LONGEST_SENTENCE = 300;

/** From the best to the worst. */
const OUTCOMES: readonly Outcome[] = ['confirmed', 'accepted', 'rejected', 'denied', 'failed'];

/** Sentences that a mind says in one turn, carried out by the ordinary path; what they leave for the next turn is gathered. */
export class SaidSentences {
  readonly #context: TurnContext;
  #question: OpenQuestion | undefined;
  #remembered: IntentMatch[] = [];
  #timers: TimersSet | undefined;

  constructor(context: TurnContext) {
    this.#context = context;
  }

  async say(sentence: string): Promise<SaidSentence> {
    const { request, services, signal } = this.#context;
    const { room } = request;
    signal.throwIfAborted();
    if (sentence.length > LONGEST_SENTENCE) return { understood: false, because: 'no-match' };
    const before = [...this.#remembered, ...(request.before ?? [])];
    const understanding = services.phrasebook().understand(sentence, { before, ...(room === undefined ? {} : { room }) });
    switch (understanding.type) {
      case 'none':
        return { understood: false, because: understanding.reason };
      case 'ambiguous': {
        const { match, which } = understanding;
        this.#ask({
          kind: 'choice',
          match,
          which,
          asked: whichQuestion(which, this.#context.view),
          until: services.clock.now() + ANSWER_MS,
        });
        return { understood: true, outcome: 'asks' };
      }
      case 'matched':
        // A part that was not understood would be left out in silence: the mind says it another way.
        if ((understanding.unclear ?? []).length > 0) return { understood: false, because: 'no-match' };
        return this.#carryOut(understanding.matches, sentence);
    }
  }

  /** For the next turn. */
  left(): { question?: OpenQuestion; remembered: IntentMatch[]; timers?: TimersSet } {
    return {
      remembered: this.#remembered,
      ...(this.#question === undefined ? {} : { question: this.#question }),
      ...(this.#timers === undefined ? {} : { timers: this.#timers }),
    };
  }

  async #carryOut(matches: readonly IntentMatch[], sentence: string): Promise<SaidSentence> {
    const outcomes: Outcome[] = [];
    let dryRun = false;
    let failed = false;
    let reply = '';
    const hear = (event: TurnEventBody): void => {
      switch (event.type) {
        case 'reply-delta':
          return;
        case 'reply-ended':
          reply = event.text;
          return;
        case 'turn-failed':
          // A sentence came to nothing, not the turn.
          failed = true;
          return;
        case 'tool-ended':
          outcomes.push(event.outcome);
          dryRun ||= event.dryRun === true;
          break;
        default:
          break;
      }
      this.#context.emit(event);
    };
    const { request, services } = this.#context;
    const result = await carryOut(
      { matches, agreed: false },
      { ...this.#context, view: services.view(request.room), request: { ...request, text: sentence }, emit: hear },
    );
    const asked = result.question;
    this.#keep(result);
    const words = asked === undefined ? reply : reply.slice(0, Math.max(0, reply.length - asked.asked.length)).trim();
    return {
      understood: true,
      outcome: asked === undefined ? worst(outcomes, failed) : 'asks',
      ...(dryRun ? { dryRun } : {}),
      ...(words === '' ? {} : { reply: words }),
    };
  }

  #keep({ question, remembered = [], timers }: TurnResult): void {
    if (question !== undefined) this.#ask(question);
    this.#remembered = [...remembered, ...this.#remembered];
    if (timers !== undefined) {
      this.#timers = {
        ids: [...(this.#timers?.ids ?? []), ...timers.ids],
        alsoActed: (this.#timers?.alsoActed ?? false) || timers.alsoActed,
      };
    }
  }

  /** One thing is asked at the end of a turn; what was asked first is asked. */
  #ask(question: OpenQuestion): void {
    this.#question ??= question;
  }
}

const worst = (outcomes: readonly Outcome[], failed: boolean): Outcome | 'answered' => {
  if (failed) return 'failed';
  return outcomes.reduce<Outcome | 'answered'>(
    (before, each) => (before === 'answered' || OUTCOMES.indexOf(each) > OUTCOMES.indexOf(before) ? each : before),
    'answered',
  );
};
