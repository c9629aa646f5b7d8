import { expandConfig, isRecord } from './abbreviations.ts';

/** One entity as announced; `key` names it for good, across updates of its configuration. */
export interface Announcement {
  key: string;
  /** Home Assistant's component: `light`, `cover` … */
  component: string;
  objectId: string;
  /** Undefined: it is gone. `migrating`: another topic is about to announce it; until then it stays. */
  config: Record<string, unknown> | 'migrating' | undefined;
}

export interface DiscoveryTopic {
  component: string;
  objectId: string;
}

/** `<prefix>/<component>/[<node>/]<object>/config`; undefined for any other topic. */
export function parseDiscoveryTopic(topic: string, prefix: string): DiscoveryTopic | undefined {
  if (!topic.startsWith(`${prefix}/`)) return undefined;
  const parts = topic.slice(prefix.length + 1).split('/');
  if (parts.length < 3 || parts.length > 4 || parts.at(-1) !== 'config') return undefined;
  const component = parts[0] ?? '';
  return /^[a-z_]+$/.test(component) ? { component, objectId: parts.slice(1, -1).join('_') } : undefined;
}

/** Settings that a device-based announcement gives once for all its components. */
const shared = [
  'device',
  'origin',
  'availability',
  'availability_topic',
  'availability_template',
  'availability_mode',
  'payload_available',
  'payload_not_available',
  'command_topic',
  'state_topic',
  'qos',
  'encoding',
];

const migrates = (config: Record<string, unknown>): boolean => config.migrate_discovery === true && Object.keys(config).length === 1;

/**
 * Reads one discovery payload.
 * @returns what is announced; for a device-based message one announcement per component, each with the shared settings
 * @throws SyntaxError or TypeError for what is no discovery message
 */
export function readAnnouncements(topic: string, { component, objectId }: DiscoveryTopic, payload: string): Announcement[] {
  if (payload === '') return [{ key: topic, component, objectId, config: undefined }];
  const parsed: unknown = JSON.parse(payload);
  if (!isRecord(parsed)) throw new TypeError('not a map of settings');
  const whole = expandConfig(parsed);
  if (component !== 'device') return [{ key: topic, component, objectId, config: migrates(whole) ? 'migrating' : whole }];
  if (migrates(whole)) return [{ key: topic, component, objectId, config: 'migrating' }];
  const components = whole.components;
  if (!isRecord(components)) throw new TypeError('a device without components');
  const base = Object.entries(whole).filter(([key]) => shared.includes(key));
  return Object.entries(components).map(([name, value]) => {
    const own = isRecord(value) ? expandConfig({ ...(parsed['~'] !== undefined && { '~': parsed['~'] }), ...value }) : {};
    const platform = typeof own.platform === 'string' ? own.platform : '';
    // a component with nothing but its platform is how a device takes it back
    const gone = Object.keys(own).every((key) => key === 'platform');
    const settings = Object.fromEntries([...base, ...Object.entries(own)]);
    return {
      key: `${topic}#${name}`,
      component: platform,
      objectId: `${objectId}_${name}`,
      config: gone ? undefined : settings,
    };
  });
}
