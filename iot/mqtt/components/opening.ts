import type { Entity } from '../../../contract/home.ts';
import { isRecord } from '../abbreviations.ts';
import { type ComponentFactory, flagField, numberField, optional, type Reading, textField } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const words = {
  payload_open: textField.nullable(),
  payload_close: textField.nullable(),
  payload_stop: textField.nullable(),
  state_open: textField,
  state_opening: textField,
  state_closed: textField,
  state_closing: textField,
  position_open: numberField,
  position_closed: numberField,
};
const CoverSchema = optional({
  ...words,
  payload_stop_tilt: textField.nullable(),
  state_stopped: textField,
  tilt_min: numberField,
  tilt_max: numberField,
  tilt_closed_value: numberField,
  tilt_opened_value: numberField,
});
const ValveSchema = optional({ ...words, reports_position: flagField });

const features = { open: 1, close: 2, setPosition: 4, stop: 8, openTilt: 16, closeTilt: 32, stopTilt: 64, setTilt: 128 };

/** Between a device's own scale and 0–100. */
const scaleOf = (closed: number, open: number) => {
  const span = open - closed || 100;
  return {
    percent: (value: number): number => Math.min(100, Math.max(0, Math.round(((value - closed) / span) * 100))),
    device: (percent: number): number => Math.round(closed + (percent / 100) * span),
  };
};
const atRest = (position: unknown): string => (position === 0 ? 'closed' : 'open');
const payload = (given: string | null | undefined, usual: string): string | undefined => (given === null ? undefined : (given ?? usual));

/** Covers; positions and tilts are turned into 0 (closed) to 100 (open). */
export const cover: ComponentFactory = (raw, tools) => {
  const config = CoverSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const limits = {
    position_open: config.position_open ?? 100,
    position_closed: config.position_closed ?? 0,
    tilt_min: config.tilt_min ?? 0,
    tilt_max: config.tilt_max ?? 100,
  };
  const scale = scaleOf(limits.position_closed, limits.position_open);
  const tilt = scaleOf(limits.tilt_min, limits.tilt_max);
  const states = new Map([
    [config.state_open ?? 'open', 'open'],
    [config.state_opening ?? 'opening', 'opening'],
    [config.state_closed ?? 'closed', 'closed'],
    [config.state_closing ?? 'closing', 'closing'],
    ['None', 'unknown'],
  ]);
  wiring.listen('state', ['state'], (word, now) => {
    if (word === (config.state_stopped ?? 'stopped'))
      return { state: atRest(now.attributes.current_position ?? (now.state === 'closing' || now.state === 'closed' ? 0 : 100)) };
    const state = states.get(word);
    return state === undefined ? undefined : { state };
  });
  const readTilt = (value: unknown): Record<string, unknown> => {
    const given = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value ?? Number.NaN);
    const [least, most] = [Math.min(limits.tilt_min, limits.tilt_max), Math.max(limits.tilt_min, limits.tilt_max)];
    return given >= least && given <= most ? { current_tilt_position: tilt.percent(given) } : {};
  };
  const readPosition = (text: string, now: Entity): Reading | undefined => {
    const both: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    const value = Number(isRecord(both) ? both.position : text);
    if (text.trim() === '' || !Number.isFinite(value)) return undefined;
    const current_position = scale.percent(value);
    const attributes = { current_position, ...(isRecord(both) && readTilt(both.tilt_position)) };
    return wiring.has('state') && now.state !== 'unknown' ? { attributes } : { state: atRest(current_position), attributes };
  };
  wiring.listen('position', ['state', 'current_position'], readPosition);
  wiring.listen('tilt_status', ['current_tilt_position'], (text) => ({ attributes: readTilt(text) }));

  const send = {
    command: wiring.send('command'),
    position: wiring.send('set_position', 'set_position_template'),
    tilt: wiring.send('tilt_command'),
  };
  const [open, close, stop] = [
    payload(config.payload_open, 'OPEN'),
    payload(config.payload_close, 'CLOSE'),
    payload(config.payload_stop, 'STOP'),
  ];
  const stopTilt = payload(config.payload_stop_tilt, 'stop');
  const moves = (word: string | undefined, feature: number): number =>
    (send.command && word !== undefined) || send.position ? feature : 0;

  return {
    state: 'unknown',
    attributes: {
      supported_features:
        moves(open, features.open) +
        moves(close, features.close) +
        (send.position ? features.setPosition : 0) +
        (send.command && stop !== undefined ? features.stop : 0) +
        (send.tilt ? features.openTilt + features.closeTilt + features.setTilt + (stopTilt === undefined ? 0 : features.stopTilt) : 0),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const toPosition = (percent: number) =>
        tell(entity, service, [[send.position, scale.device(percent), { position: percent, ...limits }]]);
      const tiltTo = (value: number | string | undefined, percent?: number) =>
        tell(entity, service, [[send.tilt, value, { ...(percent !== undefined && { tilt_position: percent }), ...limits }]]);
      switch (service) {
        case 'cover.open_cover':
          return send.command && open !== undefined ? tell(entity, service, [[send.command, open]]) : toPosition(100);
        case 'cover.close_cover':
          return send.command && close !== undefined ? tell(entity, service, [[send.command, close]]) : toPosition(0);
        case 'cover.set_cover_position':
          return toPosition(Number(data.position));
        case 'cover.open_cover_tilt':
          return tiltTo(config.tilt_opened_value ?? 100, 100);
        case 'cover.close_cover_tilt':
          return tiltTo(config.tilt_closed_value ?? 0, 0);
        case 'cover.set_cover_tilt_position':
          return tiltTo(tilt.device(Number(data.tilt_position)), Number(data.tilt_position));
        case 'cover.stop_cover_tilt':
          return tiltTo(stopTilt);
        default:
          return tell(entity, service, [[send.command, service === 'cover.stop_cover' ? stop : undefined]]);
      }
    },
  };
};

/** Valves: a word for each end, or one number for everything. */
export const valve: ComponentFactory = (raw, tools) => {
  const config = ValveSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const positions = config.reports_position === true;
  const limits = { position_open: config.position_open ?? 100, position_closed: config.position_closed ?? 0 };
  const scale = scaleOf(limits.position_closed, limits.position_open);
  const states = new Map([
    [config.state_opening ?? 'opening', 'opening'],
    [config.state_closing ?? 'closing', 'closing'],
    ...(positions
      ? []
      : ([
          [config.state_open ?? 'open', 'open'],
          [config.state_closed ?? 'closed', 'closed'],
        ] as const)),
    ['None', 'unknown'],
  ]);
  wiring.listen('state', positions ? ['state', 'current_position'] : ['state'], (text) => {
    const both: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    const state = states.get(String(isRecord(both) ? both.state : text));
    const value = isRecord(both) ? both.position : text;
    const given = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value ?? Number.NaN);
    if (!positions || !Number.isFinite(given)) return state === undefined ? undefined : { state };
    const current_position = scale.percent(given);
    return { state: state ?? atRest(current_position), attributes: { current_position } };
  });
  const send = wiring.send('command');
  const [open, close, stop] = [
    payload(config.payload_open, 'OPEN'),
    payload(config.payload_close, 'CLOSE'),
    config.payload_stop ?? undefined,
  ];
  return {
    state: 'unknown',
    attributes: {
      supported_features:
        (send && (positions || open !== undefined) ? features.open : 0) +
        (send && (positions || close !== undefined) ? features.close : 0) +
        (send && positions ? features.setPosition : 0) +
        (send && stop !== undefined ? features.stop : 0),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const percent = service === 'valve.open_valve' ? 100 : service === 'valve.close_valve' ? 0 : Number(data.position);
      if (service === 'valve.stop_valve') return tell(entity, service, [[send, stop]]);
      if (positions) return tell(entity, service, [[send, scale.device(percent), { position: percent, ...limits }]]);
      return tell(entity, service, [[send, percent === 100 ? open : percent === 0 ? close : undefined]]);
    },
  };
};
