import { type ComponentFactory, optional, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

/**
 * Home Assistant's MQTT has no media player; this is ours, in the same format.
 * `state_topic` says `off idle playing paused on`; `volume_state_topic` a number 0–1; `mute_state_topic` `ON` or `OFF`; `source_state_topic` and
 * `title_state_topic` a text. `command_topic` takes `ON OFF PLAY PAUSE STOP NEXT PREVIOUS`, the other `…_command_topic` what their state says.
 */
const ConfigSchema = optional({ source_list: wordList });

const states = ['off', 'idle', 'playing', 'paused', 'on', 'standby', 'buffering'];
const payloads: ReadonlyMap<string, string> = new Map([
  ['turn_on', 'ON'],
  ['turn_off', 'OFF'],
  ['media_play', 'PLAY'],
  ['media_pause', 'PAUSE'],
  ['media_stop', 'STOP'],
  ['media_next_track', 'NEXT'],
  ['media_previous_track', 'PREVIOUS'],
]);
const features = {
  pause: 1,
  volume: 4,
  mute: 8,
  previous: 16,
  next: 32,
  on: 128,
  off: 256,
  volumeStep: 1024,
  source: 2048,
  stop: 4096,
  play: 16_384,
};
const commands = features.pause + features.previous + features.next + features.on + features.off + features.stop + features.play;

export const mediaPlayer: ComponentFactory = (raw, tools) => {
  const config = ConfigSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  wiring.states('state', new Map(states.map((state) => [state, state])));
  wiring.measure('volume_state', 'volume_level');
  wiring.listen('mute_state', ['is_volume_muted'], (word) => ({ attributes: { is_volume_muted: word === 'ON' } }));
  wiring.word('source_state', 'source');
  wiring.word('title_state', 'media_title');
  const send = {
    command: wiring.send('command'),
    volume: wiring.send('volume_command'),
    mute: wiring.send('mute_command'),
    source: wiring.send('source_command'),
  };
  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (send.command ? commands : 0) +
        (send.volume ? features.volume + features.volumeStep : 0) +
        (send.mute ? features.mute : 0) +
        (send.source ? features.source : 0),
      ...(config.source_list && { source_list: config.source_list }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const name = service.slice(service.indexOf('.') + 1);
      const { volume_level, is_volume_muted, source } = data;
      return tell(entity, service, [
        [send.command, payloads.get(name)],
        [send.volume, volume_level],
        [send.mute, is_volume_muted === undefined ? undefined : is_volume_muted ? 'ON' : 'OFF'],
        [send.source, source],
      ]);
    },
  };
};
