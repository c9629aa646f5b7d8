import type { Entity } from '../../contract/home.ts';
import { targetsOf } from './calls.ts';
import { numeric } from './numeric.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer } from './skill.ts';
import { converted, degreesOf, homeUnit, unitOf } from './temperature.ts';
import { asSentence, rounded, theEntity, theName } from './wording.ts';

/** "Which room is the warmest?", "Is the kitchen warmer than the hall?" */

interface Reading {
  entity: Entity;
  value: number;
  /** With its unit. */
  words: string;
}

/** Out there it is always the coldest: who asks for a room means inside. */
const OUTSIDE = /\b(?:outside|outdoors?|garden|yard|terrace|balcony|freezer|fridge|refrigerator|oven|pool|boiler|water)\b/iu;

function readingOf(entity: Entity, view: SkillView): Reading | undefined {
  if (!entity.available) return undefined;
  const isWarmth = entity.domain === 'climate' || entity.device_class === 'temperature';
  const value = isWarmth ? degreesOf(entity) : numeric(entity.state);
  if (value === undefined) return undefined;
  const unit = isWarmth ? unitOf(entity, homeUnit(view)) : String(entity.attributes.unit_of_measurement ?? '');
  return {
    entity,
    value: isWarmth ? converted(value, unitOf(entity, homeUnit(view)), '°C') : value,
    words: `${rounded(value)} ${unit}`.trim(),
  };
}

const placeOf = ({ entity }: Reading, view: SkillView): string => {
  const area = entity.area === undefined ? undefined : view.area(entity.area);
  return area === undefined ? theEntity(entity) : theName(area.name);
};

const HIGH_LOW: Record<string, readonly [high: string, low: string]> = {
  temperature: ['warmest', 'coldest'],
  humidity: ['most humid', 'driest'],
};

export const compare: Skill = {
  intents: ['JarvisCompare'],
  plan(match, view) {
    const { measure, measured, than_area: other } = match.slots;
    const isHighest = measure !== 'lowest';
    const isRoom = measured === 'temperature' || measured === 'humidity';
    const targets = targetsOf(match, view);
    if (match.question === 'is') return answer(compared(targets, String(other), isHighest, view));
    if (other !== undefined) {
      const there = view.areas().find(({ name }) => name === other)?.id;
      const both = [...targets, ...view.entities().filter((entity) => entity.area === there && isThermometer(entity))];
      return answer(highest(both, String(measured), isHighest, view));
    }
    const inside = targets.filter(({ name, area }) => !OUTSIDE.test(name) && !OUTSIDE.test(view.area(area ?? '')?.name ?? ''));
    return answer(highest(isRoom && inside.length > 0 ? inside : targets, String(measured), isHighest, view));
  },
};

const isThermometer = ({ domain, device_class }: Entity): boolean =>
  domain === 'climate' || (domain === 'sensor' && device_class === 'temperature');

function highest(entities: readonly Entity[], measured: string, isHighest: boolean, view: SkillView): string {
  const readings = entities.flatMap((entity) => readingOf(entity, view) ?? []);
  if (readings.length === 0) return 'Nothing there measures that.';
  const best = readings.reduce((left, right) => ((isHighest ? right.value > left.value : right.value < left.value) ? right : left));
  const word = HIGH_LOW[measured]?.[isHighest ? 0 : 1];
  if (word === undefined) return asSentence(`${theEntity(best.entity)}, with ${best.words}`);
  return asSentence(`${placeOf(best, view)} is the ${word}, with ${best.words}`);
}

function compared(targets: readonly Entity[], other: string, isHighest: boolean, view: SkillView): string {
  const there = view.areas().find(({ name }) => name === other);
  const own = targets.flatMap((entity) => readingOf(entity, view) ?? []).at(0);
  const against = view
    .entities()
    .filter((entity) => entity.area === there?.id && isThermometer(entity))
    .flatMap((entity) => readingOf(entity, view) ?? [])
    .at(0);
  if (own === undefined || against === undefined) return 'I do not know how warm it is in both of them.';
  const isSo = isHighest ? own.value > against.value : own.value < against.value;
  return asSentence(
    `${isSo ? 'yes' : 'no'}, it is ${own.words} in ${placeOf(own, view)} and ${against.words} in ${placeOf(against, view)}`,
  );
}
