import type { ChatMessage, ChatStep } from '../../contract/chat.ts';

const LONGEST_STEP = 160;
const MOST_STEPS = 8;

/** A message as it counts in the conversation: what was heard where somebody broke in, and the names of files that went with it. */
export function asSaid(message: ChatMessage): string {
  const { text, heard, stopped, attachments } = message;
  const files = attachments.map(({ name }) => `[file: ${name}]`).join(' ');
  if (message.role === 'person') return [files, text].filter((part) => part !== '').join('\n');
  if (heard !== undefined) return `${heard} [you were interrupted here]`.trimStart();
  if (stopped === true) return `${text} [you were stopped here]`.trimStart();
  return text;
}

/** What JARVIS did for this answer, a line for each call with how it ended; empty when it did nothing. */
export function stepNote({ steps }: Pick<ChatMessage, 'steps'>): string {
  if (steps.length === 0) return '';
  const lines = steps.slice(0, MOST_STEPS).map(stepLine);
  if (steps.length > MOST_STEPS) lines.push(`and ${steps.length - MOST_STEPS} more`);
  return `[Before this, you used: ${lines.join('; ')}]`;
}

function stepLine({ tool, input, outcome, reason }: ChatStep): string {
  const line = `${tool} ${JSON.stringify(input) ?? ''}`.replaceAll(/\s+/gu, ' ').trim();
  const shown = line.length <= LONGEST_STEP ? line : `${line.slice(0, LONGEST_STEP).toWellFormed()}…`;
  return `${shown} → ${outcome}${reason === undefined ? '' : ` (${reason.slice(0, LONGEST_STEP).toWellFormed()})`}`;
}
