import type { Entity } from '../../../contract/home.ts';
import {
  type ComponentFactory,
  cannot,
  hasTopic,
  numberField,
  numberReader,
  optional,
  type Reading,
  renderCommand,
  templateField,
  textField,
  topicField,
  wordReader,
} from '../component.ts';

const ConfigSchema = optional({
  command_topic: topicField,
  state_topic: topicField,
  value_template: templateField,
  payload_open: textField,
  payload_close: textField,
  payload_stop: textField.nullable(),
  state_open: textField,
  state_opening: textField,
  state_closed: textField,
  state_closing: textField,
  state_stopped: textField,
  position_topic: topicField,
  position_template: templateField,
  position_open: numberField,
  position_closed: numberField,
  set_position_topic: topicField,
  set_position_template: templateField,
});

const features = { open: 1, close: 2, setPosition: 4, stop: 8 };

/** Covers; positions are turned into 0 (closed) to 100 (open). */
export const cover: ComponentFactory = (raw, { template }) => {
  const config = ConfigSchema.parse(raw);
  const [positionOpen, positionClosed] = [config.position_open ?? 100, config.position_closed ?? 0];
  const span = positionOpen - positionClosed || 100;
  const states = new Map([
    [config.state_open ?? 'open', 'open'],
    [config.state_opening ?? 'opening', 'opening'],
    [config.state_closed ?? 'closed', 'closed'],
    [config.state_closing ?? 'closing', 'closing'],
  ]);
  const stopped = config.state_stopped ?? 'stopped';

  const atRest = (position: unknown): string => (position === 0 ? 'closed' : 'open');
  const readState = (word: string, now: Entity): Reading | undefined => {
    if (word === stopped)
      return { state: atRest(now.attributes.current_position ?? (now.state === 'closing' || now.state === 'closed' ? 0 : 100)) };
    const state = states.get(word);
    return state === undefined ? (word === 'None' ? { state: 'unknown' } : undefined) : { state };
  };
  const readPosition = (value: number, now: Entity): Reading => {
    const current_position = Math.min(100, Math.max(0, Math.round(((value - positionClosed) / span) * 100)));
    return config.state_topic !== undefined && now.state !== 'unknown'
      ? { attributes: { current_position } }
      : { state: atRest(current_position), attributes: { current_position } };
  };
  const subscriptions = [
    config.state_topic === undefined ? undefined : wordReader(config.state_topic, template(config.value_template), readState),
    config.position_topic === undefined ? undefined : numberReader(config.position_topic, template(config.position_template), readPosition),
  ].filter(hasTopic);
  const canStop = config.command_topic !== undefined && config.payload_stop !== null;
  const setPosition = template(config.set_position_template);

  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (config.command_topic || config.set_position_topic ? features.open + features.close : 0) +
        (config.set_position_topic ? features.setPosition : 0) +
        (canStop ? features.stop : 0),
    },
    subscriptions,
    tells: new Set([...(subscriptions.length > 0 ? ['state'] : []), ...(config.position_topic ? ['current_position'] : [])]),
    command: ({ service, data }, entity) => {
      const position = service.endsWith('_position')
        ? Number(data.position)
        : service.includes('open_')
          ? 100
          : service.includes('close_')
            ? 0
            : undefined;
      if (
        config.set_position_topic !== undefined &&
        position !== undefined &&
        (service.endsWith('_position') || config.command_topic === undefined)
      ) {
        const scaled = Math.round(positionClosed + (position / 100) * span);
        return [{ topic: config.set_position_topic, payload: renderCommand(setPosition, scaled, { position: scaled }) }];
      }
      if (config.command_topic === undefined || service.endsWith('_position')) return cannot(entity, service);
      const payload =
        position === 100
          ? (config.payload_open ?? 'OPEN')
          : position === 0
            ? (config.payload_close ?? 'CLOSE')
            : (config.payload_stop ?? 'STOP');
      return [{ topic: config.command_topic, payload }];
    },
  };
};
