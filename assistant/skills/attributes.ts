import type { Entity } from '../../contract/home.ts';
import { brightnessOf } from './lights.ts';
import { numeric } from './numeric.ts';
import type { SkillView } from './skill.ts';
import { isUnknown } from './state-words.ts';
import { asSentence, isOrAre, rounded, theOne } from './wording.ts';

/** One thing about a device: "what volume is the telly at". */

const ofPercent = (value: unknown, factor = 1): string | undefined => {
  const number = numeric(value);
  return number === undefined ? undefined : `${rounded(Math.round(number * factor))} %`;
};
const ofText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function attributeOf(entity: Entity, attribute: string): string | undefined {
  const { attributes, domain } = entity;
  switch (attribute) {
    case 'volume':
      return ofPercent(attributes.volume_level, 100);
    case 'brightness':
      return brightnessOf(entity) === undefined ? undefined : `${brightnessOf(entity)} %`;
    case 'speed':
      return ofPercent(attributes.percentage) ?? ofText(attributes.fan_speed);
    case 'position':
      return ofPercent(attributes.current_position);
    case 'source':
      return ofText(attributes.source);
    case 'title':
      return ofText(attributes.media_title);
    case 'color': {
      const kelvin = numeric(attributes.color_temp_kelvin);
      const rgb = attributes.rgb_color;
      return Array.isArray(rgb)
        ? `red ${rgb[0]}, green ${rgb[1]}, blue ${rgb[2]}`
        : kelvin === undefined
          ? undefined
          : `${rounded(kelvin)} kelvin`;
    }
    case 'level':
      return attributeOf(entity, { light: 'brightness', media_player: 'volume', fan: 'speed' }[domain] ?? 'position');
    default:
      return undefined;
  }
}

/** "The TV is at 40 %."; undefined where it does not say. */
export function sayAttribute(entity: Entity, attribute: string, view: SkillView): string | undefined {
  if (isUnknown(entity)) return undefined;
  const value = attributeOf(entity, attribute);
  if (value === undefined) return undefined;
  const word = attribute === 'source' || attribute === 'color' ? 'on' : attribute === 'title' ? 'playing' : 'at';
  return asSentence(`${theOne(entity, view)} ${isOrAre(entity.name)} ${word} ${value}`);
}
