import type { IntentMatch, When } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { commandsInWords } from '../skills/command-words.ts';
import { conditionWords } from '../skills/conditions.ts';
import { outputOf } from '../skills/records.ts';
import type { SkillView } from '../skills/skill.ts';
import { dayName, timeOfDay, untilClock } from '../skills/spoken-time.ts';
import { asSentence, listed, spanOf } from '../skills/wording.ts';
import { TimerSchema } from '../timers/timer.ts';
import type { TurnContext } from './turn-context.ts';
import { callTool } from './turn-context.ts';

const HALF_DAY_MS = 12 * 3_600_000;

/** s until a command is to be carried out; undefined for at once. */
export function secondsUntil(when: When | undefined, now: number): number | undefined {
  if (when?.delaySeconds !== undefined) return when.delaySeconds;
  if (when?.at === undefined) return undefined;
  const wait = untilClock(when.at, now, when.inDays);
  return (when.either === true && when.inDays === undefined ? wait % HALF_DAY_MS || HALF_DAY_MS : wait) / 1000;
}

/** "at 7:30 pm", "tomorrow at 6:30 am", "in 10 minutes" */
function momentWords(when: When, seconds: number, now: number): string {
  if (when.at === undefined) return `in ${spanOf(seconds)}`;
  const at = now + seconds * 1000;
  const day = dayName(at, now);
  return `${day === 'today' ? '' : `${day} `}at ${timeOfDay(at)}`;
}

export interface Scheduled {
  text: string;
  timerId?: string;
}

/** Keeps the commands in a timer, understood as they are, and says when they will be carried out. */
export async function schedule(matches: readonly IntentMatch[], when: When, seconds: number, context: TurnContext): Promise<Scheduled> {
  const { view } = context;
  const { condition, forSeconds } = when;
  const later: When = { ...(condition === undefined ? {} : { condition }), ...(forSeconds === undefined ? {} : { forSeconds }) };
  const isPlain = condition === undefined && forSeconds === undefined;
  const kept = matches.map(({ when: _when, ...match }): IntentMatch => (isPlain ? match : { ...match, when: later }));
  const words = commandsInWords(kept, view);
  const outcome = await setTimer(kept, seconds, words, context);
  const span = forSeconds === undefined ? '' : ` for ${spanOf(forSeconds)}`;
  const unless = condition === undefined ? '' : `, if ${conditionWords(condition, view)}`;
  return told(outcome, `I will ${words}${span} ${momentWords(when, seconds, view.now)}${unless}`);
}

/** Keeps the commands that take back what was just done. */
export async function scheduleBack(matches: readonly IntentMatch[], seconds: number, context: TurnContext): Promise<Scheduled> {
  const words = commandsInWords(matches, context.view);
  return told(await setTimer(matches, seconds, words, context), '');
}

function setTimer(matches: readonly IntentMatch[], seconds: number, command: string, context: TurnContext): Promise<ToolOutcome> {
  const { room } = context.view;
  const input = { seconds, command: command.slice(0, 500), matches, ...(room === undefined ? {} : { room }) };
  return callTool({ tool: 'timer.start', input }, context);
}

function told(outcome: ToolOutcome, done: string): Scheduled {
  if (outcome.dryRun === true) return { text: 'Nothing was done: this was a dry run.' };
  if (outcome.outcome !== 'confirmed') return { text: asSentence(outcome.reason ?? 'I cannot remember that for later') };
  const timerId = outputOf(outcome, TimerSchema)?.id;
  return { text: asSentence(done), ...(timerId === undefined ? {} : { timerId }) };
}

/** "I will not turn off the hall light." */
export function calledOffWords(timerIds: readonly string[], view: SkillView): string {
  const commands = view.timers().flatMap((timer) => (timerIds.includes(timer.id) ? (timer.command ?? []) : []));
  return commands.length === 0 ? 'It is cancelled.' : asSentence(`all right, I will not ${listed(commands, 'or')}`);
}
