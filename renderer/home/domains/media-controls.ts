import type { Entity } from '../../../contract/home.ts';
import { hasFeature, namesFeature, numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, percent, present, pushButton } from '../control.ts';

/** Pause 1, volume 4, mute 8, previous 16, next 32, turn on 128, turn off 256, play 16384. */
export function mediaControls(entity: Entity): Control[] {
  const { id, state, attributes } = entity;
  const on = !['off', 'standby'].includes(state);
  const playing = state === 'playing' || state === 'buffering';
  const volume = numberOf(attributes.volume_level);
  const muted = attributes.is_volume_muted === true;
  const play = playing
    ? hasFeature(entity, 1) && pushButton('Pause', 'pause', act(id, 'media_player.media_pause'))
    : hasFeature(entity, 16_384) && pushButton('Play', 'script', act(id, 'media_player.media_play'), { disabled: !on });
  const next = hasFeature(entity, 32) ? pushButton('Next', 'next', act(id, 'media_player.media_next_track'), { disabled: !on }) : undefined;
  const previous = namesFeature(entity, 16)
    ? pushButton('Previous', 'previous', act(id, 'media_player.media_previous_track'), { disabled: !on })
    : undefined;
  const quick = present(play || undefined, next);
  const all = present(previous, ...quick);
  return present<Control>(
    quick.length > 0 ? { kind: 'buttons', label: 'Quick', tile: 'only', buttons: quick } : undefined,
    all.length > 0 ? { kind: 'buttons', label: 'Playback', buttons: all } : undefined,
    hasFeature(entity, on ? 256 : 128)
      ? { kind: 'toggle', label: 'Power', on, action: act(id, `media_player.${on ? 'turn_off' : 'turn_on'}`) }
      : undefined,
    volume === undefined
      ? undefined
      : {
          kind: 'slider',
          label: 'Volume',
          value: Math.round(volume * 100),
          min: 0,
          max: 100,
          step: 1,
          words: percent,
          action: (value) => act(id, 'media_player.volume_set', { volume_level: value / 100 }),
        },
    namesFeature(entity, 8) || muted
      ? { kind: 'toggle', label: 'Muted', on: muted, action: act(id, 'media_player.volume_mute', { is_volume_muted: !muted }) }
      : undefined,
    namesFeature(entity, 32_768)
      ? {
          kind: 'toggle',
          label: 'Shuffle',
          on: attributes.shuffle === true,
          action: act(id, 'media_player.shuffle_set', { shuffle: attributes.shuffle !== true }),
        }
      : undefined,
    choiceOf(
      'Sound',
      wordsOf(attributes.sound_mode_list),
      textOf(attributes.sound_mode),
      (mode) => mode,
      (sound_mode) => act(id, 'media_player.select_sound_mode', { sound_mode }),
    ),
    choiceOf(
      'Source',
      wordsOf(attributes.source_list),
      textOf(attributes.source),
      (source) => source,
      (source) => act(id, 'media_player.select_source', { source }),
    ),
  );
}
