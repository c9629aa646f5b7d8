import { type ComponentFactory, cannot, hasTopic, numberReader, optional, topicField, wordList, wordReader } from '../component.ts';

/**
 * Home Assistant's MQTT has no media player; this is ours, in the same format.
 * `state_topic` says `off idle playing paused on`; `volume_state_topic` a number 0–1; `mute_state_topic` `ON` or `OFF`; `source_state_topic` and
 * `title_state_topic` a text. `command_topic` takes `ON OFF PLAY PAUSE STOP NEXT PREVIOUS`, the other `…_command_topic` what their state says.
 */
const ConfigSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  volume_command_topic: topicField,
  volume_state_topic: topicField,
  mute_command_topic: topicField,
  mute_state_topic: topicField,
  source_command_topic: topicField,
  source_state_topic: topicField,
  source_list: wordList,
  title_state_topic: topicField,
});

const states = new Set(['off', 'idle', 'playing', 'paused', 'on', 'standby', 'buffering']);
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

export const mediaPlayer: ComponentFactory = (raw, { template }) => {
  const config = ConfigSchema.parse(raw);
  const plain = template(undefined);
  const subscriptions = [
    config.state_topic === undefined
      ? undefined
      : wordReader(config.state_topic, plain, (state) => (states.has(state) ? { state } : undefined)),
    config.volume_state_topic === undefined
      ? undefined
      : numberReader(config.volume_state_topic, plain, (volume_level) => ({ attributes: { volume_level } })),
    config.mute_state_topic === undefined
      ? undefined
      : wordReader(config.mute_state_topic, plain, (word) => ({ attributes: { is_volume_muted: word === 'ON' } })),
    config.source_state_topic === undefined
      ? undefined
      : wordReader(config.source_state_topic, plain, (source) => ({ attributes: { source } })),
    config.title_state_topic === undefined
      ? undefined
      : wordReader(config.title_state_topic, plain, (media_title) => ({ attributes: { media_title } })),
  ].filter(hasTopic);
  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (config.command_topic ? commands : 0) +
        (config.volume_command_topic ? features.volume + features.volumeStep : 0) +
        (config.mute_command_topic ? features.mute : 0) +
        (config.source_command_topic ? features.source : 0),
      ...(config.source_list && { source_list: config.source_list }),
    },
    subscriptions,
    tells: new Set([
      ...(config.state_topic ? ['state'] : []),
      ...(config.volume_state_topic ? ['volume_level'] : []),
      ...(config.mute_state_topic ? ['is_volume_muted'] : []),
      ...(config.source_state_topic ? ['source'] : []),
    ]),
    command: ({ service, data }, entity) => {
      const { volume_level, is_volume_muted, source } = data;
      if (typeof volume_level === 'number' && config.volume_command_topic)
        return [{ topic: config.volume_command_topic, payload: String(volume_level) }];
      if (typeof is_volume_muted === 'boolean' && config.mute_command_topic)
        return [{ topic: config.mute_command_topic, payload: is_volume_muted ? 'ON' : 'OFF' }];
      if (typeof source === 'string' && config.source_command_topic) return [{ topic: config.source_command_topic, payload: source }];
      const payload = payloads.get(service.slice(service.indexOf('.') + 1));
      return config.command_topic === undefined || payload === undefined
        ? cannot(entity, service)
        : [{ topic: config.command_topic, payload }];
    },
  };
};
