import type { Service } from '../service.ts';
import { atLeast } from '../version.ts';
import { calendarServices } from './calendar.ts';
import { climateServices } from './climate.ts';
import { lightServices } from './light.ts';
import { mediaPlayerServices } from './media-player.ts';
import { openingDeviceServices } from './opening.ts';
import { robotServices } from './robots.ts';
import { runServices } from './run-things.ts';
import { securityServices } from './security.ts';
import { switchServices } from './switch.ts';
import { todoServices } from './todo.ts';
import { valueServices } from './values.ts';
import { fanServices, humidifierServices, waterHeaterServices } from './water-and-air.ts';
import { weatherServices } from './weather.ts';

const allServices: readonly Service[] = [
  ...lightServices,
  ...switchServices,
  ...openingDeviceServices,
  ...securityServices,
  ...climateServices,
  ...fanServices,
  ...humidifierServices,
  ...waterHeaterServices,
  ...mediaPlayerServices,
  ...robotServices,
  ...valueServices,
  ...runServices,
  ...todoServices,
  ...calendarServices,
  ...weatherServices,
];

/** Services that came late, and the version they came with. */
const newcomers: ReadonlyMap<string, readonly [year: number, month: number]> = new Map([
  ['calendar.get_events', [2023, 12]],
  ['weather.get_forecasts', [2023, 12]],
  ['todo.add_item', [2023, 11]],
  ['todo.update_item', [2023, 11]],
  ['todo.remove_item', [2023, 11]],
  ['todo.get_items', [2023, 12]],
  ['todo.remove_completed_items', [2024, 1]],
  ['valve.open_valve', [2024, 1]],
  ['valve.close_valve', [2024, 1]],
  ['valve.set_valve_position', [2024, 1]],
  ['valve.stop_valve', [2024, 1]],
  ['valve.toggle', [2024, 1]],
]);

/** The services a Home Assistant of this version has. */
export function servicesOf(version: string): Service[] {
  return allServices.filter(({ domain, service }) => {
    const [year, month] = newcomers.get(`${domain}.${service}`) ?? [0, 0];
    return atLeast(version, year, month);
  });
}
