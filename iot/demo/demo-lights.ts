import { isRecord } from '../mqtt/abbreviations.ts';
import type { DemoDevice, Placement } from './demo-device.ts';

const parse = (payload: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(payload);
    return isRecord(value) ? value : {};
  } catch {
    // a lamp ignores what it does not understand
    return {};
  }
};
const level = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 255 ? Math.round(value) : undefined;

/** A lamp of the JSON schema with colours, whites or both. */
export function colourLamp(placement: Placement, modes: ('rgb' | 'color_temp')[]): DemoDevice {
  let state = 'OFF';
  let brightness = 180;
  let temperature = 370;
  let colour: Record<string, unknown> | undefined;
  const report: DemoDevice['report'] = (io) =>
    io.say(
      'state',
      JSON.stringify({
        state,
        brightness,
        color_mode: colour ? 'rgb' : modes.includes('color_temp') ? 'color_temp' : 'rgb',
        ...(colour ? { color: colour } : { color_temp: temperature }),
      }),
    );
  return {
    ...placement,
    component: 'light',
    config: { schema: 'json', stat_t: '~/state', cmd_t: '~/set', brightness: true, sup_clrm: modes, min_mirs: 153, max_mirs: 454 },
    report,
    hear: (_topic, payload, io) => {
      const command = parse(payload);
      if (command.state === 'ON' || command.state === 'OFF') state = command.state;
      brightness = level(command.brightness) ?? brightness;
      if (isRecord(command.color)) colour = command.color;
      if (typeof command.color_temp === 'number') {
        temperature = Math.min(454, Math.max(153, command.color_temp));
        colour = undefined;
      }
      report(io);
    },
  };
}

/** A lamp of the default schema, with or without a dimmer. */
export function plainLamp(
  placement: Placement,
  { dimmable = false, scale = 255 }: { dimmable?: boolean; scale?: number } = {},
): DemoDevice {
  let state = 'OFF';
  let brightness = scale;
  const report: DemoDevice['report'] = (io) => {
    io.say('state', state);
    if (dimmable) io.say('brightness', String(brightness));
  };
  return {
    ...placement,
    component: 'light',
    config: {
      stat_t: '~/state',
      cmd_t: '~/set',
      ...(dimmable && { bri_stat_t: '~/brightness', bri_cmd_t: '~/set/brightness', bri_scl: scale }),
    },
    report,
    hear: (topic, payload, io) => {
      const wanted = Number(payload);
      if (topic === 'set/brightness' && dimmable && wanted >= 1 && wanted <= scale) brightness = Math.round(wanted);
      else if (payload === 'ON' || payload === 'OFF') state = payload;
      report(io);
    },
  };
}
