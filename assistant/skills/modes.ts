import type { Entity } from '../../contract/home.ts';
import { actPlan, targetsOf } from './calls.ts';
import { wordList } from './numeric.ts';
import type { Skill } from './skill.ts';
import { answer, fail } from './skill.ts';
import { capitalised, listed, subjectWithVerb, theEntity } from './wording.ts';

/** Which list of an entity holds a word, and the service that chooses from it. First come, first meant. */
interface ModeList {
  domains: readonly string[];
  list: string;
  service: string;
  field: string;
}

const LISTS: readonly ModeList[] = [
  { domains: ['climate'], list: 'hvac_modes', service: 'climate.set_hvac_mode', field: 'hvac_mode' },
  { domains: ['climate'], list: 'preset_modes', service: 'climate.set_preset_mode', field: 'preset_mode' },
  { domains: ['climate'], list: 'fan_modes', service: 'climate.set_fan_mode', field: 'fan_mode' },
  { domains: ['climate'], list: 'swing_modes', service: 'climate.set_swing_mode', field: 'swing_mode' },
  { domains: ['fan'], list: 'preset_modes', service: 'fan.set_preset_mode', field: 'preset_mode' },
  { domains: ['humidifier'], list: 'available_modes', service: 'humidifier.set_mode', field: 'mode' },
  { domains: ['water_heater'], list: 'operation_list', service: 'water_heater.set_operation_mode', field: 'operation_mode' },
  { domains: ['select'], list: 'options', service: 'select.select_option', field: 'option' },
  { domains: ['input_select'], list: 'options', service: 'input_select.select_option', field: 'option' },
  { domains: ['media_player'], list: 'source_list', service: 'media_player.select_source', field: 'source' },
  { domains: ['media_player'], list: 'sound_mode_list', service: 'media_player.select_sound_mode', field: 'sound_mode' },
  { domains: ['vacuum'], list: 'fan_speed_list', service: 'vacuum.set_fan_speed', field: 'fan_speed' },
  { domains: ['light'], list: 'effect_list', service: 'light.turn_on', field: 'effect' },
];

/** What people say for Home Assistant's words. */
const SAID: Record<string, readonly string[]> = {
  heat: ['heating', 'heat'],
  cool: ['cooling', 'cool', 'air conditioning'],
  dry: ['drying', 'dry', 'dehumidify'],
  auto: ['automatic', 'auto'],
  'fan only': ['fan', 'fan only', 'ventilation'],
  'heat cool': ['heating and cooling', 'heat and cool', 'heat cool', 'auto', 'automatic'],
  sleep: ['sleep', 'sleeping', 'night'],
  night: ['night', 'sleep'],
  silent: ['silent', 'quiet'],
  quiet: ['quiet', 'silent'],
  turbo: ['turbo', 'boost', 'maximum', 'max'],
  max: ['max', 'maximum', 'turbo'],
  low: ['low', 'lowest', 'minimum'],
  high: ['high', 'highest', 'maximum'],
  away: ['away', 'holiday', 'vacation'],
  eco: ['eco', 'economy', 'energy saving'],
};

const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[_\-\s]+/gu, ' ')
    .replace(/\s*\bmode\b$/u, '')
    .trim();

/** The entry of a list that a spoken word means: itself before what merely means the same. */
function entryFor(words: readonly string[], said: string): string | undefined {
  const wanted = plain(said);
  return words.find((word) => plain(word) === wanted) ?? words.find((word) => SAID[plain(word)]?.includes(wanted) === true);
}

const ARM: Record<string, string> = {
  away: 'away',
  home: 'home',
  stay: 'home',
  night: 'night',
  sleep: 'night',
  vacation: 'vacation',
  holiday: 'vacation',
};

/** The service call that gives this entity this mode; undefined where it has no such mode. */
export function modeCall(entity: Entity, said: string): { service: string; data: Record<string, unknown>; mode: string } | undefined {
  if (entity.domain === 'alarm_control_panel') {
    const arm = ARM[plain(said)];
    return arm === undefined ? undefined : { service: `alarm_control_panel.alarm_arm_${arm}`, data: {}, mode: arm };
  }
  if (entity.domain === 'fan' && (said === 'swing' || said === 'still')) {
    const swings = said === 'swing';
    const known = typeof entity.attributes.oscillating === 'boolean';
    return known ? { service: 'fan.oscillate', data: { oscillating: swings }, mode: swings ? 'swinging' : 'not swinging' } : undefined;
  }
  for (const { domains, list, service, field } of LISTS) {
    if (!domains.includes(entity.domain)) continue;
    const mode = entryFor(wordList(entity.attributes[list]), said);
    if (mode !== undefined) return { service, data: { [field]: mode }, mode };
  }
  return undefined;
}

/** Every word that an entity lists for its modes. */
const modesOf = (entity: Entity): string[] =>
  LISTS.filter(({ domains }) => domains.includes(entity.domain)).flatMap(({ list }) => wordList(entity.attributes[list]));

export const modes: Skill = {
  intents: ['JarvisSetMode', 'HassHumidifierMode'],
  plan(match, view) {
    const said = match.slots.mode;
    if (typeof said !== 'string') return fail('no-match');
    const targets = targetsOf(match, view);
    const able = targets.filter((entity) => modeCall(entity, said) !== undefined);
    const [first] = targets;
    if (first === undefined) return fail('no-target', 'anything like that here');
    if (able.length === 0) {
      const known = modesOf(first).map((word) => word.replaceAll('_', ' '));
      const knows = known.length === 0 ? 'has no modes that I know of' : `knows only ${listed(known.slice(0, 8))}`;
      return answer(`${capitalised(theEntity(first))} ${knows}.`);
    }
    return actPlan(
      able,
      view,
      (entity) => modeCall(entity, said) ?? { service: '' },
      (confirmed) => {
        const mode = modeCall(confirmed[0]!, said)?.mode.replaceAll('_', ' ') ?? said;
        const how =
          confirmed[0]?.domain === 'alarm_control_panel' ? `armed in ${mode} mode` : mode.endsWith('swinging') ? mode : `on ${mode}`;
        return `${subjectWithVerb(confirmed, view)} ${how}`;
      },
    );
  },
};
