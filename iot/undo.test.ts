import { beforeEach, describe, expect, it } from 'vitest';
import type { Entity, HomeAction } from '../contract/home.ts';
import { entityOf, FakeBridge, listenTo } from '../tests/fakes/fake-bridge.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { createHomeTool } from './home-tool.ts';
import { MergedHome } from './merged-home.ts';
import { restoreActions } from './restore-actions.ts';
import { planService } from './services.ts';
import { UndoJournal } from './undo-journal.ts';
import { createUndoTool } from './undo-tool.ts';

const lamp = entityOf('light.lamp', {
  name: 'Lamp',
  state: 'on',
  attributes: { brightness: 120, color_temp_kelvin: 3000, color_mode: 'color_temp', supported_color_modes: ['color_temp', 'rgb'] },
});
const devices: Entity[] = [
  lamp,
  entityOf('light.other', { name: 'Other', state: 'off' }),
  entityOf('lock.door', { name: 'Front door', state: 'locked' }),
  entityOf('cover.blinds', { name: 'Blinds', state: 'open', attributes: { current_position: 60 } }),
  entityOf('scene.film', { name: 'Film' }),
  entityOf('climate.hall', {
    name: 'Hall',
    state: 'heat',
    attributes: { temperature: 20, hvac_modes: ['off', 'heat', 'cool'], preset_mode: 'eco', preset_modes: ['eco', 'none'] },
  }),
  entityOf('media_player.tv', { name: 'TV', state: 'playing', attributes: { volume_level: 0.4, is_volume_muted: false } }),
  entityOf('fan.f', { name: 'Fan', state: 'on', attributes: { percentage: 30 } }),
];

let clock: FakeClock;
let bridge: FakeBridge;
let journal: UndoJournal;
let home: MergedHome;
let turns: number;
const never = new AbortController().signal;

beforeEach(() => {
  clock = new FakeClock();
  bridge = new FakeBridge({ name: 'mqtt' }, devices);
  home = new MergedHome([bridge]);
  let ids = 0;
  turns = 0;
  journal = new UndoJournal({ home, clock, newId: () => `undo-${++ids}` });
});

const context = (turnId = `turn-${++turns}`) => ({ turnId, source: 'voice' as const, signal: never, clock });
const call = (service: string, entityIds: string[], data: HomeAction['data'] = {}, turnId?: string) =>
  createHomeTool(home, journal).run({ service, entityIds, data }, context(turnId));
const undo = (undoId?: string) => {
  const tool = createUndoTool(home, journal);
  return tool.run(tool.manifest.input.parse(undoId === undefined ? {} : { undoId }), context());
};
const looks = (id: string) => {
  const { state, attributes } = home.entity(id) ?? lamp;
  return { state, ...attributes };
};

describe('undo', () => {
  it.each<[string, string, HomeAction['data']]>([
    ['light.turn_off', 'light.lamp', {}],
    ['light.turn_on', 'light.lamp', { brightness_pct: 5, color_name: 'red' }],
    ['light.turn_on', 'light.other', {}],
    ['cover.close_cover', 'cover.blinds', {}],
    ['cover.set_cover_position', 'cover.blinds', { position: 10 }],
    ['climate.set_temperature', 'climate.hall', { temperature: 25 }],
    ['climate.turn_off', 'climate.hall', {}],
    ['climate.set_preset_mode', 'climate.hall', { preset_mode: 'none' }],
    ['media_player.volume_set', 'media_player.tv', { volume_level: 0.9 }],
    ['media_player.media_pause', 'media_player.tv', {}],
    ['media_player.turn_off', 'media_player.tv', {}],
    ['fan.set_percentage', 'fan.f', { percentage: 90 }],
    ['fan.turn_off', 'fan.f', {}],
    ['lock.unlock', 'lock.door', {}],
    ['homeassistant.toggle', 'light.lamp', {}],
  ])('of %s on %s brings back how it was', async (service, id, data) => {
    const before = looks(id);
    expect(await call(service, [id], data)).toMatchObject({ outcome: 'confirmed' });
    expect(looks(id)).not.toEqual(before);
    expect(await undo()).toMatchObject({ outcome: 'confirmed' });
    expect(looks(id)).toMatchObject(before);
  });

  it('of an undo does it again', async () => {
    await call('light.turn_off', ['light.lamp']);
    await undo();
    expect(home.entity('light.lamp')?.state).toBe('on');
    expect(journal.last()?.sentence).toBe('Take back: Turn off the lamp');
    await undo();
    expect(home.entity('light.lamp')?.state).toBe('off');
  });

  it('takes one sentence back whole, each device to how it was before all of it', async () => {
    await call('light.turn_on', ['light.lamp'], { brightness_pct: 50 }, 'one');
    await call('light.turn_off', ['light.lamp', 'light.other'], {}, 'one');
    await call('cover.close_cover', ['cover.blinds'], {}, 'one');
    expect(journal.list()).toMatchObject([
      {
        sentence: 'Turn on the lamp to 50 percent; turn off 2 lights: Lamp, Other; close the blinds',
        entityIds: ['cover.blinds', 'light.lamp'],
      },
    ]);
    await undo();
    expect(looks('light.lamp')).toMatchObject({ state: 'on', brightness: 120 });
    expect(home.entity('cover.blinds')?.attributes.current_position).toBe(60);
  });

  it('is offered for nothing that cannot be taken back, was refused or changed nothing', async () => {
    await call('scene.turn_on', ['scene.film']);
    await call('media_player.media_next_track', ['media_player.tv']);
    await call('light.turn_on', ['light.lamp']);
    bridge.answer = ({ id }) => ({ entityId: id, outcome: 'rejected', reason: 'No.' });
    await call('light.turn_off', ['light.lamp']);
    expect(journal.list()).toEqual([]);
    expect(await undo()).toMatchObject({ outcome: 'rejected', reason: 'There is nothing to put back.' });
  });

  it('is offered for what was not seen yet, and then sends every step', async () => {
    bridge.answer = ({ id }) => ({ entityId: id, outcome: 'accepted' });
    await call('light.turn_off', ['light.lamp']);
    expect(await undo()).toMatchObject({ outcome: 'accepted' });
    expect(bridge.calls.at(-1)).toEqual({
      service: 'light.turn_on',
      entityIds: ['light.lamp'],
      data: { brightness: 120, color_temp_kelvin: 3000 },
    });
  });

  it('asks a person for what is guarded, and only for that', async () => {
    const tool = createUndoTool(home, journal);
    await call('light.turn_off', ['light.lamp']);
    const light = tool.manifest.input.parse({});
    expect(tool.riskOf?.(light)).toBe('change');
    await call('lock.unlock', ['lock.door']);
    const lock = tool.manifest.input.parse({});
    expect(tool.riskOf?.(lock)).toBe('guarded');
    expect(tool.describe(lock)).toBe('Take back: Unlock the front door');
    // the one that was asked for stays the one that is done
    expect(tool.riskOf?.(light)).toBe('change');
  });

  it('does not do more than was approved when the sentence went on meanwhile', async () => {
    await call('light.turn_off', ['light.lamp'], {}, 'one');
    const asked = createUndoTool(home, journal).manifest.input.parse({});
    await call('lock.unlock', ['lock.door'], {}, 'one');
    expect(await createUndoTool(home, journal).run(asked, context())).toMatchObject({ outcome: 'rejected' });
    expect(home.entity('lock.door')?.state).toBe('unlocked');
  });

  it('stays offered when nothing of it worked', async () => {
    await call('light.turn_off', ['light.lamp']);
    bridge.answer = ({ id }) => ({ entityId: id, outcome: 'rejected', reason: 'The lamp is not answering.' });
    expect(await undo()).toMatchObject({ outcome: 'rejected', reason: 'The lamp is not answering.' });
    expect(journal.list()).toHaveLength(1);
  });

  it('is too late after ten minutes, and that is told', async () => {
    const stop = new AbortController();
    const changes = listenTo(journal.changes(stop.signal));
    const expiring = journal.expire(stop.signal);
    await changes.take();
    await call('light.turn_off', ['light.lamp']);
    const offer = journal.last();
    await clock.advance(10 * 60_000 + 1);
    expect(await changes.take()).toMatchObject([
      { type: 'offered', offer },
      { type: 'ended', undoId: offer?.undoId },
    ]);
    expect(await undo(offer?.undoId)).toMatchObject({ outcome: 'rejected', reason: 'It is too late to put that back.' });
    stop.abort();
    await expiring;
  });

  it('is offered for the last twenty only', async () => {
    for (let count = 0; count < 25; count += 1) await call('light.toggle', ['light.other']);
    expect(journal.list()).toHaveLength(20);
    expect(journal.list()[0]?.undoId).toBe('undo-6');
  });

  it('groups devices that go back to the same', async () => {
    await call('light.turn_on', ['light.other']);
    await call('homeassistant.turn_off', ['light.other', 'light.lamp', 'fan.f']);
    bridge.calls.length = 0;
    await undo();
    expect(bridge.calls.map(({ service, entityIds }) => [service, entityIds])).toEqual([
      ['light.turn_on', ['light.other']],
      ['light.turn_on', ['light.lamp']],
      ['fan.set_percentage', ['fan.f']],
    ]);
  });
});

describe('the way back', () => {
  it.each<[string, Partial<Entity>, string[]]>([
    ['vacuum.v', { state: 'docked' }, ['vacuum.return_to_base']],
    ['lawn_mower.m', { state: 'mowing' }, ['lawn_mower.start_mowing']],
    ['alarm_control_panel.a', { state: 'armed_away' }, ['alarm_control_panel.alarm_arm_away']],
    ['siren.s', { state: 'off' }, ['siren.turn_off']],
    [
      'humidifier.h',
      { state: 'on', attributes: { humidity: 40, mode: 'auto' } },
      ['humidifier.turn_on', 'humidifier.set_mode', 'humidifier.set_humidity'],
    ],
    [
      'water_heater.w',
      { state: 'eco', attributes: { temperature: 50 } },
      ['water_heater.set_operation_mode', 'water_heater.set_temperature'],
    ],
    ['select.s', { state: 'b', attributes: { options: ['a', 'b'] } }, ['select.select_option']],
    ['number.n', { state: '4.5' }, ['number.set_value']],
    ['text.t', { state: 'hello' }, ['text.set_value']],
    ['input_datetime.d', { state: '2026-01-02 03:04:05' }, ['input_datetime.set_datetime']],
    ['input_datetime.t', { state: '03:04:05' }, ['input_datetime.set_datetime']],
    [
      'cover.c',
      { state: 'closed', attributes: { current_position: 0, current_tilt_position: 30 } },
      ['cover.close_cover', 'cover.set_cover_tilt_position'],
    ],
    ['light.l', { state: 'on', attributes: { supported_color_modes: ['onoff'] } }, ['light.turn_on']],
    ['button.b', {}, []],
    ['lock.l', { state: 'jammed' }, []],
    ['number.n', { state: 'unknown' }, []],
  ])('of %s %o is made of calls that can be done', (id, more, services) => {
    const entity = entityOf(id, more);
    const actions = restoreActions(entity);
    expect(actions.map(({ service }) => service)).toEqual(services);
    for (const { service, data } of actions) expect(planService(entity, service, data)).not.toHaveProperty('refusal');
  });
});
