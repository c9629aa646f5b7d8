import { z } from 'zod';
import type { Entity, StatePoint } from '../../contract/home.ts';
import { StatePointSchema } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { targetsOf } from './calls.ts';
import { numeric } from './numeric.ts';
import { HISTORY_TOOL, lookUp } from './records.ts';
import type { Skill, SkillView } from './skill.ts';
import { fail } from './skill.ts';
import { hourOf, midnight, momentName } from './spoken-time.ts';
import { unitOf } from './temperature.ts';
import { rounded, theName } from './wording.ts';

/** "How warm was it last night in the bedroom?": average, lowest and highest of what a sensor said over a stretch of time. */

interface Period {
  from: number;
  to: number;
  label: string;
}

function periodOf(slots: IntentMatch['slots'], now: number): Period | undefined {
  const today = midnight(now);
  switch (slots.period) {
    case 'today':
      return { from: today, to: now, label: 'today' };
    case 'yesterday':
      return { from: midnight(now, -1), to: today, label: 'yesterday' };
    case 'last_night':
      return { from: hourOf(midnight(now, -1), 22), to: Math.min(now, hourOf(today, 6)), label: 'last night' };
    case 'this_morning':
      return { from: hourOf(today, 6), to: Math.min(now, hourOf(today, 12)), label: 'this morning' };
    case 'this_week': {
      const monday = (new Date(now).getDay() + 6) % 7;
      return { from: midnight(now, -monday), to: now, label: 'this week' };
    }
    case 'last_hours': {
      const hours = typeof slots.hours === 'number' && slots.hours > 0 ? slots.hours : 1;
      return { from: now - hours * 3_600_000, to: now, label: hours === 1 ? 'in the last hour' : `in the last ${hours} hours` };
    }
    default:
      return undefined;
  }
}

interface Reading {
  value: number;
  at: number;
  /** How long it stood, in ms. */
  lasted: number;
}

/** What was read between `from` and `to`; a state that is no number ends the one before and counts for nothing. */
export function readingsOf(entity: Entity, points: readonly StatePoint[], { from, to }: Period): Reading[] {
  return points.flatMap((point, index) => {
    const value = numeric(entity.domain === 'climate' ? point.attributes?.current_temperature : point.state);
    const at = Math.max(point.at, from);
    const end = Math.min(points[index + 1]?.at ?? to, to);
    return value === undefined || end < at || point.at > to ? [] : [{ value, at, lasted: end - at }];
  });
}

/** Weighted by how long each reading stood. */
export function averageOf(readings: readonly Reading[]): number {
  const whole = readings.reduce((sum, { lasted }) => sum + lasted, 0);
  if (whole === 0) return readings.reduce((sum, { value }) => sum + value, 0) / readings.length;
  return readings.reduce((sum, { value, lasted }) => sum + value * lasted, 0) / whole;
}

/** The sensor that is meant: of the kind that was asked for, else one that measures something. */
function sensorFor(match: IntentMatch, view: SkillView): Entity | undefined {
  const kind = typeof match.slots.device_class === 'string' ? match.slots.device_class : 'temperature';
  const named = targetsOf(match, view);
  const pool = named.length > 0 ? named : view.entities().filter((entity) => view.room !== undefined && entity.area === view.room);
  return (
    pool.find((entity) => entity.domain === 'sensor' && entity.device_class === kind) ??
    (kind === 'temperature' ? pool.find((entity) => entity.domain === 'climate') : undefined) ??
    named.find((entity) => entity.domain === 'sensor' || numeric(entity.state) !== undefined)
  );
}

const HistorySchema = z.record(z.string(), z.array(StatePointSchema));

export const history: Skill = {
  intents: ['JarvisGetHistory'],
  plan(match, view) {
    const period = periodOf(match.slots, view.now);
    if (period === undefined || period.to <= period.from) return fail('no-match');
    const entity = sensorFor(match, view);
    if (entity === undefined) return fail('no-target', 'of a sensor there');
    const unit = entity.domain === 'climate' ? unitOf(entity) : (entity.attributes.unit_of_measurement ?? '');
    const say = (value: number): string => `${rounded(value)} ${String(unit)}`.trim();
    const area = entity.area === undefined ? undefined : view.area(entity.area);
    const place = area === undefined ? '' : ` in ${theName(area.name)}`;
    const input = { entityIds: [entity.id], from: period.from, to: period.to };
    return lookUp([{ tool: HISTORY_TOOL, input }], HistorySchema, ([found = {}]) => {
      const readings = readingsOf(entity, found[entity.id] ?? [], period);
      if (readings.length === 0) return `I have no readings of that from ${period.label.replace(/^in /u, '')}.`;
      const lowest = readings.reduce((least, each) => (each.value < least.value ? each : least));
      const highest = readings.reduce((most, each) => (each.value > most.value ? each : most));
      switch (match.slots.measure) {
        case 'lowest':
          return `The lowest ${period.label}${place} was ${say(lowest.value)}, ${momentName(lowest.at, view.now)}.`;
        case 'highest':
          return `The highest ${period.label}${place} was ${say(highest.value)}, ${momentName(highest.at, view.now)}.`;
        case 'average':
          return `On average it was ${say(averageOf(readings))} ${period.label}${place}.`;
        default: {
          const range =
            rounded(lowest.value) === rounded(highest.value) ? '' : `, between ${rounded(lowest.value)} and ${rounded(highest.value)}`;
          return `It was about ${say(averageOf(readings))} ${period.label}${place}${range}.`;
        }
      }
    });
  },
};
