import { describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { controlsOf } from './device-control.ts';
import { stateWords } from './device-words.ts';

function entity(id: string, state: string, attributes: Record<string, unknown> = {}, more: Partial<Entity> = {}): Entity {
  return { id, name: 'It', aliases: [], domain: id.split('.')[0] ?? '', state, attributes, available: true, lastChanged: 0, ...more };
}

describe('the controls of a device', () => {
  it('switch a light and dim one that can be dimmed', () => {
    const plain = controlsOf(entity('light.a', 'on'));
    expect(plain.toggle).toEqual({ on: true, action: { service: 'light.turn_off', entityIds: ['light.a'], data: {} } });
    expect(plain.slider).toBeUndefined();
    const dimmable = controlsOf(entity('light.a', 'on', { brightness: 128, supported_color_modes: ['brightness'] }));
    expect(dimmable.slider?.value).toBe(50);
    expect(dimmable.slider?.action(40)).toEqual({ service: 'light.turn_on', entityIds: ['light.a'], data: { brightness_pct: 40 } });
    expect(dimmable.slider?.action(0).service).toBe('light.turn_off');
    expect(controlsOf(entity('light.a', 'off', { supported_color_modes: ['onoff'] })).slider).toBeUndefined();
  });

  it('offer only what a cover can do now', () => {
    const disabled = (state: string, position?: number) =>
      controlsOf(entity('cover.a', state, position === undefined ? {} : { current_position: position })).buttons.map(
        (button) => button.disabled,
      );
    expect(disabled('closed')).toEqual([false, true, true]);
    expect(disabled('open', 60)).toEqual([false, true, false]);
    expect(disabled('open', 100)).toEqual([true, true, false]);
    expect(disabled('opening', 30)).toEqual([false, false, false]);
  });

  it('keep a thermostat inside its limits', () => {
    const [colder, warmer] = controlsOf(entity('climate.a', 'heat', { temperature: 29.8, target_temp_step: 0.5, max_temp: 30 })).buttons;
    expect(colder?.action.data).toEqual({ temperature: 29.3 });
    expect(warmer?.disabled).toBe(true);
  });

  it('ask a lock for the opposite of what it is, and treat a jammed one as open', () => {
    expect(controlsOf(entity('lock.a', 'locked')).buttons[0]?.action.service).toBe('lock.unlock');
    expect(controlsOf(entity('lock.a', 'jammed')).buttons[0]?.action.service).toBe('lock.lock');
  });

  it('are absent for a sensor and for a kind that nobody has heard of', () => {
    expect(controlsOf(entity('sensor.a', '21'))).toEqual({ buttons: [] });
    expect(controlsOf(entity('teapot.a', 'short and stout'))).toEqual({ buttons: [] });
  });

  it('survive attributes of the wrong kind', () => {
    expect(controlsOf(entity('light.a', 'on', { brightness: 'bright' })).slider?.value).toBe(100);
    expect(controlsOf(entity('climate.a', 'heat', { temperature: null })).buttons).toEqual([]);
    expect(stateWords(entity('cover.a', 'open', { current_position: Number.NaN }))).toBe('Open');
  });
});

describe('the words for a state', () => {
  it('are those of everyday speech', () => {
    expect(stateWords(entity('binary_sensor.a', 'on', {}, { device_class: 'moisture' }))).toBe('Wet');
    expect(stateWords(entity('sensor.a', '21.4', { unit_of_measurement: '°C' }))).toBe('21.4 °C');
    expect(stateWords(entity('cover.a', 'open', { current_position: 60 }))).toBe('60 % open');
    expect(stateWords(entity('light.a', 'on', { brightness: 1 }))).toBe('On, 1 %');
    expect(stateWords(entity('scene.a', 'unknown'))).toBe('');
    expect(stateWords(entity('vacuum.a', 'returning_home'))).toBe('Returning home');
  });
});
