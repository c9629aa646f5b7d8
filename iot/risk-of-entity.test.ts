import { describe, expect, it } from 'vitest';
import type { Entity } from '../contract/home.ts';
import { entityOf } from '../tests/fakes/fake-bridge.ts';
import { riskOfAction, riskOfEntity } from './risk-of-entity.ts';

const risk = (id: string, more: Partial<Entity> = {}) => riskOfEntity(id, entityOf(id, more));

describe('a person is asked', () => {
  it.each<[string, Partial<Entity>]>([
    ['lock.front', {}],
    ['alarm_control_panel.home', {}],
    ['siren.roof', {}],
    ['cover.x', { device_class: 'garage' }],
    ['cover.x', { device_class: 'gate' }],
    ['cover.x', { device_class: 'door' }],
    ['cover.x', { name: 'Garage' }],
    ['cover.x', { name: 'Garagentor' }],
    ['cover.x', { name: 'Side gate' }],
    ['cover.x', { name: 'Blind', device_class: 'blind', aliases: ['Garage door'] }],
    ['cover.x', { name: 'Garage shutter', device_class: 'shutter' }],
    ['cover.motor', { name: 'Motor', area: 'garage' }],
    ['cover.patio', { name: 'Patio door' }],
    ['cover.x', { name: 'Big one', device: 'Hörmann garage door' }],
    ['button.x', { name: 'Garage door opener' }],
    ['button.x', { name: 'Open the front door' }],
    ['button.x', { name: 'GarageDoor' }],
    ['button.unlock_flat', { name: 'Flat' }],
    ['button.x', { name: 'Ｕnlock' }],
    ['button.x', { name: 'Un​lock' }],
    ['switch.x', { name: 'Gate relay' }],
    ['switch.x', { name: 'Door strike' }],
    ['switch.x', { name: 'Front door lock' }],
    ['switch.x', { name: 'Türöffner' }],
    ['switch.x', { name: 'Main water valve' }],
    ['switch.x', { name: 'Main breaker' }],
    ['switch.x', { name: 'Alarm' }],
    ['script.x', { name: 'Disarm everything' }],
    ['script.x', { name: 'Let the cleaner in' }],
    ['script.x', { name: 'Buzz in' }],
    ['scene.x', { name: 'Unlock the house' }],
    ['scene.leave', { name: 'Leave', attributes: { entity_id: ['light.a', 'lock.front'] } }],
    ['automation.x', { name: 'Open gate on arrival' }],
    ['input_boolean.x', { name: 'Alarm armed' }],
    ['light.x', { name: 'Garage door' }],
    ['light.x', { name: 'Door opener' }],
    ['valve.x', { device_class: 'gas' }],
    ['valve.x', { device_class: 'water' }],
    ['valve.x', { name: 'Gas' }],
    ['valve.x', { name: 'Water main' }],
    ['cover.all', { name: 'All covers', attributes: { entity_id: ['cover.bedroom_blinds', 'cover.garage_door'] } }],
  ])('for %s %o', (id, more) => {
    expect(risk(id, more)).toBe('guarded');
  });

  it.each(['lock.unknown', 'cover.garage_door', 'button.gate_opener', 'siren.x'])('for %s, though nothing is known of it', (id) => {
    expect(riskOfEntity(id, undefined)).toBe('guarded');
  });

  it('for an entity whose id says lock while it passes for something else', () => {
    expect(risk('lock.front', { domain: 'light' })).toBe('guarded');
    expect(risk('light.front', { domain: 'lock' })).toBe('guarded');
  });

  it('for a group whose members are guarded by what the home knows of them, however deep, and for one without end', () => {
    const home = new Map<string, Entity>([
      ['group.all', entityOf('group.all', { attributes: { entity_id: ['group.inner'] } })],
      ['group.inner', entityOf('group.inner', { attributes: { entity_id: ['cover.x'] } })],
      ['cover.x', entityOf('cover.x', { device_class: 'garage' })],
      ['group.ring', entityOf('group.ring', { attributes: { entity_id: ['group.ring'] } })],
    ]);
    const lookUp = (id: string) => home.get(id);
    expect(riskOfAction({ service: 'homeassistant.toggle', entityIds: ['group.all'] }, lookUp)).toBe('guarded');
    expect(riskOfAction({ service: 'homeassistant.toggle', entityIds: ['group.ring'] }, lookUp)).toBe('guarded');
  });

  it.each(['update.install', 'lock.lock', 'alarm_control_panel.alarm_disarm'])('for %s on whatever', (service) => {
    expect(riskOfAction({ service, entityIds: ['light.x'] }, () => undefined)).toBe('guarded');
  });
});

describe('nobody is asked', () => {
  it.each<[string, Partial<Entity>]>([
    ['light.x', { name: 'Gate light' }],
    ['light.x', { name: 'Gate' }],
    ['switch.x', { name: 'Garage door light' }],
    ['switch.x', { name: 'Coffee machine' }],
    ['switch.x', { name: 'Child lock' }],
    ['switch.thermostat_child_lock', { name: 'Thermostat child lock' }],
    ['switch.x', { name: 'Alarm clock' }],
    ['switch.clock_radio', { name: 'Clock radio' }],
    ['switch.block_heater', { name: 'Block heater' }],
    ['cover.x', { name: 'Bedroom blinds', device_class: 'blind' }],
    ['cover.x', { name: 'Door curtain', device_class: 'curtain' }],
    ['cover.x', { name: 'Garage blind', device_class: 'blind', area: 'garage' }],
    ['cover.x', { name: 'Living room shutter', device_class: 'shutter' }],
    ['valve.x', { name: 'Garden sprinkler', device_class: 'water' }],
    ['button.x', { name: 'Restart router' }],
    ['button.x', { name: 'Doorbell chime' }],
    ['scene.x', { name: 'Film night', attributes: { entity_id: ['light.a'] } }],
    ['script.x', { name: 'Good morning' }],
    ['climate.x', { name: 'Garage door heater' }],
    ['sensor.x', { name: 'Front door lock battery' }],
    ['todo.x', { name: 'Open the gate' }],
  ])('for %s %o', (id, more) => {
    expect(risk(id, more)).toBe('change');
  });
});
