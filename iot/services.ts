import type { Entity } from '../contract/home.ts';
import { fanRules, mediaPlayerRules } from './services/air-and-media-rules.ts';
import { climateRules, waterHeaterRules } from './services/climate-rules.ts';
import { sentenceName } from './services/entity-words.ts';
import {
  automationRules,
  counterRules,
  dateRules,
  datetimeRules,
  inputDatetimeRules,
  sceneRules,
  scriptRules,
  timeRules,
  timerRules,
  todoRules,
  updateRules,
} from './services/helper-rules.ts';
import { lightRules } from './services/light-rules.ts';
import { notifyRules } from './services/notify-rules.ts';
import { coverRules, valveRules } from './services/opening-rules.ts';
import {
  humidifierRules,
  inputNumberRules,
  lawnMowerRules,
  numberRules,
  onOffRules,
  selectRules,
  simple,
  sirenRules,
  textRules,
  vacuumRules,
} from './services/plain-rules.ts';
import { alarmRules, lockRules } from './services/security-rules.ts';
import type { Refusal, ServicePlan, ServiceRule } from './services/service-rule.ts';

/** Every service understood, by domain, in Home Assistant's words. */
const rules: ReadonlyMap<string, ReadonlyMap<string, ServiceRule>> = new Map(
  Object.entries({
    light: lightRules,
    ...Object.fromEntries(['switch', 'input_boolean', 'remote', 'group'].map((domain) => [domain, onOffRules(domain)])),
    automation: automationRules,
    fan: fanRules,
    media_player: mediaPlayerRules,
    cover: coverRules,
    valve: valveRules,
    lock: lockRules,
    alarm_control_panel: alarmRules,
    climate: climateRules,
    water_heater: waterHeaterRules,
    humidifier: humidifierRules,
    scene: sceneRules,
    script: scriptRules,
    button: { press: simple() },
    input_button: { press: simple() },
    number: numberRules,
    input_number: inputNumberRules,
    text: textRules,
    input_text: textRules,
    select: selectRules,
    input_select: selectRules,
    siren: sirenRules,
    vacuum: vacuumRules,
    lawn_mower: lawnMowerRules,
    notify: notifyRules,
    counter: counterRules,
    timer: timerRules,
    input_datetime: inputDatetimeRules,
    date: dateRules,
    time: timeRules,
    datetime: datetimeRules,
    update: updateRules,
    todo: todoRules,
  }).map(([domain, services]) => [domain, new Map<string, ServiceRule>(Object.entries(services))]),
);

/** The services of one domain, such as `turn_on`; empty for a domain that cannot be operated. */
export const servicesOf = (domain: string): string[] => [...(rules.get(domain)?.keys() ?? [])];

const split = (service: string): [domain: string, name: string] => {
  const dot = service.indexOf('.');
  return [service.slice(0, dot), service.slice(dot + 1)];
};

/**
 * Can this entity do that? Checks service, data, features and ranges before anything is sent, and resolves toggles and steps.
 * `homeassistant.turn_on|turn_off|toggle` mean the entity's own service of that name.
 */
export function planService(entity: Entity, service: string, data: Record<string, unknown>): ServicePlan | Refusal {
  const [domain, name] = split(service);
  const own = domain === 'homeassistant' ? entity.domain : domain;
  const rule = own === entity.domain ? rules.get(own)?.get(name) : undefined;
  if (!rule) return { refusal: `${sentenceName(entity)} cannot do ${name.replaceAll('_', ' ')}.` };
  return rule(entity, `${own}.${name}`, data);
}
