import { z } from 'zod';
import type { Entity, Forecast } from '../../contract/home.ts';
import { ForecastSchema } from '../../contract/home.ts';
import { targetsOf } from './calls.ts';
import { numeric } from './numeric.ts';
import { FORECAST_TOOL, lookUp } from './records.ts';
import type { Plan, Skill, SkillView } from './skill.ts';
import { answer } from './skill.ts';
import { daySpan, midnight } from './spoken-time.ts';
import { converted, homeUnit, unitOf } from './temperature.ts';
import { asSentence, capitalised, rounded } from './wording.ts';

/** The weather now from the state of the weather entity, later from its forecast. */

const SKY: Record<string, string> = {
  'clear-night': 'clear',
  partlycloudy: 'partly cloudy',
  'lightning-rainy': 'thundery with rain',
  lightning: 'thundery',
  'snowy-rainy': 'sleety',
  'windy-variant': 'windy and cloudy',
  pouring: 'pouring with rain',
  exceptional: 'exceptional',
};

const skyOf = (condition: string): string => SKY[condition] ?? condition.replaceAll('-', ' ');

interface Kind {
  /** Home Assistant's conditions that are it. */
  conditions: readonly string[];
  yes: string;
  no: string;
}

const KINDS: Record<string, Kind> = {
  rain: { conditions: ['rainy', 'pouring', 'lightning-rainy', 'snowy-rainy'], yes: 'it should rain', no: 'it should stay dry' },
  snow: { conditions: ['snowy', 'snowy-rainy'], yes: 'it should snow', no: 'no snow is expected' },
  sun: { conditions: ['sunny', 'partlycloudy', 'clear-night'], yes: 'it should be sunny', no: 'it should not be sunny' },
  wind: { conditions: ['windy', 'windy-variant'], yes: 'it should be windy', no: 'there should be little wind' },
  cold: { conditions: [], yes: 'it should be cold', no: 'it should not be cold' },
  hot: { conditions: [], yes: 'it should be hot', no: 'it should not be hot' },
};

/** °C; below it is cold, above it is hot. */
const COLD = 8;
const HOT = 26;
/** km/h, a fresh breeze. */
const WINDY = 30;
/** % from which on rain is expected. */
const LIKELY = 50;

const isWet = (forecast: Forecast): boolean =>
  KINDS.rain!.conditions.includes(forecast.condition ?? '') || (forecast.precipitation ?? 0) > 0.5;

function holds(condition: string, forecast: Forecast, entity: Entity, view: SkillView): boolean {
  const celsius = (degrees: number | undefined) =>
    degrees === undefined ? undefined : converted(degrees, unitOf(entity, homeUnit(view)), '°C');
  const listed = KINDS[condition]?.conditions.includes(forecast.condition ?? '') === true;
  switch (condition) {
    case 'rain':
      return forecast.precipitation_probability === undefined ? isWet(forecast) : listed || forecast.precipitation_probability >= LIKELY;
    case 'wind': {
      const speed = forecast.wind_speed;
      const unit = entity.attributes.wind_speed_unit;
      const kilometres = speed === undefined ? 0 : unit === 'm/s' ? speed * 3.6 : unit === 'mph' ? speed * 1.609 : speed;
      return listed || kilometres >= WINDY;
    }
    case 'cold':
      return (celsius(forecast.templow ?? forecast.temperature) ?? Number.POSITIVE_INFINITY) <= COLD;
    case 'hot':
      return (celsius(forecast.temperature) ?? Number.NEGATIVE_INFINITY) >= HOT;
    default:
      return listed;
  }
}

/** "70 %" for rain, degrees for cold and hot, else the sky. */
function evidence(condition: string, forecast: Forecast, unit: string, yes: boolean): string {
  // The chance is one of rain or snow; that it will not snow, it does not say.
  if (condition === 'snow' && !yes) return '';
  const probability = forecast.precipitation_probability;
  if (condition === 'rain' || condition === 'snow') return probability === undefined ? '' : `: ${rounded(probability, 0)} %`;
  const degrees =
    condition === 'cold' ? (forecast.templow ?? forecast.temperature) : condition === 'hot' ? forecast.temperature : undefined;
  if (degrees !== undefined) return `: ${rounded(degrees)} ${unit}`;
  return forecast.condition === undefined ? '' : `: ${skyOf(forecast.condition)}`;
}

function inWords(forecast: Forecast, unit: string): string {
  const parts: string[] = [];
  if (forecast.condition !== undefined) parts.push(skyOf(forecast.condition));
  if (forecast.temperature !== undefined) {
    const low = forecast.templow === undefined ? '' : `${rounded(forecast.templow, 0)} to `;
    parts.push(`${low}${rounded(forecast.temperature, 0)} ${unit}`);
  }
  const rain = forecast.precipitation_probability;
  if (rain !== undefined && rain >= 10) parts.push(`${rounded(rain, 0)} % chance of rain`);
  return parts.join(', ');
}

/** Of several hours or days one: the worst rain, the widest temperatures, the sky of the middle. */
export function summary(forecasts: readonly Forecast[]): Forecast {
  const middle = forecasts[Math.floor(forecasts.length / 2)]!;
  const most = (pick: (each: Forecast) => number | undefined, choose: (...numbers: number[]) => number): number | undefined => {
    const numbers = forecasts.flatMap((each) => pick(each) ?? []);
    return numbers.length === 0 ? undefined : choose(...numbers);
  };
  const wet = forecasts.find(isWet);
  const together: Forecast = { at: middle.at };
  const condition = wet?.condition ?? middle.condition;
  if (condition !== undefined) together.condition = condition;
  const temperature = most((each) => each.temperature, Math.max);
  if (temperature !== undefined) together.temperature = temperature;
  const templow = most((each) => each.templow ?? (forecasts.length > 1 ? each.temperature : undefined), Math.min);
  if (templow !== undefined) together.templow = templow;
  const probability = most((each) => each.precipitation_probability, Math.max);
  if (probability !== undefined) together.precipitation_probability = probability;
  const precipitation = most((each) => each.precipitation, Math.max);
  if (precipitation !== undefined) together.precipitation = precipitation;
  const wind = most((each) => each.wind_speed, Math.max);
  if (wind !== undefined) together.wind_speed = wind;
  return together;
}

const ForecastsSchema = z.array(ForecastSchema);

function now(entity: Entity, condition: string | undefined, view: SkillView): Plan {
  if (!entity.available || entity.state === 'unknown' || entity.state === 'unavailable')
    return answer('I do not know the weather just now.');
  const degrees = numeric(entity.attributes.temperature);
  const unit = unitOf(entity, homeUnit(view));
  const sky = `it is ${skyOf(entity.state)}${degrees === undefined ? '' : `, ${rounded(degrees)} ${unit}`}`;
  if (condition === undefined) return answer(asSentence(sky));
  const present: Forecast = { at: view.now, condition: entity.state };
  if (degrees !== undefined) present.temperature = degrees;
  const wind = numeric(entity.attributes.wind_speed);
  if (wind !== undefined) present.wind_speed = wind;
  if (holds(condition, present, entity, view)) return answer(`Yes, ${sky}.`);
  // "Is it going to rain?" is asked about the rest of the day, too.
  const no = `No, ${sky}.`;
  const today = lookUp([{ tool: FORECAST_TOOL, input: { entityId: entity.id, type: 'daily' } }], ForecastsSchema, ([days = []]) => {
    const coming = days.find(({ at }) => at >= midnight(view.now) && at < midnight(view.now, 1));
    if (coming === undefined || !holds(condition, coming, entity, view)) return no;
    return `Not now, but ${KINDS[condition]?.yes ?? 'it may be'} today${evidence(condition, coming, unit, true)}.`;
  });
  return today.type === 'act'
    ? { ...today, say: (results) => (results[0]?.outcome.outcome === 'confirmed' ? today.say(results) : no) }
    : today;
}

export const weather: Skill = {
  intents: ['HassGetWeather'],
  plan(match, view) {
    const named = targetsOf(match, view).filter((entity) => entity.domain === 'weather');
    const [entity] = named.length > 0 ? named : view.entities().filter((each) => each.domain === 'weather');
    if (entity === undefined) return answer('I know of no weather service in this home.');
    const { day } = match.slots;
    const condition = typeof match.slots.condition === 'string' ? match.slots.condition : undefined;
    const span = typeof day === 'string' ? daySpan(day, view.now) : undefined;
    if (span === undefined) return now(entity, condition, view);
    const unit = unitOf(entity, homeUnit(view));
    const call = (type: 'daily' | 'hourly') => ({ tool: FORECAST_TOOL, input: { entityId: entity.id, type } });
    // A night falls between two days, so only hours tell of it; where there are none, the day has to do.
    const calls = day === 'tonight' ? [call('hourly'), call('daily')] : [call('daily')];
    return lookUp(calls, ForecastsSchema, (found) => {
      // Days are told by any moment within them, so whole days are compared.
      const from = day === 'tonight' ? span.from : midnight(span.from);
      const hourly = day === 'tonight' ? (found[0] ?? []).filter(({ at }) => at >= from && at < span.to) : [];
      const daily = (found.at(-1) ?? []).filter(({ at }) => at >= midnight(span.from) && at < span.to);
      const fitting = hourly.length > 0 ? hourly : daily;
      if (fitting.length === 0) return `The forecast says nothing about ${span.label.replace(/^(on|at) /u, '')}.`;
      const forecast = summary(fitting);
      if (condition === undefined) return asSentence(`${capitalised(span.label)}: ${inWords(forecast, unit)}`);
      const kind = KINDS[condition] ?? { yes: `it should be ${condition}`, no: `it should not be ${condition}` };
      const yes = holds(condition, forecast, entity, view);
      return `${yes ? `Yes, ${kind.yes}` : `No, ${kind.no}`} ${span.label}${evidence(condition, forecast, unit, yes)}.`;
    });
  },
};
