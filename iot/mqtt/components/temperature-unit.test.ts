import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../contract/home.ts';
import { expandConfig } from '../abbreviations.ts';
import { asItIs } from '../template.ts';
import { climate } from './climate.ts';

const entity: Entity = {
  id: 'climate.x',
  name: 'Thing',
  aliases: [],
  domain: 'climate',
  state: 'off',
  attributes: {},
  available: true,
  lastChanged: 0,
};

describe('degrees', () => {
  const inHome = (temperatureUnit: 'C' | 'F' | undefined, temperature_unit: string | undefined) => {
    const config = expandConfig({
      temp_cmd_t: 't',
      temp_stat_t: 's',
      temp_step: 1,
      min_temp: 50,
      max_temp: 86,
      ...(temperature_unit && { temperature_unit }),
    });
    const component = climate(config, { template: () => asItIs, now: () => 0, temperatureUnit });
    return {
      attributes: component.attributes,
      told: (degrees: number) =>
        component.command({ service: 'climate.set_temperature', data: { temperature: degrees }, target: undefined }, entity),
      heard: (payload: string) => component.subscriptions[0]?.read(payload, entity)?.attributes?.temperature,
    };
  };

  it('are turned into those of the home and back, limits and steps included', () => {
    const device = inHome('C', 'F');
    expect(device.attributes).toMatchObject({ min_temp: 10, max_temp: 30, target_temp_step: 0.6, temperature_unit: '°C' });
    expect(device.heard('70')).toBe(21.1);
    expect(device.told(21)).toEqual([{ topic: 't', payload: '69.8' }]);
    expect(inHome('F', 'C').heard('20')).toBe(68);
  });

  it('stay as they are where device and home agree, or nobody says', () => {
    for (const [home, own, symbol] of [
      ['F', 'F', '°F'],
      ['F', undefined, '°F'],
      [undefined, 'F', '°F'],
      [undefined, undefined, undefined],
    ] as const) {
      const device = inHome(home, own);
      expect([device.attributes.min_temp, device.attributes.temperature_unit, device.heard('70')]).toEqual([50, symbol, 70]);
    }
  });
});
