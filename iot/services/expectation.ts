import type { Entity } from '../../contract/home.ts';
import { planService } from '../services.ts';
import { sameColour } from './colour.ts';
import type { Rgb } from './colour-names.ts';
import type { Target } from './service-rule.ts';

/** `moving`: on its way, or has not answered yet. `contradicted`: the device says that it has given up. */
type Verdict = 'reached' | 'moving' | 'contradicted';
export type Expectation = (state: string, attributes: Record<string, unknown>) => Verdict;

/** How far a device may be off, in the attribute's unit, because it rounds in units of its own. */
const tolerances: Readonly<Record<string, number>> = {
  brightness: 3,
  current_position: 2,
  current_tilt_position: 2,
  percentage: 1,
  // half a degree Fahrenheit, shown in tenths of a degree Celsius
  temperature: 0.34,
  target_temp_low: 0.34,
  target_temp_high: 0.34,
  volume_level: 0.02,
  humidity: 0.5,
};

const temperatures = new Set(['temperature', 'target_temp_low', 'target_temp_high']);

const isRgb = (value: unknown): value is Rgb =>
  Array.isArray(value) && value.length === 3 && value.every((each) => typeof each === 'number');

function closeEnough(attribute: string, wanted: unknown, seen: unknown, attributes: Record<string, unknown>): boolean {
  if (attribute === 'rgb_color') return isRgb(wanted) && isRgb(seen) && sameColour(wanted, seen);
  if (typeof wanted !== 'number') return wanted === seen;
  if (typeof seen !== 'number') return false;
  if (attribute === 'color_temp_kelvin') return Math.abs(wanted - seen) <= wanted * 0.02;
  return Math.abs(wanted - seen) <= slackOf(attribute, attributes);
}

/** A fan with three speeds shows 33 when asked for 40; a thermostat of whole degrees shows 22 when asked for 21.5. */
function slackOf(attribute: string, attributes: Record<string, unknown>): number {
  const slack = tolerances[attribute] ?? 1e-6;
  const { percentage_step: speedStep, target_temp_step: degrees } = attributes;
  if (attribute === 'percentage' && typeof speedStep === 'number') return speedStep / 2 + 1;
  return temperatures.has(attribute) && typeof degrees === 'number' ? Math.max(slack, degrees / 2 + 0.01) : slack;
}

const sameState = (wanted: string, seen: string): boolean =>
  wanted === seen || (wanted.trim() !== '' && seen.trim() !== '' && Math.abs(Number(wanted) - Number(seen)) < 1e-6);

/** Judges every state seen after the call. */
export function expectTarget(target: Target): Expectation {
  const wanted = Object.entries(target.attributes ?? {});
  return (state, attributes) => {
    if (target.failures && Object.hasOwn(target.failures, state)) return 'contradicted';
    const stateReached = target.states?.some((each) => sameState(each, state)) ?? true;
    return stateReached && wanted.every(([name, value]) => closeEnough(name, value, attributes[name], attributes)) ? 'reached' : 'moving';
  };
}

/** What the entity should come to after the call; undefined where the call is refused or leaves no trace. */
export function expectation(entity: Entity, service: string, data: Record<string, unknown>): Expectation | undefined {
  const plan = planService(entity, service, data);
  return 'refusal' in plan || plan.target === undefined ? undefined : expectTarget(plan.target);
}

/** The state a simulated device takes at once. */
export function applyTarget(entity: Entity, target: Target): Pick<Entity, 'state' | 'attributes'> {
  const attributes = { ...entity.attributes, ...target.attributes };
  if (target.attributes && 'rgb_color' in target.attributes) Object.assign(attributes, { color_mode: 'rgb', color_temp_kelvin: undefined });
  else if (target.attributes && 'color_temp_kelvin' in target.attributes)
    Object.assign(attributes, { color_mode: 'color_temp', rgb_color: undefined });
  // "stop" leaves a cover where it is: a state that already fits stays
  const state = target.states?.includes(entity.state) ? entity.state : target.states?.[0];
  return { state: state ?? entity.state, attributes };
}
