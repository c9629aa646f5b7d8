import type { Entity } from '../../contract/home.ts';
import { actPlan, targetsOf } from './calls.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { capitalised, rounded, theEntity, theName } from './wording.ts';

const unitOf = (entity: Entity): string => {
  const unit = entity.attributes.temperature_unit ?? entity.attributes.unit_of_measurement;
  return typeof unit === 'string' ? unit : '°C';
};

const numeric = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** The temperature an entity measures: a thermostat's room, or a sensor's own reading. */
function measured(entity: Entity): number | undefined {
  if (!entity.available) return undefined;
  return entity.domain === 'climate' ? numeric(entity.attributes.current_temperature) : numeric(entity.state);
}

export const setTemperature: Skill = {
  intents: ['HassClimateSetTemperature'],
  plan(match, view) {
    const { temperature, temperature_step: step } = match.slots;
    const targets = targetsOf(match, view).filter((entity) => entity.domain === 'climate' || entity.domain === 'water_heater');
    const wanted = (entity: Entity): number | undefined => {
      if (typeof temperature === 'number') return temperature;
      const now = numeric(entity.attributes.temperature);
      return typeof step === 'number' && now !== undefined ? now + step : undefined;
    };
    if (targets.some((entity) => wanted(entity) === undefined)) return fail('tool-failed', 'I do not know what it is set to now.');
    return actPlan(
      targets,
      view,
      (entity) => ({ service: `${entity.domain}.set_temperature`, data: { temperature: wanted(entity) } }),
      (confirmed) =>
        confirmed
          .map((entity) => {
            const now = numeric(view.entity(entity.id)?.attributes.temperature) ?? wanted(entity) ?? 0;
            return `${theEntity(entity)} is set to ${rounded(now)} ${unitOf(entity)}`;
          })
          .join(', '),
    );
  },
};

/** Where no target was named: the thermostat or sensor of this room, else any thermostat, else any thermometer. */
function thermometers(view: SkillView): Entity[] {
  const all = view
    .entities()
    .filter((entity) => entity.domain === 'climate' || (entity.domain === 'sensor' && entity.device_class === 'temperature'))
    .filter((entity) => measured(entity) !== undefined);
  const here = all.filter((entity) => view.room !== undefined && entity.area === view.room);
  const pool = here.length > 0 ? here : all;
  const climates = pool.filter((entity) => entity.domain === 'climate');
  return climates.length > 0 ? climates : pool;
}

export const getTemperature: Skill = {
  intents: ['HassClimateGetTemperature'],
  plan(match, view) {
    const named = targetsOf(match, view);
    const [entity] = named.length > 0 ? named : thermometers(view);
    if (entity === undefined) return fail('no-target', 'of a thermometer there');
    const degrees = measured(entity);
    if (degrees === undefined) return fail('device-unreachable', capitalised(theEntity(entity)));
    const area = entity.area === undefined ? undefined : view.area(entity.area);
    return answer(`It is ${rounded(degrees)} ${unitOf(entity)}${area === undefined ? '' : ` in ${theName(area.name)}`}.`);
  },
};

export const weather: Skill = {
  intents: ['HassGetWeather'],
  plan(match, view) {
    const named = targetsOf(match, view);
    const [entity] = named.length > 0 ? named : view.entities().filter((each) => each.domain === 'weather');
    if (entity === undefined) return answer('I have no weather service yet.');
    const degrees = numeric(entity.attributes.temperature);
    const sky = entity.state.replaceAll('-', ' ').replace('partlycloudy', 'partly cloudy');
    return answer(degrees === undefined ? `It is ${sky}.` : `It is ${sky}, ${rounded(degrees)} ${unitOf(entity)}.`);
  },
};
