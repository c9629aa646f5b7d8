import type { Person } from '../../contract/tool.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import type { Conversation } from './conversation.ts';
import type { TurnJournal } from './turn-journal.ts';

export interface TextAnswer {
  turnId: string;
  text: string;
  /** `done`: something was asked for and happened, or waits for a yes. `answered`: words alone. Else not understood, or not done. */
  outcome: 'done' | 'answered' | 'not-understood' | 'failed';
  /** JARVIS asked something back. */
  continues: boolean;
}

/**
 * One sentence of another program, and what JARVIS says to it; JARVIS itself stays silent. Where a person has to approve it first, the answer
 * says so at once and the turn goes on. Rejects only with the signal's reason.
 */
export async function answerText(
  { conversation, journal }: { conversation: Conversation; journal: TurnJournal },
  request: { text: string; room?: string; dryRun?: boolean; person?: Person },
  signal: AbortSignal,
): Promise<TextAnswer> {
  const reading = new AbortController();
  const stop = AbortSignal.any([signal, reading.signal]);
  // Subscribed before the question is asked, so that no event falls between.
  const events = journal.events(stop);
  const first = events[Symbol.asyncIterator]();
  const opening = first.next();
  const turnId = conversation.ask(request.text, {
    source: 'api',
    aloud: false,
    ...(request.room !== undefined && { room: request.room }),
    ...(request.dryRun !== undefined && { dryRun: request.dryRun }),
    ...(request.person !== undefined && { person: request.person }),
  });
  let outcome: TextAnswer['outcome'] = 'answered';
  try {
    for (let next = await opening; next.done !== true; next = await first.next()) {
      const event = next.value;
      if (event.turnId !== turnId) continue;
      outcome = outcomeAfter(event, outcome);
      if (event.type === 'approval-asked')
        return { turnId, text: `${event.sentence}? I need your approval for that at JARVIS.`, outcome: 'done', continues: false };
      if (event.type === 'reply-ended') return { turnId, text: event.text, outcome, continues: event.expectsAnswer ?? false };
      if (event.type === 'turn-ended') return { turnId, text: '', outcome, continues: false };
    }
    throw signal.reason;
  } finally {
    reading.abort(new Error('answered'));
  }
}

function outcomeAfter(event: TurnEvent, before: TextAnswer['outcome']): TextAnswer['outcome'] {
  if (event.type === 'turn-failed')
    return event.failure.code === 'no-match' || event.failure.code === 'no-target' ? 'not-understood' : 'failed';
  if (event.type !== 'tool-ended' || before === 'failed') return before;
  if (event.outcome === 'confirmed' || event.outcome === 'accepted') return event.tool === 'home.call-service' ? 'done' : before;
  return 'failed';
}
