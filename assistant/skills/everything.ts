import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { targetsOf } from './calls.ts';
import type { SkillView } from './skill.ts';
import { counted, listed, theEntity } from './wording.ts';

/** What people mean by "everything", and what they would be sorry for. */

/** Never part of "everything": who leaves the house dark does not unlock it, lower the blinds or stop the heating. */
const COMFORT: ReadonlySet<string> = new Set(['light', 'media_player', 'fan', 'switch', 'input_boolean', 'remote']);

/** Left running by "everything off", and told. */
const WARMTH: ReadonlySet<string> = new Set(['climate', 'water_heater', 'humidifier']);

/** A switch that something hangs on which must not stop. Only its name, its labels and its device tell. */
const MUST_RUN = new RegExp(
  `\\b(${[
    'fridge|freezer|refrigerator|deep.?freeze\\w*|cooler',
    'router|modem|wi-?fi|network|internet|gateway|access point|server|nas|hub|bridge|ups|backup',
    'alarm|security|camera|cctv|doorbell|lock|garage|gate|baby monitor',
    'medical|medicine|oxygen|cpap|concentrator|ventilator|dialysis|incubator|nurse|patient',
    'boiler|furnace|heating|heat pump|thermostat|water (heater|supply|softener|valve)|pump|sump|well',
    'aquarium|fish|terrarium|vivarium|reptile',
    'washing|washer|dryer|dishwasher|charger|charging|wallbox|solar|inverter|battery|mains|meter',
    'always on|keep on|critical|essential',
  ].join('|')})\\b`,
  'iu',
);

export function mustRun(entity: Entity): boolean {
  if (entity.domain !== 'switch' && entity.domain !== 'input_boolean' && entity.domain !== 'remote') return false;
  // A relay that a lamp hangs on is a lamp: "Garage light".
  if (/\b(lights?|lamps?)\b/iu.test(entity.name)) return false;
  const words = [entity.name, ...entity.aliases, entity.device ?? '', ...(entity.labels ?? []), entity.id.replaceAll(/[_.]/gu, ' ')];
  return words.some((each) => MUST_RUN.test(each));
}

const isSwitching = (match: IntentMatch): boolean => match.intent === 'HassTurnOff' || match.intent === 'HassTurnOn';

const isNamed = ({ slots }: IntentMatch): boolean => slots.name !== undefined;

/** "everything", as against "all lights": no kind was said. */
export const isEverything = (match: IntentMatch): boolean =>
  isSwitching(match) && !isNamed(match) && match.slots.domain === undefined && match.slots.device_class === undefined;

/** Is it already as the command wants it? */
function isThere({ intent }: IntentMatch, { state }: Entity): boolean {
  if (intent === 'HassTurnOff') return ['off', 'standby', 'closed', 'unlocked'].includes(state);
  return intent === 'HassTurnOn' && ['on', 'playing', 'open', 'locked'].includes(state);
}

/** Those of the targets that would not stay as they are. */
const changing = (match: IntentMatch, view: SkillView): Entity[] =>
  targetsOf(match, view).filter((entity) => entity.available && !isThere(match, entity));

export interface Spared {
  match: IntentMatch;
  /** What was left out though the words take it in, for telling. */
  leftOut: Entity[];
}

/** Leaves out what nobody means by "everything", and from "all switches" what must run; what was named is done. */
export function spare(match: IntentMatch, view: SkillView): Spared {
  if (!isSwitching(match) || isNamed(match)) return { match, leftOut: [] };
  const targets = targetsOf(match, view);
  const everything = isEverything(match) && new Set(targets.map(({ domain }) => domain)).size > 1;
  // Of everything only what would change is asked: fifty devices that are off already need no call each.
  const outside = targets.filter((entity) => everything && (!COMFORT.has(entity.domain) || isThere(match, entity)));
  const running = (entity: Entity): boolean => entity.state !== 'off' && (mustRun(entity) || (everything && WARMTH.has(entity.domain)));
  const leftOut = match.intent === 'HassTurnOff' ? targets.filter(running) : [];
  const spared = new Set([...outside, ...targets.filter((entity) => match.intent === 'HassTurnOff' && mustRun(entity))]);
  if (spared.size === 0) return { match, leftOut };
  const ids = new Set([...spared].map(({ id }) => id));
  return { match: { ...match, targets: match.targets.filter((id) => !ids.has(id)) }, leftOut };
}

const leftOutWords = (leftOut: readonly Entity[]): string =>
  leftOut.length > 4 ? `${leftOut.slice(0, 3).map(theEntity).join(', ')} and ${leftOut.length - 3} more` : listed(leftOut.map(theEntity));

/** "I have left the freezer and the router on." */
export const sayLeftOut = (leftOut: readonly Entity[]): string => (leftOut.length === 0 ? '' : `I have left ${leftOutWords(leftOut)} on.`);

/** More than these at once are asked about first. */
const MANY = 10;

/** Would it change so much at once that a person is asked first? "Everything" counts all that the words take in, a kind only what would change. */
export function isSweeping(match: IntentMatch, view: SkillView): boolean {
  if (match.question !== undefined || isNamed(match)) return false;
  const affected = changing(spare(match, view).match, view);
  return affected.length > 0 && (isEverything(match) ? match.targets : affected).length > MANY;
}

/** "That is 23 devices in 6 rooms. I would leave the freezer on. Shall I?" */
export function sweepingQuestion(spared: readonly Spared[], view: SkillView): string {
  const targets = [...new Set(spared.flatMap(({ match }) => changing(match, view)))];
  const leftOut = spared.flatMap((each) => each.leftOut);
  const rooms = new Set(targets.flatMap(({ area }) => area ?? [])).size;
  const noun = new Set(targets.map(({ domain }) => domain)).size === 1 && targets[0]?.domain === 'light' ? 'light' : 'device';
  const left = leftOut.length === 0 ? '' : ` I would leave ${leftOutWords(leftOut)} on.`;
  return `That is ${counted(targets.length, noun)}${rooms > 1 ? ` in ${rooms} rooms` : ''}.${left} Shall I?`;
}
