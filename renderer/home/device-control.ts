import type { Entity, HomeAction } from '../../contract/home.ts';

/** One press of one button on a device. */
export interface DeviceButton {
  label: string;
  icon: 'up' | 'down' | 'stop' | 'minus' | 'plus' | 'script' | 'lock' | 'unlock' | 'home';
  action: HomeAction;
  disabled: boolean;
  /** Shown as a word, not as a mere sign. */
  worded: boolean;
}

export interface DeviceSlider {
  label: string;
  /** 0–100 */
  value: number;
  action(value: number): HomeAction;
}

/** What a person can do to a device in the panel. */
export interface DeviceControls {
  /** On or off; absent where the device is not switched. */
  toggle?: { on: boolean; action: HomeAction };
  slider?: DeviceSlider;
  buttons: DeviceButton[];
}

const switched = new Set(['light', 'switch', 'fan', 'input_boolean', 'humidifier', 'siren', 'media_player', 'automation', 'remote']);

/** Reads an entity's controls off its domain, state and attributes, in Home Assistant's words. */
export function controlsOf(entity: Entity): DeviceControls {
  const act = (service: string, data: Record<string, unknown> = {}): HomeAction => ({ service, entityIds: [entity.id], data });
  const button = (
    label: string,
    icon: DeviceButton['icon'],
    action: HomeAction,
    options: { disabled?: boolean; worded?: boolean } = {},
  ): DeviceButton => ({ label, icon, action, disabled: options.disabled ?? false, worded: options.worded ?? false });
  const { domain, state, attributes } = entity;

  if (switched.has(domain)) {
    const on = isOn(entity);
    const controls: DeviceControls = { toggle: { on, action: act(`${domain}.${on ? 'turn_off' : 'turn_on'}`) }, buttons: [] };
    if (domain === 'light' && canDim(attributes)) {
      const brightness = numberOf(attributes.brightness);
      controls.slider = {
        label: 'Brightness',
        value: on ? Math.max(1, Math.round(((brightness ?? 255) / 255) * 100)) : 0,
        action: (value) => (value === 0 ? act('light.turn_off') : act('light.turn_on', { brightness_pct: value })),
      };
    } else if (domain === 'fan' && 'percentage' in attributes) {
      controls.slider = {
        label: 'Speed',
        value: on ? (numberOf(attributes.percentage) ?? 0) : 0,
        action: (value) => act('fan.set_percentage', { percentage: value }),
      };
    } else if (domain === 'media_player' && on && numberOf(attributes.volume_level) !== undefined) {
      controls.slider = {
        label: 'Volume',
        value: Math.round((numberOf(attributes.volume_level) ?? 0) * 100),
        action: (value) => act('media_player.volume_set', { volume_level: value / 100 }),
      };
    }
    return controls;
  }
  switch (domain) {
    case 'cover':
    case 'valve': {
      const position = numberOf(attributes.current_position);
      const [open, close, stop] =
        domain === 'cover' ? ['open_cover', 'close_cover', 'stop_cover'] : ['open_valve', 'close_valve', 'stop_valve'];
      return {
        buttons: [
          button('Open', 'up', act(`${domain}.${open}`), { disabled: state === 'open' && (position ?? 100) === 100 }),
          button('Stop', 'stop', act(`${domain}.${stop}`), { disabled: state !== 'opening' && state !== 'closing' }),
          button('Close', 'down', act(`${domain}.${close}`), { disabled: state === 'closed' }),
        ],
      };
    }
    case 'climate': {
      const target = numberOf(attributes.temperature);
      if (target === undefined) return { buttons: [] };
      const step = numberOf(attributes.target_temp_step) ?? 0.5;
      const lowest = numberOf(attributes.min_temp) ?? 5;
      const highest = numberOf(attributes.max_temp) ?? 35;
      const set = (temperature: number) => act('climate.set_temperature', { temperature: Math.round(temperature * 100) / 100 });
      return {
        buttons: [
          button('Colder', 'minus', set(target - step), { disabled: target - step < lowest }),
          button('Warmer', 'plus', set(target + step), { disabled: target + step > highest }),
        ],
      };
    }
    case 'lock':
      return {
        buttons: [
          state === 'locked'
            ? button('Unlock', 'unlock', act('lock.unlock'), { worded: true })
            : button('Lock', 'lock', act('lock.lock'), { disabled: state === 'locking', worded: true }),
        ],
      };
    case 'scene':
    case 'script':
      return { buttons: [button(domain === 'scene' ? 'Activate' : 'Run', 'script', act(`${domain}.turn_on`), { worded: true })] };
    case 'button':
    case 'input_button':
      return { buttons: [button('Press', 'script', act(`${domain}.press`), { worded: true })] };
    case 'vacuum':
      return {
        buttons: [
          state === 'cleaning'
            ? button('Back home', 'home', act('vacuum.return_to_base'), { worded: true })
            : button('Clean', 'script', act('vacuum.start'), { worded: true }),
        ],
      };
    default:
      return { buttons: [] };
  }
}

/** Whether something runs, shines, is open or unlocked: what a glance over the house looks for. */
export function isOn(entity: Entity): boolean {
  switch (entity.domain) {
    case 'cover':
    case 'valve':
      return entity.state !== 'closed';
    case 'lock':
      return entity.state !== 'locked';
    case 'climate':
      return entity.state !== 'off';
    case 'media_player':
      return !['off', 'standby', 'unknown', 'unavailable'].includes(entity.state);
    case 'vacuum':
      return entity.state === 'cleaning' || entity.state === 'returning';
    default:
      return entity.state === 'on';
  }
}

function canDim(attributes: Record<string, unknown>): boolean {
  const modes = attributes.supported_color_modes;
  if (Array.isArray(modes)) return modes.some((mode) => mode !== 'onoff');
  return 'brightness' in attributes;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
