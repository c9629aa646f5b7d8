import type { Entity } from '../contract/home.ts';
import { fanRules, mediaPlayerRules } from './services/air-and-media-rules.ts';
import { climateRules } from './services/climate-rules.ts';
import { sentenceName } from './services/entity-words.ts';
import { lightRules } from './services/light-rules.ts';
import { coverRules, valveRules } from './services/opening-rules.ts';
import {
  humidifierRules,
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
    ...Object.fromEntries(['switch', 'input_boolean', 'automation', 'remote', 'group'].map((domain) => [domain, onOffRules(domain)])),
    fan: fanRules,
    media_player: mediaPlayerRules,
    cover: coverRules,
    valve: valveRules,
    lock: lockRules,
    alarm_control_panel: alarmRules,
    climate: climateRules,
    water_heater: { set_temperature: climateRules.set_temperature!, ...onOffRules('water_heater') },
    humidifier: humidifierRules,
    scene: { turn_on: simple() },
    script: { turn_on: simple(), turn_off: simple({ states: ['off'] }) },
    button: { press: simple() },
    input_button: { press: simple() },
    number: numberRules,
    input_number: numberRules,
    text: textRules,
    input_text: textRules,
    select: selectRules,
    input_select: selectRules,
    siren: sirenRules,
    vacuum: vacuumRules,
    lawn_mower: lawnMowerRules,
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
