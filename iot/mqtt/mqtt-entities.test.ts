import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { EntityTable } from '../entity-table.ts';
import { MqttEntities } from './mqtt-entities.ts';

describe('entities announced by MQTT', () => {
  let clock: FakeClock;
  let table: EntityTable;
  let entities: MqttEntities;
  let ending: AbortController;
  let warnings: string[];
  let subscribed: string[];

  const hear = (topic: string, payload: unknown, retained = false): void =>
    entities.handle(topic, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), retained);
  const announce = (topic: string, config: unknown): void => hear(`homeassistant/${topic}/config`, config, true);
  const entity = (id: string): Entity => {
    const found = table.get(id);
    if (!found) throw new Error(`there is no ${id}, only ${table.all().map((each) => each.id)}`);
    return found;
  };

  beforeEach(() => {
    clock = new FakeClock();
    table = new EntityTable();
    ending = new AbortController();
    warnings = [];
    subscribed = [];
    entities = new MqttEntities({
      table,
      clock,
      log: {
        ...silentLog,
        debug: () => undefined,
        info: () => undefined,
        error: () => undefined,
        warn: (warning) => warnings.push(warning),
      },
      discoveryPrefix: 'homeassistant',
      subscribe: (topic, qos) => subscribed.push(`${topic} ${qos}`),
      unsubscribe: (topic) => subscribed.push(`${topic} ended`),
    });
    entities.setConnected(true);
    void entities.deadlines.run(ending.signal);
  });
  afterEach(() => ending.abort());

  it('gives every entity with a unique id its identity, its device and its place', () => {
    announce('sensor/kitchen/t', {
      name: 'Temperature',
      uniq_id: 'abc',
      stat_t: 's',
      dev: { ids: 'k', name: 'Kitchen sensor', sa: 'Kitchen', via_device: 'hub', cns: [['mac', '00']] },
      o: { name: 'zigbee2mqtt', sw: '2', url: 'https://example.org' },
    });
    expect(entity('sensor.kitchen_sensor_temperature')).toMatchObject({
      identity: 'mqtt sensor abc',
      device: 'Kitchen sensor',
      area: 'kitchen',
    });
    expect(entity('sensor.kitchen_sensor_temperature').exposed).toBeUndefined();
  });

  it('leaves settings, diagnostics and what is switched off by its maker out of conversation', () => {
    announce('number/a', { name: 'Sensitivity', cmd_t: 'a', ent_cat: 'config' });
    announce('sensor/b', { name: 'Link quality', stat_t: 'b', ent_cat: 'diagnostic', en: false });
    expect(entity('number.sensitivity')).toMatchObject({ exposed: false, attributes: { entity_category: 'config' } });
    expect(entity('number.sensitivity').hidden).toBeUndefined();
    expect(entity('sensor.link_quality')).toMatchObject({ exposed: false, hidden: true });
    announce('number/a', { name: 'Sensitivity', cmd_t: 'a' });
    expect(entity('number.sensitivity').exposed).toBeUndefined();
    expect(entity('number.sensitivity').attributes.entity_category).toBeUndefined();
  });

  it('names an entity as Home Assistant does', () => {
    const dev = { ids: ['x'], name: 'Hall plug' };
    announce('sensor/1', { uniq_id: '1', stat_t: 'a', dev, dev_cla: 'power' });
    announce('switch/2', { uniq_id: '2', stat_t: 'a', dev, name: null });
    announce('switch/3', { uniq_id: '3', stat_t: 'a', dev, name: 'Hall plug LED', obj_id: 'led' });
    announce('switch/4', { uniq_id: '4', stat_t: 'a', name: '☃ .*+?^$()|[]{}\\', def_ent_id: 'switch.snow' });
    announce('switch/5', { uniq_id: '5', stat_t: 'a', name: `line\nbreak\u0000 ${'x'.repeat(300)}` });
    expect(table.all().map(({ id, name }) => [id, name])).toEqual([
      ['sensor.hall_plug_power', 'Hall plug Power'],
      ['switch.hall_plug', 'Hall plug'],
      ['switch.led', 'Hall plug LED'],
      ['switch.snow', '☃ .*+?^$()|[]{}\\'],
      [`switch.line_break_${'x'.repeat(89)}`, `line break ${'x'.repeat(109)}`],
    ]);
  });

  it('lets only the first device have a unique id', () => {
    announce('switch/one', { name: 'One', uniq_id: 'same', stat_t: 'one' });
    announce('switch/two', { name: 'Two', uniq_id: 'same', stat_t: 'two' });
    announce('light/three', { name: 'Three', uniq_id: 'same', stat_t: 'three' });
    expect(table.all().map(({ id }) => id)).toEqual(['switch.one', 'light.three']);
    expect(warnings.join()).toContain('unique id belongs to another');
    announce('switch/one', '');
    announce('switch/two', { name: 'Two', uniq_id: 'same', stat_t: 'two' });
    expect(entity('switch.two').identity).toBe('mqtt switch same');
  });

  it('moves an entity to a device announcement and back, with its id and state', () => {
    const old = { name: 'Plug', uniq_id: 'p', stat_t: 'plug', cmd_t: 'plug/set' };
    announce('switch/plug', old);
    hear('plug', 'ON');
    announce('switch/plug', { migr_discvry: true });
    announce('device/strip', { dev: { ids: ['s'], name: 'Strip' }, o: { name: 't' }, cmps: { plug: { p: 'switch', ...old } } });
    announce('switch/plug', '');
    expect(table.all()).toHaveLength(1);
    expect(entity('switch.plug')).toMatchObject({ state: 'on', name: 'Strip Plug' });
    hear('plug', 'OFF');
    expect(entity('switch.plug').state).toBe('off');
    announce('device/strip', { migrate_discovery: true });
    announce('switch/plug', old);
    announce('device/strip', '');
    expect(entity('switch.plug')).toMatchObject({ state: 'off', name: 'Plug' });
    announce('switch/plug', '');
    expect(table.all()).toHaveLength(0);
  });

  it('gives up an entity that was to migrate and was taken away instead', () => {
    announce('switch/plug', { name: 'Plug', uniq_id: 'p', stat_t: 'plug' });
    announce('switch/plug', { migrate_discovery: true });
    announce('switch/plug', '');
    expect(table.all()).toHaveLength(0);
  });

  it('counts a sensor as not answering when it is silent for longer than it said', async () => {
    announce('sensor/t', { name: 'T', stat_t: 't', exp_aft: 60 });
    expect(entity('sensor.t').available).toBe(false);
    hear('t', '20');
    expect(entity('sensor.t')).toMatchObject({ available: true, state: '20' });
    await clock.advance(59_000);
    hear('t', '20');
    await clock.advance(59_000);
    expect(entity('sensor.t').available).toBe(true);
    await clock.advance(1001);
    expect(entity('sensor.t')).toMatchObject({ available: false, state: '20' });
    hear('t', '21');
    expect(entity('sensor.t').available).toBe(true);
  });

  it('keeps the deadline of a sensor that is announced anew', async () => {
    announce('sensor/t', { name: 'T', stat_t: 't', exp_aft: 60 });
    hear('t', '20', true);
    announce('sensor/t', { name: 'Attic', stat_t: 't', exp_aft: 60 });
    expect(entity('sensor.t')).toMatchObject({ name: 'Attic', available: true });
    await clock.advance(60_001);
    expect(entity('sensor.t').available).toBe(false);
  });

  it('turns a motion sensor off by itself, counted from the last motion', async () => {
    announce('binary_sensor/m', { name: 'M', stat_t: 'm', off_dly: 30, dev_cla: 'motion' });
    hear('m', 'ON');
    await clock.advance(20_000);
    hear('m', 'ON');
    await clock.advance(20_000);
    expect(entity('binary_sensor.m').state).toBe('on');
    await clock.advance(10_001);
    expect(entity('binary_sensor.m').state).toBe('off');
  });

  it('takes the same state as news only where the device says so', async () => {
    announce('sensor/a', { name: 'A', stat_t: 's' });
    announce('sensor/b', { name: 'B', stat_t: 's', frc_upd: true });
    hear('s', '1');
    const first = clock.now();
    await clock.advance(1000);
    hear('s', '1');
    expect([entity('sensor.a').lastChanged, entity('sensor.b').lastChanged]).toEqual([first, first + 1000]);
  });

  it('takes an event when it happens, never one that the broker kept', () => {
    announce('event/bell', { name: 'Bell', stat_t: 'bell', evt_typ: ['press', 'hold'], dev_cla: 'doorbell' });
    hear('bell', { event_type: 'press' }, true);
    expect(entity('event.bell').state).toBe('unknown');
    hear('bell', { event_type: 'press', button: 2 });
    expect(entity('event.bell')).toMatchObject({
      state: new Date(clock.now()).toISOString(),
      attributes: { event_type: 'press', button: 2 },
    });
    hear('bell', { event_type: 'kick' });
    hear('bell', '{}');
    hear('bell', 'press');
    expect(entity('event.bell').attributes.event_type).toBe('press');
  });

  it('keeps the meaning of its own attributes whatever else the device tells', () => {
    announce('light/l', {
      name: 'L',
      schema: 'json',
      stat_t: 'l',
      cmd_t: 'l/set',
      brightness: true,
      bri_scl: 100,
      json_attr_t: 'l',
    });
    hear('l', {
      state: 'ON',
      brightness: 50,
      linkquality: 7,
      supported_color_modes: ['nonsense'],
      supported_features: 99,
      ['__proto__']: { polluted: 1 },
      action: 'x',
    });
    expect(entity('light.l').attributes).toMatchObject({
      brightness: 128,
      linkquality: 7,
      action: 'x',
      supported_color_modes: ['brightness'],
    });
    expect(entity('light.l').attributes.supported_features).toBeUndefined();
    hear('l', '{"state":"ON","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    expect(entity('light.l').attributes.action).toBeUndefined();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('reads other encodings', () => {
    announce('sensor/latin', { name: 'Latin', stat_t: 'latin', e: 'latin1' });
    announce('sensor/utf', { name: 'Utf', stat_t: 'latin' });
    entities.handle('latin', Buffer.from([0x32, 0x31, 0xb0]));
    expect(entity('sensor.latin').state).toBe('21°');
    expect(entity('sensor.utf').state).toBe('unknown');
    announce('sensor/odd', { name: 'Odd', stat_t: 'odd', encoding: 'klingon' });
    expect(table.get('sensor.odd')).toBeUndefined();
  });

  it('listens with the quality of service that is asked for, the highest of all who share a topic', () => {
    announce('sensor/a', { name: 'A', stat_t: 's' });
    announce('sensor/b', { name: 'B', stat_t: 's', qos: 1 });
    announce('sensor/c', { name: 'C', stat_t: 's', qos: 0 });
    expect(subscribed).toEqual(['s 0', 's 1']);
    for (const each of ['a', 'b', 'c']) announce(`sensor/${each}`, '');
    expect(subscribed.at(-1)).toBe('s ended');
  });

  it('uses what the entity was in its templates', () => {
    announce('sensor/sum', {
      name: 'Sum',
      stat_t: 's',
      val_tpl: "{{ (this.state | float(0)) + value | float }}{{ ' ' ~ entity_id if value == '9' }}",
    });
    hear('s', '1');
    hear('s', '2');
    expect(entity('sensor.sum').state).toBe('3');
    hear('s', '9');
    expect(entity('sensor.sum').state).toBe('12 sensor.sum');
  });

  it('forgets an entity that becomes something that is not understood', () => {
    announce('light/l', { name: 'L', cmd_t: 'l' });
    announce('light/l', { name: 'L', cmd_t: 'l', schema: 'holographic' });
    expect(table.all()).toHaveLength(0);
    for (const quiet of ['device_automation', 'tag', 'camera', 'image', 'infrared']) announce(`${quiet}/x`, { topic: 't', name: 'x' });
    expect(table.all()).toHaveLength(0);
    expect(warnings).toEqual([]);
  });

  it('never takes itself, or another JARVIS, for a part of the home', () => {
    announce('device/jarvis_installation_1', {
      dev: { ids: ['jarvis_installation_1'], name: 'JARVIS' },
      o: { name: 'JARVIS' },
      cmps: { mute: { p: 'switch', uniq_id: 'jarvis_installation_1_mute', cmd_t: 'jarvis/1/muted/set' } },
    });
    announce('switch/mute', { name: 'Mute', uniq_id: 'jarvis_installation_2_mute', cmd_t: 'x' });
    announce('text/say', { name: 'Say', cmd_t: 'x', device: { identifiers: 'jarvis_installation_2' } });
    expect(table.all()).toHaveLength(0);
  });

  it('takes ten thousand announcements of one name, and as many of one id, without losing its way', () => {
    for (let count = 0; count < 10_000; count += 1)
      announce(`sensor/s${count}`, { name: 'Same', obj_id: 'same', uniq_id: `u${count}`, stat_t: 'shared', val_tpl: '{{ value_json.x }}' });
    expect(table.all()).toHaveLength(10_000);
    expect(new Set(table.all().map(({ id }) => id)).size).toBe(10_000);
    hear('shared', { x: 7 });
    expect(entity('sensor.same_10000').state).toBe('7');
    for (let count = 0; count < 500; count += 1) announce(`sensor/d${count}`, { name: 'Double', uniq_id: 'u1', stat_t: 'x' });
    expect(table.all()).toHaveLength(10_000);
  });

  it('stops taking announcements before the memory is full, and goes on with those it has', () => {
    announce('sensor/good', { name: 'Good', stat_t: 'good' });
    const filler = 'x'.repeat(900);
    const options = Array.from({ length: 60 }, (_, index) => filler + index);
    for (let count = 0; count < 1400; count += 1) announce(`select/s${count}`, { name: `S${count}`, cmd_t: 'c', options });
    announce('select/long', { name: 'Long', cmd_t: 'c', options: [...options, ...options] });
    expect(table.all().length).toBeLessThan(1300);
    expect(table.get('select.long')).toBeUndefined();
    expect(warnings.join()).toContain('too long together');
    hear('good', '1');
    expect(entity('sensor.good').state).toBe('1');
  });

  it('is not stopped by templates and patterns that would run for ever', () => {
    announce('sensor/bomb', {
      name: 'Bomb',
      stat_t: 's',
      val_tpl: '{% for a in range(999) %}{% for b in range(999) %}{{ value }}{% endfor %}{% endfor %}',
    });
    announce('sensor/slow', { name: 'Slow', stat_t: 's', val_tpl: "{{ value | regex_replace('(x+x+)+y', '') }}" });
    announce('lock/l', { name: 'L', cmd_t: 'l', code_format: '^(\\d+)+$' });
    announce('sensor/fine', { name: 'Fine', stat_t: 's' });
    hear('s', 'x'.repeat(200));
    expect(entity('sensor.fine').state).toBe('x'.repeat(200));
    expect([entity('sensor.bomb').state, entity('sensor.slow').state]).toEqual(['unknown', 'unknown']);
    expect(warnings).toHaveLength(2);
    hear('s', 'x'.repeat(201));
    expect(warnings).toHaveLength(2);
  });

  it('reads a valve, a water heater and an update as their devices announce them', () => {
    announce('valve/v', { name: 'V', stat_t: 'v', cmd_t: 'v/set', reports_position: true });
    hear('v', '{"position": 40, "state": "opening"}');
    expect(entity('valve.v')).toMatchObject({ state: 'opening', attributes: { current_position: 40 } });
    hear('v', '0');
    expect(entity('valve.v')).toMatchObject({ state: 'closed', attributes: { current_position: 0 } });
    announce('update/u', { name: 'U', stat_t: 'u', cmd_t: 'u/set', pl_inst: 'go', l_ver_t: 'u/latest' });
    hear('u', { installed_version: '1.0', latest_version: '1.1', update_percentage: 20 });
    expect(entity('update.u')).toMatchObject({ state: 'on', attributes: { in_progress: true, latest_version: '1.1' } });
    hear('u/latest', '1.0');
    expect(entity('update.u').state).toBe('off');
  });
});
