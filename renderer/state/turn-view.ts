import { sentenceFor } from '../../contract/failure.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { Outcome, Taint } from '../../contract/tool.ts';
import type { TurnEventType } from '../../contract/turn-event.ts';

/** One turn as a person reads it. */
export interface TurnView {
  turnId: string;
  startedAt: number;
  by: string;
  /** What was said or typed; grows while it is heard. */
  question: string;
  /** False while the words may still change. */
  questionFinal: boolean;
  /** This was speech, but no sentence JARVIS knows. */
  notUnderstood: boolean;
  reply: string;
  expectsAnswer: boolean;
  /** The least good of what its tools came to; absent where nothing was done. */
  outcome?: Outcome;
  /** Why it was not confirmed, or what failed. */
  reason?: string;
  dryRun: boolean;
  /** Text from outside that came into it. */
  taint: Taint[];
  ended: boolean;
  interrupted: boolean;
  latency: LatencyStep[];
}

/** ms that one part of the turn took. */
export interface LatencyStep {
  label: string;
  ms: number;
}

const byGoodness: Outcome[] = ['confirmed', 'accepted', 'denied', 'rejected', 'failed'];

/** Reads a turn's events. `typed` is what was written here for this turn, if anything. */
export function viewTurn(turn: TurnRecord, typed?: string): TurnView {
  const view: TurnView = {
    turnId: turn.turnId,
    startedAt: turn.startedAt,
    by: 'wake',
    question: typed ?? '',
    questionFinal: typed !== undefined,
    notUnderstood: false,
    reply: '',
    expectsAnswer: false,
    dryRun: false,
    taint: [],
    ended: false,
    interrupted: false,
    latency: latencyOf(turn),
  };
  for (const event of turn.events) {
    switch (event.type) {
      case 'turn-started':
        view.by = event.by;
        break;
      case 'transcript-delta':
        view.question = event.text;
        break;
      case 'transcript-ended':
        view.question = event.text || view.question;
        view.questionFinal = true;
        view.notUnderstood = event.rejected ?? false;
        break;
      case 'tool-ended':
        view.dryRun ||= event.dryRun ?? false;
        if (view.outcome === undefined || byGoodness.indexOf(event.outcome) > byGoodness.indexOf(view.outcome)) {
          view.outcome = event.outcome;
          if (event.reason !== undefined) view.reason = event.reason;
        }
        break;
      case 'turn-tainted':
        view.taint.push(event.taint);
        break;
      case 'reply-delta':
        view.reply += event.text;
        break;
      case 'reply-ended':
        view.reply = event.text || view.reply;
        view.expectsAnswer = event.expectsAnswer ?? false;
        break;
      case 'playback-ended':
        view.interrupted = event.interrupted;
        break;
      case 'turn-failed':
        if (event.failure.code !== 'cancelled') view.outcome = event.failure.code === 'denied' ? 'denied' : 'failed';
        view.reason = sentenceFor(event.failure);
        view.reply ||= view.reason;
        break;
      case 'turn-ended':
        view.ended = true;
        break;
    }
  }
  return view;
}

/** Times between the milestones that the turn has passed, each named after what was waited for. */
function latencyOf(turn: TurnRecord): LatencyStep[] {
  const at = (type: TurnEventType) => turn.events.find((event) => event.type === type)?.at;
  const heard = at('speech-ended') ?? at('turn-started');
  const steps: [string, number | undefined, number | undefined][] = [
    ['Text known', at('speech-ended'), at('transcript-ended')],
    ['Command sent', heard, at('tool-requested')],
    ['Device done', heard, at('tool-ended')],
    ['First sound of the reply', heard, at('playback-started')],
    ['Whole turn', at('turn-started'), at('turn-ended')],
  ];
  return steps.flatMap(([label, from, to]) => (from === undefined || to === undefined ? [] : [{ label, ms: Math.round(to - from) }]));
}
