import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { targetsOf } from './calls.ts';
import { isEverything } from './everything.ts';
import type { SkillView } from './skill.ts';
import { counted, listed, nounFor, pluralOf, sharedPlace, spanOf, theName, theOne } from './wording.ts';

/** A command in the words that follow "I will": "turn off the kitchen light". */

const SWITCHED: Record<string, readonly [on: string, off: string]> = {
  cover: ['open', 'close'],
  valve: ['open', 'close'],
  lock: ['lock', 'unlock'],
  vacuum: ['start', 'send home'],
  lawn_mower: ['start', 'send home'],
  alarm_control_panel: ['arm', 'disarm'],
  scene: ['set', 'leave'],
  script: ['run', 'stop'],
  button: ['press', 'press'],
};

export function objectOf(entities: readonly Entity[], view: SkillView): string {
  if (entities.length === 0) return 'that';
  if (entities.length <= 2) return listed(entities.map((entity) => theOne(entity, view)));
  const place = sharedPlace(entities, view);
  const noun = nounFor(entities);
  return place === '' || noun === 'device' ? `${counted(entities.length, noun)}${place}` : `the ${pluralOf(noun)}${place}`;
}

function stepWords(step: unknown, more: string, less: string): string {
  return typeof step === 'number' && step < 0 ? less : more;
}

export function commandWords(match: IntentMatch, view: SkillView): string {
  const targets = targetsOf(match, view);
  const them = objectOf(targets, view);
  const { slots } = match;
  switch (match.intent) {
    case 'HassTurnOn':
    case 'HassTurnOff': {
      const on = match.intent === 'HassTurnOn';
      const kinds = new Set(targets.map(({ domain }) => domain));
      if (isEverything(match) && kinds.size > 1) return `turn everything ${on ? 'on' : 'off'}${sharedPlace(targets, view)}`;
      const verb = kinds.size === 1 ? SWITCHED[targets[0]?.domain ?? '']?.[on ? 0 : 1] : undefined;
      return `${verb ?? (on ? 'turn on' : 'turn off')} ${them}`;
    }
    case 'HassToggle':
      return `toggle ${them}`;
    case 'HassLightSet': {
      if (slots.brightness_step !== undefined) return `make ${them} ${stepWords(slots.brightness_step, 'brighter', 'dimmer')}`;
      if (typeof slots.brightness_factor === 'number') return `make ${them} ${slots.brightness_factor > 1 ? 'brighter' : 'dimmer'}`;
      const look = [slots.color, slots.temperature === undefined ? undefined : `${slots.temperature} kelvin`, percent(slots.brightness)];
      return `set ${them} to ${listed(look.flatMap((each) => (each === undefined ? [] : [String(each)])))}`;
    }
    case 'HassClimateSetTemperature':
      if (slots.temperature === undefined) return `make it ${stepWords(slots.temperature_step, 'warmer', 'cooler')}`;
      return `set ${them} to ${slots.temperature} degrees`;
    case 'HassSetPosition':
      return slots.position === undefined ? `move ${them}` : `set ${them} to ${percent(slots.position)}`;
    case 'HassFanSetSpeed':
      return slots.percentage === undefined
        ? `make ${them} ${stepWords(slots.percentage_step, 'faster', 'slower')}`
        : `set ${them} to ${percent(slots.percentage)}`;
    case 'HassSetVolume':
      return `set the volume to ${percent(slots.volume_level)}`;
    case 'HassSetVolumeRelative':
      return `turn the volume ${slots.volume_step === 'down' || Number(slots.volume_step) < 0 ? 'down' : 'up'}`;
    case 'JarvisSetMode':
      return `set ${them} to ${String(slots.mode)}`;
    case 'HassMediaPause':
      return `pause ${targets.length === 0 ? 'the music' : them}`;
    case 'HassMediaUnpause':
      return `play ${targets.length === 0 ? 'the music' : `on ${them}`}`;
    case 'HassVacuumStart':
      return `start ${targets.length === 0 ? 'the vacuum' : them}`;
    case 'HassVacuumReturnToBase':
      return `send ${targets.length === 0 ? 'the vacuum' : them} home`;
    case 'HassListAddItem':
    case 'HassShoppingListAddItem':
      return `put ${String(slots.item)} on the list`;
    case 'HassStartTimer':
      return `start a timer of ${spanOf(Number(slots.hours ?? 0) * 3600 + Number(slots.minutes ?? 0) * 60 + Number(slots.seconds ?? 0))}`;
    default:
      return typeof slots.name === 'string' ? `do that with ${theName(slots.name)}` : 'do that';
  }
}

const percent = (value: unknown): string | undefined => (value === undefined ? undefined : `${String(value)} %`);

const VERB = /^(turn on|turn off|open|close|lock|unlock) /u;

/** Several commands, the verb said once where it is the same: "turn off the lamp and the hall light". */
export function commandsInWords(matches: readonly IntentMatch[], view: SkillView): string {
  const commands = matches.map((match) => commandWords(match, view));
  const verbs = commands.map((command) => VERB.exec(command)?.[0]);
  return listed(
    commands.map((command, index) => (index > 0 && verbs[index] === verbs[index - 1] ? command.slice(verbs[index]?.length ?? 0) : command)),
  );
}

/** What was not done, after "I have": "left the light off", "not turned on the radio". */
export function leftAsItIs(match: IntentMatch, view: SkillView): string {
  const targets = targetsOf(match, view);
  const on = match.intent === 'HassTurnOn';
  const off = match.intent === 'HassTurnOff';
  const them = objectOf(targets, view);
  const words = targets.length > 0 && targets.every((entity) => entity.state === targets[0]?.state) ? targets[0]?.state : undefined;
  if ((on || off) && words !== undefined && ['on', 'off', 'open', 'closed', 'locked', 'unlocked'].includes(words)) {
    return `left ${them} ${words}`;
  }
  if (match.question !== undefined || targets.length === 0) return 'done nothing';
  return `left ${them} as ${targets.length === 1 ? 'it is' : 'they are'}`;
}
