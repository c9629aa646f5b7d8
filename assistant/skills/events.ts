import { z } from 'zod';
import type { CalendarEvent } from '../../contract/home.ts';
import { CalendarEventSchema } from '../../contract/home.ts';
import { targetsOf } from './calls.ts';
import { EVENTS_TOOL, lookUp } from './records.ts';
import type { Skill } from './skill.ts';
import { answer } from './skill.ts';
import { briefTime, dayName, daySpan } from './spoken-time.ts';
import { asSentence, capitalised, countWord } from './wording.ts';

/** How far ahead "my next appointment" is looked for, in ms. */
const AHEAD_MS = 60 * 86_400_000;

const MOST_READ = 6;

const EventsSchema = z.array(CalendarEventSchema);

/** Names come from calendars that anybody may write to: one line, short. */
const titleOf = (event: CalendarEvent): string =>
  event.summary
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 80) || 'something';

const withTime = (event: CalendarEvent): string =>
  event.allDay ? `${titleOf(event)} all day` : `${titleOf(event)} at ${briefTime(event.start)}`;

/** The same event in two calendars is one. */
function inOrder(events: readonly CalendarEvent[]): CalendarEvent[] {
  const seen = new Map(events.map((event) => [`${event.start} ${event.summary}`, event]));
  return [...seen.values()].sort((left, right) => left.start - right.start);
}

/** "What is on my calendar tomorrow?", "when is my next appointment?" */
export const calendar: Skill = {
  intents: ['JarvisGetEvents'],
  plan(match, view) {
    const named = targetsOf(match, view).filter((entity) => entity.domain === 'calendar');
    const calendars = named.length > 0 ? named : view.entities().filter((entity) => entity.domain === 'calendar');
    if (calendars.length === 0) return answer('I know of no calendar.');
    const isNext = match.slots.next === true;
    const span = isNext
      ? { from: view.now, to: view.now + AHEAD_MS, label: '' }
      : daySpan(typeof match.slots.day === 'string' ? match.slots.day : 'today', view.now);
    if (span === undefined) return answer('I do not know which day that is.');
    const calls = calendars.map((entity) => ({ tool: EVENTS_TOOL, input: { entityId: entity.id, from: span.from, to: span.to } }));
    return lookUp(calls, EventsSchema, (found) => {
      const missing = found.some((each) => each === undefined) ? ' I could not read every calendar.' : '';
      const events = inOrder(found.flatMap((each) => each ?? []));
      if (isNext) return `${nextOf(events, view.now)}${missing}`;
      if (events.length === 0) return `Nothing ${span.label}.${missing}`;
      const read = events
        .slice(0, MOST_READ)
        .map((event) => (span.to - span.from > 2 * 86_400_000 ? `${withTime(event)} ${dayName(event.start, view.now)}` : withTime(event)));
      const more = events.length > MOST_READ ? ` and ${events.length - MOST_READ} more` : '';
      const count = `${countWord(events.length)} ${events.length === 1 ? 'thing' : 'things'}`;
      return `${asSentence(`${capitalised(count)} ${span.label}: ${read.join(', ')}${more}`)}${missing}`;
    });
  },
};

function nextOf(events: readonly CalendarEvent[], now: number): string {
  const next = events.find((event) => event.start > now);
  if (next === undefined) return 'Nothing is in the calendar.';
  const day = dayName(next.start, now);
  return asSentence(`${day === 'today' && !next.allDay ? '' : `${day}: `}${withTime(next)}`);
}
