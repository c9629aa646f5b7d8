import type { Entity } from '../../../contract/home.ts';
import { type Bounds, type ExpectedChange, type ExpectedChanges, HUES } from './household-suite.ts';

export type House = ReadonlyMap<string, Entity>;
/** A service that was carried out and left no trace in the state. */
export interface Operation {
  entityId: string;
  /** Without its domain. */
  does: string;
}

interface Verdict {
  /** In words; empty when all is as expected. */
  wrong: string[];
  /** Entities that should have been left alone. */
  touched: string[];
}

/** Entity ids that differ, or were operated without a trace. */
export function changedIds(before: House, after: House, operations: readonly Operation[]): Set<string> {
  const changed = [...after.values()].filter((entity) => traceOf(entity) !== traceOf(before.get(entity.id))).map(({ id }) => id);
  return new Set([...changed, ...operations.map(({ entityId }) => entityId)]);
}

/** What is different must be exactly `expected`, with `may` on top where it happened. */
export function judgeDifference(
  before: House,
  after: House,
  operations: readonly Operation[],
  expected: ExpectedChanges,
  may: ExpectedChanges = {},
): Verdict {
  const changed = changedIds(before, after, operations);
  const wrong: string[] = [];
  const touched = [...changed].filter((entityId) => expected[entityId] === undefined && may[entityId] === undefined);
  for (const entityId of touched) wrong.push(`${entityId} should have been left alone but is ${told(after.get(entityId), operations)}`);
  for (const [entityId, change] of Object.entries({ ...may, ...expected })) {
    const entity = after.get(entityId);
    if (entity === undefined) throw new Error(`The suite speaks of ${entityId}, which home.yaml has not.`);
    const isChanged = changed.has(entityId);
    if (!isChanged && expected[entityId] !== undefined) wrong.push(`${entityId} did not change`);
    if (isChanged && !fits(entity, operations, change))
      wrong.push(`${entityId} is ${told(entity, operations)}, not ${JSON.stringify(change)}`);
  }
  return { wrong, touched };
}

const traceOf = (entity: Entity | undefined): string =>
  JSON.stringify([entity?.state, Object.entries(entity?.attributes ?? {}).sort(([left], [right]) => left.localeCompare(right))]);

function told(entity: Entity | undefined, operations: readonly Operation[]): string {
  if (entity === undefined) return 'gone';
  const done = operations.filter(({ entityId }) => entityId === entity.id).map(({ does }) => does);
  const percent = percentOf(entity);
  return [entity.state, ...(percent === undefined ? [] : [`at ${Math.round(percent)} %`]), ...done].join(' ');
}

function fits(entity: Entity, operations: readonly Operation[], change: ExpectedChange): boolean {
  if (typeof change === 'string') return entity.state === change;
  const { state, percent, colour, attributes = {}, does } = change;
  if (state !== undefined && ![state].flat().includes(entity.state)) return false;
  if (percent !== undefined && !isNear(percentOf(entity), percent, 1)) return false;
  if (percent !== undefined && entity.domain === 'light' && entity.state !== 'on') return false;
  if (colour !== undefined && (entity.state !== 'on' || hueOf(entity.attributes.rgb_color) !== colour)) return false;
  if (does !== undefined && !operations.some((each) => each.entityId === entity.id && each.does === does)) return false;
  return Object.entries(attributes).every(([name, wanted]) => {
    const seen = entity.attributes[name];
    return typeof wanted === 'object' || typeof wanted === 'number' ? isNear(seen, wanted, 0.01) : seen === wanted;
  });
}

function isNear(seen: unknown, wanted: number | Bounds, slack: number): boolean {
  if (typeof seen !== 'number') return false;
  const { from, to } = typeof wanted === 'number' ? { from: wanted, to: wanted } : wanted;
  return seen >= from - slack && seen <= to + slack;
}

function percentOf({ domain, attributes }: Entity): number | undefined {
  const number = (name: string, factor: number): number | undefined => {
    const value = attributes[name];
    return typeof value === 'number' ? value * factor : undefined;
  };
  switch (domain) {
    case 'light':
      return number('brightness', 100 / 255);
    case 'cover':
    case 'valve':
      return number('current_position', 1);
    case 'fan':
      return number('percentage', 1);
    case 'media_player':
      return number('volume_level', 100);
    default:
      return undefined;
  }
}

/** Degrees on the colour circle that people call by that name. */
const ARCS: Record<(typeof HUES)[number], readonly [from: number, to: number]> = {
  red: [340, 375],
  green: [80, 165],
  blue: [190, 262],
  purple: [263, 325],
};

function hueOf(value: unknown): (typeof HUES)[number] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [red, green, blue] = value.map(Number);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 60) return undefined;
  const sixth = most === red ? ((green - blue) / spread + 6) % 6 : most === green ? (blue - red) / spread + 2 : (red - green) / spread + 4;
  const hue = sixth * 60;
  return HUES.find((name) => [hue, hue + 360].some((degrees) => degrees >= ARCS[name][0] && degrees <= ARCS[name][1]));
}
