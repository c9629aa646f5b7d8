import type { IntentMatch, UnclearPart, When } from '../../contract/intent.ts';
import type { TurnContext } from './turn-context.ts';

export interface Unfolded {
  matches: readonly IntentMatch[];
  unclear: readonly UnclearPart[];
}

const seconds = (slot: unknown, each: number): number => (typeof slot === 'number' ? slot * each : 0);

/**
 * "In ten minutes turn off the light" comes as a timer with the words of a command: understood as they would be now, they become commands for
 * later. Any other match stays as it is.
 */
export function unfoldDelayed(match: IntentMatch, { request, services }: TurnContext): Unfolded {
  const { conversation_command: command, hours, minutes, seconds: rest } = match.slots;
  if (match.intent !== 'HassStartTimer' || typeof command !== 'string') return { matches: [match], unclear: [] };
  const delay: When = { delaySeconds: seconds(hours, 3600) + seconds(minutes, 60) + seconds(rest, 1) };
  const later = (each: IntentMatch): IntentMatch => ({ ...each, when: { ...each.when, ...delay } });
  const hearing = { before: request.before ?? [], ...(request.room === undefined ? {} : { room: request.room }) };
  const inner = services.phrasebook().understand(command, hearing);
  switch (inner.type) {
    case 'matched':
      return { matches: inner.matches.map(later), unclear: inner.unclear ?? [] };
    case 'ambiguous':
      return { matches: [], unclear: [{ text: command, reason: 'ambiguous', match: later(inner.match), which: inner.which }] };
    case 'none': {
      const detail = inner.detail === undefined ? {} : { detail: inner.detail };
      return {
        matches: [],
        unclear: [inner.reason === 'no-target' ? { text: command, reason: 'no-target', ...detail } : { text: command, reason: 'no-match' }],
      };
    }
  }
}
