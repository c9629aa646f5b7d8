import { z } from 'zod';
import { CommandError } from '../command-error.ts';
import { isoTime } from '../event-bus.ts';
import { type FakeEntity, supportedFeatures } from '../fake-entity.ts';
import { answeringService, type Service } from '../service.ts';

export const forecastType = z.enum(['daily', 'hourly', 'twice_daily']);
export type ForecastType = z.output<typeof forecastType>;

export const forecastBits = { daily: 1, hourly: 2, twice_daily: 4 } as const satisfies Record<ForecastType, number>;

const conditions = ['sunny', 'cloudy', 'rainy', 'rainy', 'partlycloudy', 'snowy', 'windy'];
const hour = 3_600_000;

/** Days or hours from now on, the same ones every time: sun today, clouds tomorrow, rain the day after. */
export function forecastOf(weather: FakeEntity, type: ForecastType, now: number): Record<string, unknown>[] {
  if (Array.isArray(weather.memory[type])) return weather.memory[type];
  const step = { hourly: hour, twice_daily: 12 * hour, daily: 24 * hour }[type];
  const count = type === 'hourly' ? 24 : 7;
  const begin = Math.floor(now / step) * step;
  return Array.from({ length: count }, (_, index) => ({
    datetime: isoTime(begin + index * step),
    condition: conditions[(type === 'hourly' ? Math.floor(index / 6) : index) % conditions.length],
    temperature: 12 + ((index * 3) % 10),
    ...(type === 'daily' ? { templow: 4 + ((index * 2) % 6) } : {}),
    ...(type === 'twice_daily' ? { is_daytime: index % 2 === 0 } : {}),
    precipitation: index % 3 === 2 ? 2.4 : 0,
    precipitation_probability: index % 3 === 2 ? 80 : 10,
    humidity: 60,
    wind_bearing: 270,
    wind_speed: 12.6,
  }));
}

export const weatherServices: Service[] = [
  answeringService('weather', 'get_forecasts', { fields: { type: forecastType }, features: [1, 2, 4] }, (weather, data, { house }) => {
    if ((supportedFeatures(weather) & forecastBits[data.type]) === 0) {
      throw new CommandError('home_assistant_error', `Weather entity '${weather.entity_id}' does not support '${data.type}' forecast`);
    }
    return { forecast: forecastOf(weather, data.type, house.settings.now()) };
  }),
];
