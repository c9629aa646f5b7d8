import type { IntentMatch } from '../../contract/intent.ts';
import type { Timer } from '../timers/timer.ts';
import { isDelayed, leftOf } from '../timers/timer.ts';
import type { Plan, Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { capitalised, listed, spanOf } from './wording.ts';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Seconds of `hours minutes seconds`; with a prefix, of `start_hours …`. */
function secondsOf(slots: IntentMatch['slots'], prefix = ''): number {
  return number(slots[`${prefix}hours`]) * 3600 + number(slots[`${prefix}minutes`]) * 60 + number(slots[`${prefix}seconds`]);
}

/** "the pizza timer", "the 5 minute timer"; a delayed command is what it does: "turn off the hall light". */
export function timerName(timer: Timer): string {
  if (timer.command !== undefined) return timer.command;
  return timer.name === undefined ? `the ${spanOf(timer.seconds)} timer`.replace(/s timer$/u, ' timer') : `the ${timer.name} timer`;
}

/** The timers a sentence means: by name, by the length it was started with, by room; else all. */
function meant(match: IntentMatch, view: SkillView): Timer[] {
  const { name, area } = match.slots;
  const started = secondsOf(match.slots, 'start_');
  const length = started > 0 ? started : ['HassIncreaseTimer', 'HassDecreaseTimer'].includes(match.intent) ? 0 : secondsOf(match.slots);
  const room = typeof area === 'string' ? view.areas().find((each) => each.name.toLowerCase() === area.toLowerCase())?.id : undefined;
  const found = view
    .timers()
    .filter((timer) => name === undefined || timer.name?.toLowerCase() === String(name).toLowerCase())
    .filter((timer) => area === undefined || timer.room === room)
    .filter((timer) => length === 0 || timer.seconds === length);
  // Who says "the timer" means what rings, where there is one; a delayed command is one for want of another.
  const ringing = found.filter((timer) => !isDelayed(timer));
  return EVERY_TIMER.has(match.intent) || ringing.length === 0 ? found : ringing;
}

const EVERY_TIMER: ReadonlySet<string> = new Set(['HassTimerStatus', 'HassCancelAllTimers']);

function one(match: IntentMatch, view: SkillView): Timer | Plan {
  const timers = meant(match, view);
  if (timers.length === 1) return timers[0]!;
  if (timers.length === 0) return answer(view.timers().length === 0 ? 'There is no timer.' : 'There is no such timer.');
  const here = timers.filter((timer) => timer.room !== undefined && timer.room === view.room);
  if (here.length === 1) return here[0]!;
  return answer(`Which one? There is ${listed(timers.map(timerName))}.`);
}

/** "forget about the fountain": what waits to be done with these things. Nothing else is done with them. */
function delayedFor(match: IntentMatch, view: SkillView): Plan {
  const about = view.timers().filter(({ matches = [] }) => matches.some(({ targets }) => targets.some((id) => match.targets.includes(id))));
  if (about.length === 0) return answer('Nothing is waiting to be done there, so I have left everything as it is.');
  const done = `All right, I will not ${listed(about.map(timerName), 'or')}.`;
  return act('timer.cancel', { timerIds: about.map(({ id }) => id) }, done);
}

const isPlan = (value: Timer | Plan): value is Plan => 'type' in value;

/** One call; `done` is said when it was confirmed, else the reason. */
function act(tool: string, input: unknown, done: string): Plan {
  return {
    type: 'act',
    calls: [{ tool, input }],
    say: ([result]) => {
      if (result?.outcome.dryRun === true) return 'Nothing was done: this was a dry run.';
      return result?.outcome.outcome === 'confirmed' ? done : (result?.outcome.reason ?? 'The timer did not take that.');
    },
  };
}

/** A timer that rings; one with a command in it is a delayed command, which the turn itself sees to. */
export const startTimer: Skill = {
  intents: ['HassStartTimer'],
  plan(match, view) {
    const seconds = secondsOf(match.slots);
    if (seconds <= 0) return fail('no-match');
    const { name } = match.slots;
    const input = {
      seconds,
      ...(name === undefined ? {} : { name: String(name) }),
      ...(view.room === undefined ? {} : { room: view.room }),
    };
    const done =
      name === undefined
        ? `${capitalised(spanOf(seconds))}, starting now.`
        : `${capitalised(String(name))}: ${spanOf(seconds)}, starting now.`;
    return act('timer.start', input, done);
  },
};

export const changeTimer: Skill = {
  intents: ['HassIncreaseTimer', 'HassDecreaseTimer', 'HassCancelTimer', 'HassPauseTimer', 'HassUnpauseTimer'],
  plan(match, view) {
    if (match.slots.delayed === true) return delayedFor(match, view);
    const timer = one(match, view);
    if (isPlan(timer)) return timer;
    const called = capitalised(timerName(timer));
    switch (match.intent) {
      case 'HassIncreaseTimer':
        return act(
          'timer.change',
          { timerId: timer.id, bySeconds: secondsOf(match.slots) },
          `${called} has ${spanOf(secondsOf(match.slots))} more.`,
        );
      case 'HassDecreaseTimer':
        return act(
          'timer.change',
          { timerId: timer.id, bySeconds: -secondsOf(match.slots) },
          `${called} has ${spanOf(secondsOf(match.slots))} less.`,
        );
      case 'HassPauseTimer':
        return act('timer.pause', { timerId: timer.id }, `${called} is paused.`);
      case 'HassUnpauseTimer':
        return act('timer.resume', { timerId: timer.id }, `${called} goes on.`);
      default:
        return act(
          'timer.cancel',
          { timerIds: [timer.id] },
          timer.command === undefined ? `${called} is cancelled.` : `All right, I will not ${timer.command}.`,
        );
    }
  },
};

export const cancelTimers: Skill = {
  intents: ['HassCancelAllTimers'],
  plan(match, view) {
    const timers = meant(match, view);
    if (timers.length === 0) return answer('There is no timer.');
    return act(
      'timer.cancel',
      { timerIds: timers.map((timer) => timer.id) },
      timers.length === 1 ? 'The timer is cancelled.' : `${timers.length} timers are cancelled.`,
    );
  },
};

export const timerStatus: Skill = {
  intents: ['HassTimerStatus'],
  plan(match, view) {
    const timers = meant(match, view);
    if (timers.length === 0) return answer(view.timers().length === 0 ? 'There is no timer.' : 'There is no such timer.');
    return answer(
      timers
        .slice(0, 5)
        .map((timer) => {
          const left = spanOf(leftOf(timer, view.now) / 1000);
          if (timer.command !== undefined) return `In ${left} I will ${timer.command}.`;
          return `${capitalised(timerName(timer))} has ${left} left${timer.pausedWithMs === undefined ? '' : ' and is paused'}.`;
        })
        .join(' '),
    );
  },
};
