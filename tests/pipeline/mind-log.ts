import type { TurnEvent } from '../../contract/turn-event.ts';

/** What differs from run to run. */
const VARYING = new Set(['turnId', 'at', 'requestId', 'approvalId', 'planId', 'conversationId', 'parentId', 'again', 'attachments']);
const TIMES = new Set(['expiresAt', 'ms', 'firstTokenMs']);

/** A turn's events without ids and times, a line each; pieces of one reply that follow each other become one. */
export function logOf(events: readonly TurnEvent[]): string {
  return events.flatMap(logged).join('\n');
}

function logged(event: TurnEvent, index: number, all: readonly TurnEvent[]): string[] {
  if (event.type === 'reply-delta') {
    if (all[index - 1]?.type === 'reply-delta') return [];
    const rest = all.slice(index);
    const end = rest.findIndex(({ type }) => type !== 'reply-delta');
    const pieces = (end < 0 ? rest : rest.slice(0, end)).map((each) => (each.type === 'reply-delta' ? each.text : ''));
    return [lineOf({ ...event, text: pieces.join('') })];
  }
  if (event.type !== 'plan-proposed') return [lineOf(event)];
  const { steps, ...plan } = event.plan;
  return [lineOf({ type: event.type, ...plan }), ...steps.map((step) => `  ${JSON.stringify(step)}`)];
}

const lineOf = <Line extends { type: string }>({ type, ...rest }: Line): string =>
  `${type} ${JSON.stringify(Object.fromEntries(Object.entries(rest).filter(([key]) => !VARYING.has(key) && !TIMES.has(key))))}`.replace(
    / \{\}$/u,
    '',
  );
