import { z } from 'zod';
import { choice } from './climate-rules.ts';
import { hasFeature, numberOf, sentenceName } from './entity-words.ts';
import { rule, type ServiceRule, type Target } from './service-rule.ts';

const nothing = z.strictObject({});
const speedRange = 'A speed goes from 0 to 100 percent.';
const percentage = z.number().min(0, speedRange).max(100, speedRange);
const volumeRange = 'Volume goes from 0 to 100 percent.';

const fanOff = rule(nothing, () => ({ service: 'fan.turn_off', target: { states: ['off'] } }));
const setPercentage = rule(z.strictObject({ percentage }), (entity, data) => {
  if (!hasFeature(entity, 1)) return { refusal: `${sentenceName(entity)} has only one speed.` };
  const wanted = Math.round(data.percentage);
  if (wanted === 0) return { service: 'fan.turn_off', target: { states: ['off'] } };
  return { service: 'fan.set_percentage', data: { percentage: wanted }, target: { states: ['on'], attributes: { percentage: wanted } } };
});
const fanOn: ServiceRule = (entity, service, data) => {
  const parsed = rule(z.strictObject({ percentage: percentage.optional() }), (_entity, found) => ({
    data: { ...found },
    target: { states: ['on'] },
  }))(entity, service, data);
  if ('refusal' in parsed || parsed.data.percentage === undefined) return parsed;
  return setPercentage(entity, service, parsed.data);
};
const fanStep = (sign: 1 | -1): ServiceRule =>
  rule(z.strictObject({ percentage_step: percentage.optional() }), (entity, data) => {
    if (!hasFeature(entity, 1)) return { refusal: `${sentenceName(entity)} has only one speed.` };
    const now = entity.state === 'on' ? (numberOf(entity, 'percentage') ?? 100) : 0;
    const step = data.percentage_step ?? numberOf(entity, 'percentage_step') ?? 10;
    const wanted = Math.round(Math.min(100, Math.max(0, now + sign * step)));
    if (wanted === 0) return { service: 'fan.turn_off', target: { states: ['off'] } };
    return { service: 'fan.set_percentage', data: { percentage: wanted }, target: { states: ['on'], attributes: { percentage: wanted } } };
  });

export const fanRules: Record<string, ServiceRule> = {
  turn_on: fanOn,
  turn_off: fanOff,
  toggle: (entity, _service, data) => (entity.state === 'on' ? fanOff(entity, 'fan.turn_off', {}) : fanOn(entity, 'fan.turn_on', data)),
  set_percentage: setPercentage,
  increase_speed: fanStep(1),
  decrease_speed: fanStep(-1),
  set_preset_mode: choice('preset_mode', 'preset_modes', 'preset_mode'),
  set_direction: rule(z.strictObject({ direction: z.enum(['forward', 'reverse']) }), (entity, { direction }) =>
    hasFeature(entity, 4)
      ? { data: { direction }, target: { attributes: { direction } } }
      : { refusal: `${sentenceName(entity)} cannot turn the other way.` },
  ),
  oscillate: rule(z.strictObject({ oscillating: z.boolean() }), (entity, data) =>
    hasFeature(entity, 2) ? { data, target: { attributes: data } } : { refusal: `${sentenceName(entity)} cannot swing.` },
  ),
};

const PlayMediaSchema = z.strictObject({
  media_content_id: z.string().min(1).max(2000),
  media_content_type: z.string().min(1).max(100),
  enqueue: z.enum(['play', 'next', 'add', 'replace']).optional(),
  announce: z.boolean().optional(),
});

/** A call without data that needs a feature of the player. */
const player = (feature: number, target?: Target, service?: string): ServiceRule =>
  rule(nothing, (entity) =>
    hasFeature(entity, feature)
      ? { ...(target && { target }), ...(service && { service }) }
      : { refusal: `${sentenceName(entity)} cannot do that.` },
  );
const playerOn = player(128, { states: ['on', 'idle', 'playing', 'paused', 'buffering'] }, 'media_player.turn_on');
const playerOff = player(256, { states: ['off', 'standby'] }, 'media_player.turn_off');
const play = player(16_384, { states: ['playing', 'buffering'] }, 'media_player.media_play');
const pause = player(1, { states: ['paused'] }, 'media_player.media_pause');
const setVolume = rule(z.strictObject({ volume_level: z.number().min(0, volumeRange).max(1, volumeRange) }), (entity, { volume_level }) =>
  hasFeature(entity, 4)
    ? { service: 'media_player.volume_set', data: { volume_level }, target: { attributes: { volume_level } } }
    : { refusal: `${sentenceName(entity)} has no volume of its own.` },
);
const stepVolume =
  (step: number): ServiceRule =>
  (entity, service, data) => {
    const now = numberOf(entity, 'volume_level');
    if (now === undefined) return player(1024)(entity, service, data);
    return setVolume(entity, 'media_player.volume_set', { volume_level: Math.round(Math.min(1, Math.max(0, now + step)) * 100) / 100 });
  };

export const mediaPlayerRules: Record<string, ServiceRule> = {
  turn_on: playerOn,
  turn_off: playerOff,
  toggle: (entity, service, data) => (entity.state === 'off' || entity.state === 'standby' ? playerOn : playerOff)(entity, service, data),
  media_play: play,
  media_pause: pause,
  media_play_pause: (entity, service, data) => (entity.state === 'playing' ? pause : play)(entity, service, data),
  media_stop: player(4096, { states: ['idle', 'stopped', 'off', 'on', 'standby'] }),
  media_next_track: player(32),
  media_previous_track: player(16),
  volume_set: setVolume,
  volume_up: stepVolume(0.1),
  volume_down: stepVolume(-0.1),
  volume_mute: rule(z.strictObject({ is_volume_muted: z.boolean() }), (entity, data) =>
    hasFeature(entity, 8) ? { data, target: { attributes: data } } : { refusal: `${sentenceName(entity)} cannot be muted.` },
  ),
  select_source: choice('source', 'source_list', 'source'),
  select_sound_mode: choice('sound_mode', 'sound_mode_list', 'sound_mode'),
  shuffle_set: rule(z.strictObject({ shuffle: z.boolean() }), (entity, data) =>
    hasFeature(entity, 32_768) ? { data, target: { attributes: data } } : { refusal: `${sentenceName(entity)} cannot shuffle.` },
  ),
  repeat_set: rule(z.strictObject({ repeat: z.enum(['off', 'all', 'one']) }), (entity, data) =>
    hasFeature(entity, 262_144) ? { data, target: { attributes: data } } : { refusal: `${sentenceName(entity)} cannot repeat.` },
  ),
  play_media: rule(PlayMediaSchema, (entity, data) => {
    if (!hasFeature(entity, 512)) return { refusal: `${sentenceName(entity)} cannot play that.` };
    // an announcement is over before the state would show it
    return { data: { ...data }, ...(!data.announce && { target: { states: ['playing', 'buffering'] } }) };
  }),
  media_seek: rule(z.strictObject({ seek_position: z.number().min(0) }), (entity, data) =>
    hasFeature(entity, 2) ? { data } : { refusal: `${sentenceName(entity)} cannot jump to a time.` },
  ),
  clear_playlist: player(8192),
};
