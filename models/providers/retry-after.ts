import type { FailureFacts } from './failure-facts.ts';

const DAY = 86_400_000;

/** How long the provider asks to be left alone, in ms, at most a day; undefined where it does not say. `now` in ms since the epoch. */
export function retryAfterMs(facts: FailureFacts, now: number): number | undefined {
  const found = ofHeaders(facts, now) ?? ofGoogle(facts) ?? ofWords(facts.text);
  return found === undefined || !Number.isFinite(found) ? undefined : Math.round(Math.min(DAY, Math.max(0, found)));
}

function ofHeaders({ header }: FailureFacts, now: number): number | undefined {
  const precise = number(header('retry-after-ms'));
  if (precise !== undefined) return precise;
  const given = header('retry-after');
  if (given === undefined) return undefined;
  const seconds = number(given);
  if (seconds !== undefined) return seconds * 1000;
  // `Date.parse` alone makes a year of -5
  const date = /^[A-Z][a-z]{2,8}, \d/u.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}

/** `google.rpc.RetryInfo`: "retryDelay": "37s" */
function ofGoogle({ text }: FailureFacts): number | undefined {
  const seconds = number(/"retrydelay":"(\d{1,7}(?:\.\d{1,9})?)s"/u.exec(text)?.[1]);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** OpenAI: "Please try again in 1m6.5s", "in 20ms" */
function ofWords(text: string): number | undefined {
  const words = /try again in ((?:\d{1,7}(?:\.\d{1,6})?(?:ms|[hms]))+)/u.exec(text)?.[1];
  if (words === undefined) return undefined;
  let sum = 0;
  for (const [, amount = '', unit = ''] of words.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/gu)) sum += Number(amount) * (UNITS[unit] ?? 0);
  return sum;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,10}(?:\.\d{1,9})?\s*$/u.test(text) ? Number(text) : undefined;
}
