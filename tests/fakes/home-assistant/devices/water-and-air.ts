import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { flag, number, numeric, percent, texts } from './fields.ts';

function change(entity: FakeEntity, attributes: Record<string, unknown>): void {
  entity.attributes = { ...entity.attributes, ...attributes };
}

function refusePreset(domain: string, name: string, mode: string, modes: readonly string[]): never {
  throw serviceValidationError(`${name} ${mode} is not valid. Valid ${name.toLowerCase()}s are: ${modes.join(', ')}.`, {
    domain,
    key: `not_valid_${name.toLowerCase().replaceAll(' ', '_')}`,
    placeholders: { mode, modes: modes.join(', ') },
  });
}

/** 0 % is off; on without a percentage goes back to the last speed. */
function setFan(fan: FakeEntity, percentage: number): void {
  if (percentage > 0) fan.memory = { ...fan.memory, percentage };
  fan.state = percentage > 0 ? 'on' : 'off';
  if ('percentage' in fan.attributes) change(fan, { percentage, ...('preset_mode' in fan.attributes ? { preset_mode: null } : {}) });
}

function setPreset(fan: FakeEntity, mode: string): void {
  const modes = texts(fan.attributes.preset_modes);
  if (!modes.includes(mode)) refusePreset('fan', 'Preset mode', mode, modes);
  fan.state = 'on';
  change(fan, { preset_mode: mode, percentage: null });
}

const fanOn = { percentage: percent.optional(), preset_mode: z.string().optional() };

function turnFanOn(fan: FakeEntity, data: { percentage?: number | undefined; preset_mode?: string | undefined }): void {
  if (data.preset_mode === undefined) setFan(fan, data.percentage ?? numeric(fan.memory.percentage, 67));
  else setPreset(fan, data.preset_mode);
}

const stepFields = { percentage_step: percent.optional() };
const stepOf = (fan: FakeEntity, given: number | undefined) => given ?? numeric(fan.attributes.percentage_step, 100 / 3);

export const fanServices: Service[] = [
  entityService('fan', 'turn_on', { fields: fanOn, features: [32] }, (fan, data, { write }) => {
    turnFanOn(fan, data);
    write(fan);
  }),
  entityService('fan', 'turn_off', { features: [16] }, (fan, _data, { write }) => {
    setFan(fan, 0);
    write(fan);
  }),
  entityService('fan', 'toggle', { fields: fanOn, features: [48] }, (fan, data, { write }) => {
    if (fan.state === 'on') setFan(fan, 0);
    else turnFanOn(fan, data);
    write(fan);
  }),
  entityService('fan', 'set_percentage', { fields: { percentage: percent }, features: [1] }, (fan, data, { write }) => {
    setFan(fan, data.percentage);
    write(fan);
  }),
  entityService('fan', 'increase_speed', { fields: stepFields, features: [1] }, (fan, data, { write }) => {
    setFan(fan, Math.min(100, Math.round(numeric(fan.attributes.percentage) + stepOf(fan, data.percentage_step))));
    write(fan);
  }),
  entityService('fan', 'decrease_speed', { fields: stepFields, features: [1] }, (fan, data, { write }) => {
    setFan(fan, Math.max(0, Math.round(numeric(fan.attributes.percentage) - stepOf(fan, data.percentage_step))));
    write(fan);
  }),
  entityService('fan', 'oscillate', { fields: { oscillating: flag }, features: [2] }, (fan, data, { write }) => {
    change(fan, { oscillating: data.oscillating });
    write(fan);
  }),
  entityService(
    'fan',
    'set_direction',
    { fields: { direction: z.enum(['forward', 'reverse']) }, features: [4] },
    (fan, data, { write }) => {
      change(fan, { direction: data.direction });
      write(fan);
    },
  ),
  entityService('fan', 'set_preset_mode', { fields: { preset_mode: z.string() }, features: [8] }, (fan, data, { write }) => {
    setPreset(fan, data.preset_mode);
    write(fan);
  }),
];

const onOff = (domain: string, on = 'on'): Service[] => [
  entityService(domain, 'turn_on', {}, (entity, _data, { write }) => {
    entity.state = on;
    write(entity);
  }),
  entityService(domain, 'turn_off', {}, (entity, _data, { write }) => {
    entity.state = 'off';
    write(entity);
  }),
];

export const humidifierServices: Service[] = [
  ...onOff('humidifier'),
  entityService('humidifier', 'toggle', {}, (entity, _data, { write }) => {
    entity.state = entity.state === 'on' ? 'off' : 'on';
    write(entity);
  }),
  entityService('humidifier', 'set_humidity', { fields: { humidity: percent } }, (humidifier, data, { write }) => {
    const [least, most] = [numeric(humidifier.attributes.min_humidity), numeric(humidifier.attributes.max_humidity, 100)];
    if (data.humidity < least || data.humidity > most) {
      throw serviceValidationError(`Provided humidity ${data.humidity} is not valid. Accepted range is ${least} to ${most}.`, {
        domain: 'humidifier',
        key: 'humidity_out_of_range',
        placeholders: { humidity: String(data.humidity), min_humidity: String(least), max_humidity: String(most) },
      });
    }
    change(humidifier, { humidity: data.humidity });
    write(humidifier);
  }),
  entityService('humidifier', 'set_mode', { fields: { mode: z.string() }, features: [1] }, (humidifier, data, { write }) => {
    change(humidifier, { mode: data.mode });
    write(humidifier);
  }),
];

export const waterHeaterServices: Service[] = [
  entityService(
    'water_heater',
    'set_temperature',
    { fields: { temperature: number, operation_mode: z.string().optional() }, features: [1] },
    (heater, data, { write }) => {
      const [least, most] = [numeric(heater.attributes.min_temp, 43.3), numeric(heater.attributes.max_temp, 60)];
      if (data.temperature < least || data.temperature > most) {
        throw serviceValidationError(`Provided temperature ${data.temperature} is not valid. Accepted range is ${least} to ${most}.`, {
          domain: 'water_heater',
          key: 'temp_out_of_range',
          placeholders: { check_temp: String(data.temperature), min_temp: String(least), max_temp: String(most) },
        });
      }
      // The demo's heater thinks in whole degrees Fahrenheit too.
      const fahrenheit = Math.round((data.temperature * 9) / 5 + 32);
      change(heater, { temperature: Math.round((((fahrenheit - 32) * 5) / 9) * 10) / 10 });
      if (data.operation_mode !== undefined) setOperation(heater, data.operation_mode);
      write(heater);
    },
  ),
  entityService(
    'water_heater',
    'set_operation_mode',
    { fields: { operation_mode: z.string() }, features: [2] },
    (heater, data, { write }) => {
      setOperation(heater, data.operation_mode);
      write(heater);
    },
  ),
  entityService('water_heater', 'set_away_mode', { fields: { away_mode: flag }, features: [4] }, (heater, data, { write }) => {
    change(heater, { away_mode: data.away_mode ? 'on' : 'off' });
    write(heater);
  }),
  ...onOff('water_heater', 'eco'),
];

function setOperation(heater: FakeEntity, mode: string): void {
  const modes = texts(heater.attributes.operation_list);
  if (!modes.includes(mode)) refusePreset('water_heater', 'Operation mode', mode, modes);
  heater.state = mode;
  change(heater, { operation_mode: mode });
}
