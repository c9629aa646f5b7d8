import { z } from 'zod';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { flag, number, numeric, unit } from './fields.ts';

const playing = new Set(['playing', 'paused', 'buffering']);

/** Off, a player shows only what it is, not what it plays. */
function become(player: FakeEntity, state: string): void {
  player.state = state;
}

function change(player: FakeEntity, attributes: Record<string, unknown>): void {
  player.attributes = { ...player.attributes, ...attributes };
}

function simple(service: string, features: readonly number[], act: (player: FakeEntity) => void): Service {
  return entityService('media_player', service, { features }, (player, _data, { write }) => {
    act(player);
    write(player);
  });
}

const track = (player: FakeEntity, step: number) => {
  const next = Math.max(1, numeric(player.attributes.media_track, 1) + step);
  change(player, { media_track: next, media_title: `Track ${next}` });
};

const setVolume = (player: FakeEntity, level: number) =>
  change(player, { volume_level: Math.round(Math.max(0, Math.min(1, level)) * 100) / 100 });

export const mediaPlayerServices: Service[] = [
  simple('turn_on', [128], (player) => become(player, player.state === 'off' ? 'idle' : player.state)),
  simple('turn_off', [256], (player) => become(player, 'off')),
  simple('toggle', [384], (player) => become(player, player.state === 'off' ? 'idle' : 'off')),
  simple('media_play', [16384], (player) => become(player, 'playing')),
  simple('media_pause', [1], (player) => become(player, playing.has(player.state) ? 'paused' : player.state)),
  simple('media_play_pause', [16385], (player) => become(player, player.state === 'playing' ? 'paused' : 'playing')),
  simple('media_stop', [4096], (player) => become(player, 'idle')),
  simple('media_next_track', [32], (player) => track(player, 1)),
  simple('media_previous_track', [16], (player) => track(player, -1)),
  simple('volume_up', [4, 1024], (player) => setVolume(player, numeric(player.attributes.volume_level) + 0.1)),
  simple('volume_down', [4, 1024], (player) => setVolume(player, numeric(player.attributes.volume_level) - 0.1)),
  entityService('media_player', 'volume_set', { fields: { volume_level: unit }, features: [4] }, (player, data, { write }) => {
    setVolume(player, data.volume_level);
    write(player);
  }),
  entityService('media_player', 'volume_mute', { fields: { is_volume_muted: flag }, features: [8] }, (player, data, { write }) => {
    change(player, { is_volume_muted: data.is_volume_muted });
    write(player);
  }),
  entityService('media_player', 'media_seek', { fields: { seek_position: number }, features: [2] }, (player, data, { write }) => {
    change(player, { media_position: data.seek_position });
    write(player);
  }),
  entityService('media_player', 'select_source', { fields: { source: z.string() }, features: [2048] }, (player, data, { write }) => {
    change(player, { source: data.source });
    write(player);
  }),
  entityService('media_player', 'shuffle_set', { fields: { shuffle: flag }, features: [32768] }, (player, data, { write }) => {
    change(player, { shuffle: data.shuffle });
    write(player);
  }),
  entityService(
    'media_player',
    'repeat_set',
    { fields: { repeat: z.enum(['off', 'all', 'one']) }, features: [262144] },
    (player, data, { write }) => {
      change(player, { repeat: data.repeat });
      write(player);
    },
  ),
  entityService(
    'media_player',
    'play_media',
    {
      fields: {
        media_content_type: z.string(),
        media_content_id: z.string(),
        enqueue: z.string().optional(),
        announce: flag.optional(),
        extra: z.record(z.string(), z.unknown()).optional(),
      },
      features: [512],
    },
    (player, data, { write }) => {
      become(player, 'playing');
      change(player, {
        media_content_id: data.media_content_id,
        media_content_type: data.media_content_type,
        media_title: data.media_content_id,
      });
      write(player);
    },
  ),
];
