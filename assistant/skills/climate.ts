import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { actPlan, targetsOf } from './calls.ts';
import { clamped, numeric } from './numeric.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { lastStateInWords } from './state-words.ts';
import type { TemperatureUnit } from './temperature.ts';
import { converted, convertedStep, degreesOf, homeUnit, saidUnit, unitOf } from './temperature.ts';
import { capitalised, isOrAre, rounded, theEntity, theName, theOne } from './wording.ts';

const isThermostat = (entity: Entity): boolean => entity.domain === 'climate' || entity.domain === 'water_heater';

/** To the steps in which the thermostat counts; half degrees in °C and whole ones in °F where it does not say. */
function toNotch(entity: Entity, degrees: number, unit: TemperatureUnit): number {
  const notch = numeric(entity.attributes.target_temp_step) ?? (unit === '°F' ? 1 : 0.5);
  return notch > 0 ? Number((Math.round(degrees / notch) * notch).toFixed(2)) : degrees;
}

/** What to ask of a thermostat, in its own unit; undefined where a step has nothing to start from. */
function wantedData(entity: Entity, slots: IntentMatch['slots'], home: TemperatureUnit): Record<string, number> | undefined {
  const unit = unitOf(entity, home);
  const said = saidUnit(slots.temperature_unit) ?? unit;
  const { temperature, temperature_step: step } = slots;
  const now = numeric(entity.attributes.temperature);
  const low = numeric(entity.attributes.target_temp_low);
  const high = numeric(entity.attributes.target_temp_high);
  if (typeof temperature === 'number') {
    // A person who names a number with its unit gets the nearest step; one who speaks the thermostat's own unit gets what was said.
    const goal = said === unit ? temperature : toNotch(entity, converted(temperature, said, unit), unit);
    if (now !== undefined || low === undefined || high === undefined) return { temperature: goal };
    return { target_temp_low: goal - (high - low) / 2, target_temp_high: goal + (high - low) / 2 };
  }
  if (typeof step !== 'number') return undefined;
  const change = convertedStep(step, said, unit);
  const lowest = numeric(entity.attributes.min_temp) ?? Number.NEGATIVE_INFINITY;
  const highest = numeric(entity.attributes.max_temp) ?? Number.POSITIVE_INFINITY;
  const moved = (from: number): number => clamped(toNotch(entity, from + change, unit), lowest, highest);
  if (now !== undefined) return { temperature: moved(now) };
  return low === undefined || high === undefined ? undefined : { target_temp_low: moved(low), target_temp_high: moved(high) };
}

/** Where nothing was named: the thermostats of this room, else the only one there is. */
function thermostats(match: IntentMatch, view: SkillView): Entity[] {
  const named = targetsOf(match, view).filter(isThermostat);
  if (named.length > 0 || match.slots.name !== undefined || match.slots.area !== undefined) return named;
  const all = view.entities().filter(isThermostat);
  const here = all.filter((entity) => view.room !== undefined && entity.area === view.room);
  return here.length > 0 ? here : all.length === 1 ? all : [];
}

function setWords(entity: Entity, home: TemperatureUnit, view: SkillView): string {
  const unit = unitOf(entity, home);
  const now = numeric(entity.attributes.temperature);
  const low = numeric(entity.attributes.target_temp_low) ?? 0;
  const high = numeric(entity.attributes.target_temp_high) ?? 0;
  const goal = now === undefined ? `${rounded(low)} to ${rounded(high)} ${unit}` : `${rounded(now)} ${unit}`;
  return `${theOne(entity, view)} ${isOrAre(entity.name)} set to ${goal}${entity.state === 'off' ? ', but off' : ''}`;
}

export const setTemperature: Skill = {
  intents: ['HassClimateSetTemperature'],
  plan(match, view) {
    const home = homeUnit(view);
    const targets = thermostats(match, view);
    const wanted = new Map(targets.map((entity) => [entity.id, wantedData(entity, match.slots, home)]));
    const [unknown] = targets.filter((entity) => wanted.get(entity.id) === undefined);
    if (unknown !== undefined) return fail('tool-failed', `I do not know what ${theEntity(unknown)} is set to now.`);
    return actPlan(
      targets,
      view,
      (entity) => ({ service: `${entity.domain}.set_temperature`, data: wanted.get(entity.id) ?? {} }),
      (confirmed) =>
        confirmed
          .map((entity) => {
            const seen = view.entity(entity.id) ?? entity;
            // What was confirmed is what is set, even where the state shown here is a moment older.
            return setWords({ ...seen, attributes: { ...seen.attributes, ...wanted.get(entity.id) } }, home, view);
          })
          .join(', '),
    );
  },
};

/** Where no target was named: the thermometer of this room, else any thermostat, else any thermometer inside. */
function thermometers(view: SkillView): Entity[] {
  const all = view
    .entities()
    .filter((entity) => entity.domain === 'climate' || (entity.domain === 'sensor' && entity.device_class === 'temperature'))
    .filter((entity) => entity.available && degreesOf(entity) !== undefined);
  const here = all.filter((entity) => view.room !== undefined && entity.area === view.room);
  const pool = here.length > 0 ? here : all;
  const climates = pool.filter((entity) => entity.domain === 'climate');
  return climates.length > 0 ? climates : pool;
}

export const getTemperature: Skill = {
  intents: ['HassClimateGetTemperature'],
  plan(match, view) {
    const named = targetsOf(match, view);
    const readable = named.filter((entity) => entity.available && degreesOf(entity) !== undefined);
    const [entity] = readable.length > 0 ? readable : named.length > 0 ? named : thermometers(view);
    if (entity === undefined) return fail('no-target', 'of a thermometer there');
    const degrees = degreesOf(entity);
    if (!entity.available && degrees !== undefined) {
      return answer(`${capitalised(theEntity(entity))} is not answering; when I last heard it was ${lastStateInWords(entity)}.`);
    }
    if (degrees === undefined)
      return entity.available
        ? answer(`${capitalised(theEntity(entity))} does not say.`)
        : fail('device-unreachable', capitalised(theEntity(entity)));
    const area = entity.area === undefined ? undefined : view.area(entity.area);
    const unit = unitOf(entity, homeUnit(view));
    // Who names a thermostat may mean what it measures or what it is set to.
    const goal = match.slots.name === undefined || entity.state === 'off' ? undefined : numeric(entity.attributes.temperature);
    const set = goal === undefined || !isThermostat(entity) ? '' : `, set to ${rounded(goal)} ${unit}`;
    return answer(`It is ${rounded(degrees)} ${unit}${area === undefined ? '' : ` in ${theName(area.name)}`}${set}.`);
  },
};
