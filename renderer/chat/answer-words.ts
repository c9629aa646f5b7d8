import type { ShownAnswer } from './chat-view.ts';
import type { ShownModel } from './live-answer.ts';
import { waits } from './plan-view.ts';

/** What JARVIS does while there is nothing to read yet, or besides; undefined when there is nothing to tell. */
export function activityWords(answer: ShownAnswer, titleOf: (tool: string) => string): string | undefined {
  if (!answer.live) return undefined;
  if (answer.plans.some(waits)) return 'Waiting for your word on the plan';
  if (answer.steps.some(({ approvalId }) => approvalId !== undefined)) return 'Waiting for your yes';
  const running = answer.steps.findLast(({ outcome }) => outcome === undefined);
  if (running !== undefined) return `${running.title ?? titleOf(running.tool)}…`;
  if (answer.text !== '' && answer.steps.length === 0) return undefined;
  const round = answer.round;
  if (round !== undefined && round.step > 1) return `Thinking, step ${round.step}…`;
  return answer.text === '' ? 'Thinking…' : undefined;
}

/** "qwen3-8b · 512 tokens · first word after 0.4 s · €0.0021" */
export function footWords(model: ShownModel, currency: string): string[] {
  const { inputTokens, outputTokens, cachedInputTokens = 0, costMicros } = model.usage;
  const tokens = inputTokens + outputTokens;
  const read =
    cachedInputTokens > 0 ? `${count(inputTokens)} read (${count(cachedInputTokens)} known already)` : `${count(inputTokens)} read`;
  return [
    model.model,
    ...(tokens > 0 ? [`${read}, ${count(outputTokens)} written`] : []),
    ...(model.firstTokenMs === undefined ? [] : [`first word after ${secondsWords(model.firstTokenMs)}`]),
    ...(costMicros > 0 ? [moneyWords(costMicros, currency)] : []),
  ];
}

const count = (value: number): string => value.toLocaleString();

function secondsWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Small sums keep two digits that say something: 0.0021, not 0.00. */
export function moneyWords(micros: number, currency: string): string {
  const value = micros / 1_000_000;
  const digits = value >= 1 ? 2 : Math.min(6, Math.max(2, Math.ceil(-Math.log10(value)) + 1));
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** "home.call-service" where no better name is known: "Home: call service". */
export function toolWords(tool: string): string {
  const [first = tool, ...rest] = tool.split('.');
  const words = (text: string): string => text.replaceAll(/[-_]+/gu, ' ');
  const begin = words(first);
  const named = begin.charAt(0).toUpperCase() + begin.slice(1);
  return rest.length === 0 ? named : `${named}: ${words(rest.join(' '))}`;
}
