import { z } from 'zod';
import { isRecord } from '../abbreviations.ts';
import { type ComponentFactory, cannot, optional, textField, wordList } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const EventSchema = z.object({ event_types: wordList });

/** The state is when it happened last, the attribute `event_type` what it was. */
export const event: ComponentFactory = (raw, tools) => {
  const { event_types } = EventSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  wiring.listen(
    'state',
    ['state'],
    (text) => {
      const message: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
      if (!isRecord(message)) return undefined;
      const { event_type, ...more } = message;
      if (typeof event_type !== 'string' || !event_types.includes(event_type)) return undefined;
      return {
        state: new Date(tools.now()).toISOString(),
        attributes: { ...Object.fromEntries(Object.entries(more).slice(0, 20)), event_type, event_types },
      };
    },
    true,
  );
  return {
    state: 'unknown',
    attributes: { event_types },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service }, entity) => cannot(entity, service),
  };
};

const UpdateSchema = optional({ payload_install: textField, title: textField, release_url: textField, release_summary: textField });
const told = ['installed_version', 'latest_version', 'title', 'release_url', 'release_summary'];

/** On while a later version is to be had. */
export const update: ComponentFactory = (raw, tools) => {
  const { payload_install, ...fixed } = UpdateSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const judged = (now: Record<string, unknown>, heard: Record<string, unknown>) => {
    const { installed_version: installed, latest_version: latest } = { ...now, ...heard };
    const state = typeof installed === 'string' && typeof latest === 'string' ? (installed === latest ? 'off' : 'on') : undefined;
    return { ...(state !== undefined && { state }), attributes: heard };
  };
  const version = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);
  wiring.listen('state', ['state', 'installed_version'], (text, now) => {
    const message: unknown = text.startsWith('{') ? JSON.parse(text) : { installed_version: text };
    if (!isRecord(message)) return undefined;
    const heard: Record<string, unknown> = {};
    for (const name of told) {
      const value = version(message[name]);
      if (typeof value === 'string' && !(name in fixed)) heard[name] = value.slice(0, 1000);
    }
    const { update_percentage: percentage, in_progress } = message;
    if (typeof percentage === 'number' || percentage === null) heard.update_percentage = percentage;
    if (typeof in_progress === 'boolean' || typeof percentage === 'number') heard.in_progress = in_progress !== false;
    return judged(now.attributes, heard);
  });
  wiring.listen('latest_version', ['latest_version'], (text, now) => judged(now.attributes, { latest_version: text.slice(0, 255) }));
  const send = wiring.send('command');
  return {
    state: 'unknown',
    attributes: { ...fixed, supported_features: send && payload_install !== undefined ? 1 : 0 },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service }, entity) => tell(entity, service, [[send, payload_install]]),
  };
};

const TrackerSchema = optional({ payload_home: textField, payload_not_home: textField, payload_reset: textField, source_type: textField });

/** Where somebody's telephone or car is: `home`, `not_home`, or a place's name. */
export const deviceTracker: ComponentFactory = (raw, tools) => {
  const config = TrackerSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  const states = new Map([
    [config.payload_home ?? 'home', 'home'],
    [config.payload_not_home ?? 'not_home', 'not_home'],
    [config.payload_reset ?? 'None', 'unknown'],
  ]);
  wiring.listen('state', ['state'], (word) => ({ state: states.get(word) ?? word.slice(0, 255) }));
  return {
    state: 'unknown',
    attributes: { source_type: config.source_type ?? 'gps' },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service }, entity) => cannot(entity, service),
  };
};
