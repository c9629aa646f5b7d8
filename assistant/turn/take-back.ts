import type { Entity } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import { targetsOf } from '../skills/calls.ts';
import { brightnessOf } from '../skills/lights.ts';
import { numeric } from '../skills/numeric.ts';
import type { SkillView } from '../skills/skill.ts';

/** What is off, or does once and leaves nothing to take back. */
const TRACELESS: ReadonlySet<string> = new Set(['scene', 'script', 'button', 'input_button']);
/** Here only what the command changed is changed back: a door that was locked before is never unlocked by it. */
const SECURE: ReadonlySet<string> = new Set(['lock', 'alarm_control_panel', 'cover', 'valve']);

const OPPOSITES: Record<string, string> = {
  HassToggle: 'HassToggle',
  HassMediaPause: 'HassMediaUnpause',
  HassMediaUnpause: 'HassMediaPause',
  HassMediaPlayerMute: 'HassMediaPlayerUnmute',
  HassMediaPlayerUnmute: 'HassMediaPlayerMute',
  HassVacuumStart: 'HassVacuumReturnToBase',
  HassLawnMowerStartMowing: 'HassLawnMowerDock',
};

/** States that "on" leads to. */
const isOnAlready = ({ state }: Entity): boolean =>
  ['on', 'open', 'locked', 'opening', 'locking'].includes(state) || state.startsWith('armed');
const isOffAlready = ({ state }: Entity): boolean => ['off', 'closed', 'unlocked', 'disarmed', 'closing', 'unlocking'].includes(state);

/**
 * The commands that bring things back to what they are now, to be asked before `match` is carried out: "for ten minutes". Empty where nothing
 * can be taken back.
 */
export function takingBack(match: IntentMatch, view: SkillView): IntentMatch[] {
  const entities = targetsOf(match, view).filter(({ domain }) => !TRACELESS.has(domain));
  const back = (intent: string, to: readonly Entity[], slots: Record<string, SlotValue> = {}): IntentMatch[] =>
    to.length === 0
      ? []
      : [{ intent, slots: { name: to.map(({ name }) => name).join(', '), ...slots }, targets: to.map(({ id }) => id), confidence: 1 }];
  const each = (restore: (entity: Entity) => IntentMatch[]): IntentMatch[] => entities.flatMap(restore);
  const opposite = OPPOSITES[match.intent];
  if (opposite !== undefined) return [{ ...withoutWhen(match), intent: opposite }];
  switch (match.intent) {
    case 'HassTurnOn':
      return back(
        'HassTurnOff',
        entities.filter((entity) => !SECURE.has(entity.domain) || !isOnAlready(entity)),
      );
    case 'HassTurnOff':
      return back(
        'HassTurnOn',
        entities.filter((entity) => !isOffAlready(entity)),
      );
    case 'HassLightSet':
      return each((entity) => {
        const brightness = brightnessOf(entity);
        if (entity.state === 'off') return back('HassTurnOff', [entity]);
        const colour = colourOf(entity);
        return brightness === undefined ? back('HassTurnOn', [entity]) : back('HassLightSet', [entity], { brightness, ...colour });
      });
    case 'HassClimateSetTemperature':
      return each((entity) => restored(entity.attributes.temperature, (temperature) => back(match.intent, [entity], { temperature })));
    case 'HassSetPosition':
      return each((entity) => {
        const position = numeric(entity.attributes.current_position) ?? (entity.state === 'closed' ? 0 : 100);
        return back(match.intent, [entity], { position });
      });
    case 'HassFanSetSpeed':
      return each((entity) =>
        entity.state === 'off'
          ? back('HassTurnOff', [entity])
          : restored(entity.attributes.percentage, (percentage) => back(match.intent, [entity], { percentage })),
      );
    case 'HassSetVolume':
    case 'HassSetVolumeRelative':
      return each((entity) =>
        restored(entity.attributes.volume_level, (level) => back('HassSetVolume', [entity], { volume_level: Math.round(level * 100) })),
      );
    case 'JarvisSetMode':
      return each((entity) => {
        const mode = entity.domain === 'climate' || entity.domain.endsWith('select') ? entity.state : entity.attributes.preset_mode;
        return typeof mode === 'string' ? back(match.intent, [entity], { mode }) : [];
      });
    default:
      return [];
  }
}

function restored(value: unknown, restore: (value: number) => IntentMatch[]): IntentMatch[] {
  const number = numeric(value);
  return number === undefined ? [] : restore(number);
}

function colourOf({ attributes }: Entity): Record<string, SlotValue> {
  const kelvin = numeric(attributes.color_temp_kelvin);
  if (kelvin !== undefined) return { temperature: kelvin };
  const rgb = attributes.rgb_color;
  if (!Array.isArray(rgb) || rgb.length !== 3) return {};
  return { color: `#${rgb.map((channel) => Math.round(Number(channel)).toString(16).padStart(2, '0')).join('')}` };
}

function withoutWhen({ when: _when, ...match }: IntentMatch): IntentMatch {
  return match;
}
