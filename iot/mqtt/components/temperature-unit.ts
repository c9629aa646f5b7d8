import { textField } from '../component.ts';

const tenths = (value: number): number => Math.round(value * 10) / 10;
export const toFahrenheit = (celsius: number): number => tenths((celsius * 9) / 5 + 32);
export const toCelsius = (fahrenheit: number): number => tenths(((fahrenheit - 32) * 5) / 9);

/** Between the unit of a device and that of the home. */
export interface TemperatureUnit {
  /** What attributes are in: `°C`, `°F`; undefined where nobody says. */
  readonly symbol: string | undefined;
  /** Of the device itself. */
  readonly device: 'C' | 'F';
  fromDevice(value: number): number;
  toDevice(value: number): number;
  /** A difference, such as a step. */
  stepFromDevice(value: number): number;
}

const same = (value: number): number => value;

/** @param setting `temperature_unit` of the announcement: C, F, °C or °F. @throws ZodError */
export function temperatureUnit(setting: unknown, home: 'C' | 'F' | undefined): TemperatureUnit {
  const word = setting === undefined || setting === null ? undefined : textField.parse(setting);
  const own = word === undefined ? home : /F/i.test(word) ? 'F' : 'C';
  const symbol = home ?? own;
  const plain = { symbol: symbol && `°${symbol}`, device: own ?? 'C' };
  if (own === undefined || home === undefined || own === home) return { ...plain, fromDevice: same, toDevice: same, stepFromDevice: same };
  return own === 'F'
    ? { ...plain, fromDevice: toCelsius, toDevice: toFahrenheit, stepFromDevice: (value) => tenths((value * 5) / 9) }
    : { ...plain, fromDevice: toFahrenheit, toDevice: toCelsius, stepFromDevice: (value) => tenths((value * 9) / 5) };
}
