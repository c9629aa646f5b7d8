import { sentenceFor } from '../../contract/failure.ts';
import type { IntentMatch, UnclearPart, When } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { cameToSomething } from '../skills/calls.ts';
import { leftAsItIs } from '../skills/command-words.ts';
import { conditionWords, judgeCondition } from '../skills/conditions.ts';
import { sayLeftOut, spare } from '../skills/everything.ts';
import type { Plan } from '../skills/skill.ts';
import { asSentence, capitalised, listed, spanOf } from '../skills/wording.ts';
import { askFirst, type Unasked, whichQuestion } from './ask-back.ts';
import { callTogether, type Waiting, waitingFor } from './call-together.ts';
import { customPlan } from './custom-plan.ts';
import { schedule, scheduleBack, secondsUntil } from './delayed-command.ts';
import { ANSWER_MS, type OpenQuestion } from './dialogue.ts';
import { alike, groupsOf } from './group-matches.ts';
import { planFor } from './plan-match.ts';
import { takingBack } from './take-back.ts';
import type { TurnContext, TurnResult } from './turn-context.ts';
import { unfoldDelayed } from './unfold-delayed.ts';

/** What was understood and is to be done. */
export interface ToDo {
  matches: readonly IntentMatch[];
  unclear?: readonly UnclearPart[];
  /** A person has answered for these already, now or when the command was given: nothing more is asked before they are done. */
  agreed: boolean;
}

/** Of these nothing is meant by "it" afterwards. */
const SMALL_TALK: ReadonlySet<string> = new Set(
  'HassNevermind HassStop HassRespond JarvisHelp JarvisUndo HassGetCurrentTime HassGetCurrentDate'.split(' '),
);

/** Carries out the parts of a sentence in order, each judged by itself; what has to be asked is asked at the end, one thing only. */
export async function carryOut(toDo: ToDo, context: TurnContext): Promise<TurnResult> {
  const work = new TurnWork(context, toDo.agreed);
  for (const group of groupsOf(toDo.matches)) await work.group(group);
  for (const part of toDo.unclear ?? []) work.unclear(part);
  return work.end();
}

interface Done {
  text: string;
  outcomes: ToolOutcome[];
  /** What "it" may mean from now on. */
  remembered?: IntentMatch[];
}

class TurnWork {
  readonly #context: TurnContext;
  readonly #waiting: Waiting;
  readonly #agreed: boolean;
  readonly #said: string[] = [];
  readonly #questions: OpenQuestion[] = [];
  readonly #remembered: IntentMatch[] = [];
  readonly #timerIds: string[] = [];
  #acted = false;
  #ended = false;
  #failed = false;
  #unreachable = false;

  constructor(context: TurnContext, agreed: boolean) {
    this.#waiting = waitingFor(context.emit);
    this.#context = { ...context, emit: this.#waiting.emit };
    this.#agreed = agreed;
  }

  /** Parts that stand under one condition or time. */
  async group(matches: readonly IntentMatch[]): Promise<void> {
    for (const { intent, slots, targets, confidence } of matches) {
      this.#context.emit({ type: 'intent-matched', intent, slots, targets, confidence });
    }
    const commands = matches.flatMap((match) => this.#unfolded(match));
    const when = commands[0]?.when;
    const seconds = secondsUntil(when, this.#context.view.now);
    // A condition is judged when the time has come; a command for now that is not to be done needs no question.
    if (when?.condition !== undefined && seconds === undefined && !this.#holds(commands, when)) return;
    const ready = this.#agreed ? commands : this.#askedFirst(commands);
    if (ready.length === 0) return;
    if (when !== undefined && seconds !== undefined) return this.#later(ready, when, seconds);
    await this.#now(ready, when?.forSeconds);
  }

  unclear({ text, reason, detail, match, which }: UnclearPart): void {
    if (reason === 'ambiguous' && match !== undefined && which !== undefined) this.#askWhich(match, which);
    else if (reason === 'no-target')
      this.#say(capitalised(sentenceFor({ code: 'no-target', ...(detail === undefined ? {} : { detail }) })));
    else this.#say(`I did not understand "${text}".`);
    this.#failed = true;
  }

  end(): TurnResult {
    const { emit, services, view } = this.#context;
    const away = this.#unreachable ? services.outages?.untold(view.bridges(), this.#said.join(' ')) : undefined;
    if (away !== undefined) this.#say(away);
    const [question] = this.#questions;
    if (question !== undefined) this.#say(question.asked);
    emit({ type: 'reply-ended', text: this.#said.join(' '), ...(question === undefined ? {} : { expectsAnswer: true }) });
    const forget = this.#failed && question === undefined && this.#remembered.length === 0;
    return {
      ended: this.#ended,
      ...(question === undefined ? {} : { question }),
      ...(this.#remembered.length > 0 ? { remembered: this.#remembered } : forget ? { remembered: [] } : {}),
      ...(this.#timerIds.length === 0 ? {} : { timers: { ids: this.#timerIds, alsoActed: this.#acted } }),
    };
  }

  /** A delayed command comes with its words; they are understood now, so that nothing is promised that cannot be done. */
  #unfolded(match: IntentMatch): readonly IntentMatch[] {
    const unfolded = unfoldDelayed(match, this.#context);
    for (const part of unfolded.unclear) this.unclear(part);
    return unfolded.matches;
  }

  /** Keeps back what a person is asked about first. */
  #askedFirst(matches: readonly IntentMatch[]): readonly IntentMatch[] {
    const { ready, questions } = askFirst(matches, this.#context.request.text, this.#context.view);
    for (const { asked, ...question } of questions) this.#ask(question, asked);
    return ready;
  }

  async #later(matches: readonly IntentMatch[], when: When, seconds: number): Promise<void> {
    const { text, timerId } = await schedule(matches, when, seconds, this.#context);
    this.#say(text);
    if (timerId === undefined) return;
    this.#timerIds.push(timerId);
    this.#remember(matches);
  }

  #holds(matches: readonly IntentMatch[], { condition }: When): boolean {
    if (condition === undefined) return true;
    const { view } = this.#context;
    const { holds, because } = judgeCondition(condition, view);
    if (holds === true) return true;
    if (holds === false && condition.paired === true) return false;
    const isAboutItself = matches.every(({ targets }) => targets.every((id) => condition.targets.includes(id)));
    const left = isAboutItself ? 'left it as it is' : listed([...new Set(matches.map((match) => leftAsItIs(match, view)))]);
    this.#say(
      holds === undefined
        ? `I do not know whether ${conditionWords({ ...condition, negated: false }, view)}, so I have ${left}.`
        : asSentence(`${because}, so I have ${left}`),
    );
    return false;
  }

  async #now(matches: readonly IntentMatch[], forSeconds: number | undefined): Promise<void> {
    const { view } = this.#context;
    const back = forSeconds === undefined ? [] : matches.flatMap((match) => takingBack(spare(match, view).match, view));
    const done = await this.#waiting.each(alike(matches), ({ match, first }) => this.#one(match, first));
    // In the order of the sentence, not in that in which they were approved.
    for (const { remembered } of done) this.#remember(remembered ?? []);
    if (forSeconds === undefined || !done.some(({ outcomes }) => outcomes.some(cameToSomething))) {
      for (const { text } of done) this.#say(text);
      return;
    }
    this.#acted = true;
    const scheduled =
      back.length === 0 ? { text: 'I cannot take that back by myself.' } : await scheduleBack(back, forSeconds, this.#context);
    if ('timerId' in scheduled && scheduled.timerId !== undefined) {
      this.#timerIds.push(scheduled.timerId);
      const texts = done.map(({ text }) => text);
      const all = done.every(({ outcomes }) => outcomes.every(({ outcome }) => outcome === 'confirmed'));
      if (texts.length === 1 && all) this.#say(`${texts[0]!.replace(/\.$/u, '')} for ${spanOf(forSeconds)}.`);
      else for (const text of [...texts, `That is for ${spanOf(forSeconds)}.`]) this.#say(text);
    } else for (const text of [...done.map((each) => each.text), scheduled.text]) this.#say(text);
  }

  async #one(wanted: IntentMatch, first: IntentMatch): Promise<Done> {
    const { view, services, request } = this.#context;
    const { match, leftOut } = spare(wanted, view);
    this.#unreachable ||= match.targets.some((id) => view.entity(id)?.available === false);
    if (match.targets.length === 0 && wanted.targets.length > 0) {
      return {
        text: `There is nothing to turn ${match.intent === 'HassTurnOn' ? 'on' : 'off'}. ${sayLeftOut(leftOut)}`.trim(),
        outcomes: [],
      };
    }
    const plan = customPlan(first, services.phrasebook(), view) ?? planFor(match, view, request.timers);
    const done = await this.#carried(plan, match);
    // Who was asked has been told.
    const left = this.#agreed ? '' : sayLeftOut(leftOut);
    return left === '' ? done : { ...done, text: `${done.text} ${left}`.trim() };
  }

  async #carried(plan: Plan, match: IntentMatch): Promise<Done> {
    switch (plan.type) {
      case 'answer':
        return { text: plan.text, outcomes: [], remembered: [match] };
      case 'end':
        this.#ended = true;
        return { text: plan.text ?? '', outcomes: [] };
      case 'fail':
        this.#failed = true;
        this.#context.emit({ type: 'turn-failed', failure: plan.failure });
        return { text: capitalised(sentenceFor(plan.failure)), outcomes: [] };
      case 'ask':
        this.#askWhich(match, plan.which);
        return { text: '', outcomes: [] };
      case 'act': {
        const results = await callTogether(plan.calls, this.#context);
        const outcomes = results.map(({ outcome }) => outcome);
        // What was declined or did not work is no longer what is talked about.
        const isTalkedAbout = outcomes.some((outcome) => outcome.dryRun === true || cameToSomething(outcome));
        if (!isTalkedAbout) this.#failed = true;
        return { text: plan.say(results), outcomes, ...(isTalkedAbout ? { remembered: [match] } : {}) };
      }
    }
  }

  #remember(matches: readonly IntentMatch[]): void {
    // Newest first; without the time, which belongs to that sentence alone.
    for (const { when: _when, ...match } of matches) if (!SMALL_TALK.has(match.intent)) this.#remembered.unshift(match);
  }

  #askWhich(match: IntentMatch, which: string[]): void {
    this.#ask({ kind: 'choice', match, which }, whichQuestion(which, this.#context.view));
  }

  #ask(question: Unasked, asked: string): void {
    this.#questions.push({ ...question, asked, until: this.#context.services.clock.now() + ANSWER_MS });
  }

  #say(text: string): void {
    if (text === '' || this.#said.includes(text)) return;
    this.#context.emit({ type: 'reply-delta', text: this.#said.length === 0 ? text : ` ${text}` });
    this.#said.push(text);
  }
}
