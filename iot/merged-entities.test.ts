import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entity, HomeChange } from '../contract/home.ts';
import { entityOf, FakeBridge, listenTo } from '../tests/fakes/fake-bridge.ts';
import { HomeOverrides } from './home-overrides.ts';
import { MergedHome } from './merged-home.ts';

const live = new AbortController();
const lamp = 'mqtt light 0x01';
const told = (changes: HomeChange[]) =>
  changes.map((change) => `${change.type} ${'entity' in change ? change.entity.id : 'entityId' in change ? change.entityId : ''}`.trim());

let assistant: FakeBridge;
let broker: FakeBridge;
let home: MergedHome;
let stop: AbortController;

beforeEach(() => {
  stop = new AbortController();
  assistant = new FakeBridge(
    {
      name: 'home-assistant',
      title: 'Home Assistant at http://house.local:8123',
      floors: [{ id: 'eg', name: 'Ground floor', aliases: [] }],
      areas: [{ id: 'a1', name: 'Kitchen', aliases: ['Scullery'], floor: 'eg' }],
    },
    [
      entityOf('light.kitchen', { name: 'Kitchen light', area: 'a1', identity: lamp, aliases: ['worktop'], lastChanged: 100 }),
      entityOf('light.hue', { name: 'Hue', area: 'a1' }),
    ],
  );
  broker = new FakeBridge(
    {
      name: 'mqtt',
      title: 'MQTT at mqtt://house.local',
      floors: [{ id: 'ground', name: 'ground  floor', aliases: ['downstairs'], level: 0 }],
      areas: [
        { id: 'kitchen', name: ' kitchen', aliases: [], floor: 'ground' },
        { id: 'shed', name: 'Shed', aliases: [], floor: 'ground' },
      ],
    },
    [
      entityOf('light.z2m_lamp', { name: 'Socket three', area: 'kitchen', identity: lamp, lastChanged: 500 }),
      entityOf('switch.pump', { name: 'Pump', area: 'kitchen', identity: 'mqtt switch 0x02' }),
    ],
  );
  home = new MergedHome([assistant, broker]);
});
afterEach(() => stop.abort());

describe('the same device seen through two bridges', () => {
  it('is one entity, named and placed by the first bridge, found under either id', () => {
    expect(home.snapshot().entities.map(({ id }) => id)).toEqual(['light.kitchen', 'light.hue', 'switch.pump']);
    expect(home.entity('light.z2m_lamp')).toBe(home.entity('light.kitchen'));
    expect(home.entity('light.kitchen')).toMatchObject({ name: 'Kitchen light', aliases: ['worktop'], area: 'a1' });
  });

  it('stays one entity for any number of bridges in any order', () => {
    const arbitraryHome = fc.array(
      fc.uniqueArray(
        fc.record({ object: fc.constantFrom('a', 'b', 'c'), unique: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }) }),
        {
          selector: ({ object }) => object,
        },
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(arbitraryHome, (bridges) => {
        const merged = new MergedHome(
          bridges.map(
            (entities, index) =>
              new FakeBridge(
                { name: String(index) },
                entities.map(({ object, unique }) =>
                  entityOf(`light.${object}`, unique === undefined ? {} : { identity: `mqtt light ${unique}` }),
                ),
              ),
          ),
        );
        const { entities } = merged.snapshot();
        expect(new Set(entities.map(({ id }) => id)).size).toBe(entities.length);
        for (const entity of entities) expect(merged.entity(entity.id)).toBe(entity);
        // every device with an identity is there, once for each bridge that shows it more than once
        const identities = new Set(bridges.flat().flatMap(({ unique }) => unique ?? []));
        expect(new Set(entities.flatMap(({ identity }) => identity ?? [])).size).toBe(identities.size);
        for (const bridge of bridges) for (const { object } of bridge) expect(merged.entity(`light.${object}`)).toBeDefined();
      }),
    );
  });

  it('lives on with what MQTT says while Home Assistant is away, and goes back', async () => {
    const changes = listenTo(home.changes(stop.signal));
    const version = home.structureVersion;
    broker.set('light.z2m_lamp', { state: 'on', attributes: { brightness: 9 } });
    expect(home.entity('light.kitchen')?.state).toBe('off');
    expect(told(await changes.take())).toEqual([]);

    assistant.state = 'disconnected';
    expect(home.entity('light.kitchen')).toMatchObject({ id: 'light.kitchen', name: 'Kitchen light', state: 'on', available: true });
    expect(home.entity('light.hue')).toMatchObject({ available: false });
    expect(told(await changes.take())).toEqual(['entity-changed light.kitchen', 'entity-changed light.hue', 'structure-changed']);

    broker.set('light.z2m_lamp', { state: 'off' });
    expect(await changes.take()).toMatchObject([{ type: 'entity-changed', entity: { id: 'light.kitchen', state: 'off' } }]);

    assistant.set('light.kitchen', { state: 'on' });
    assistant.state = 'connected';
    await changes.take();
    expect(home.entity('light.kitchen')).toMatchObject({ state: 'on', available: true });
    expect(home.structureVersion).toBe(version);
  });

  it('takes the state of the bridge in which the device answers', () => {
    assistant.set('light.kitchen', { available: false });
    broker.set('light.z2m_lamp', { state: 'on' });
    expect(home.entity('light.kitchen')).toMatchObject({ state: 'on', available: true });
    broker.set('light.z2m_lamp', { available: false });
    expect(home.entity('light.kitchen')).toMatchObject({ available: false });
  });

  it('is operated by the bridge that can reach it, under that bridge’s id', async () => {
    const call = { service: 'light.turn_on', entityIds: ['light.kitchen', 'switch.pump'], data: {} };
    await home.act({ ...call, entityIds: ['light.kitchen'] }, live.signal);
    expect(assistant.calls).toMatchObject([{ entityIds: ['light.kitchen'] }]);
    assistant.state = 'disconnected';
    expect(await home.act({ ...call, entityIds: ['light.kitchen'], data: { brightness_pct: 40 } }, live.signal)).toEqual([
      { entityId: 'light.kitchen', outcome: 'confirmed', state: 'on' },
    ]);
    expect(broker.calls).toEqual([{ service: 'light.turn_on', entityIds: ['light.z2m_lamp'], data: { brightness_pct: 40 } }]);
  });

  it('is asked once when both its ids are named', async () => {
    const outcomes = await home.act({ service: 'light.turn_on', entityIds: ['light.z2m_lamp', 'light.kitchen'], data: {} }, live.signal);
    expect(outcomes).toEqual([{ entityId: 'light.z2m_lamp', outcome: 'confirmed', state: 'on' }]);
    expect(assistant.calls).toHaveLength(1);
    expect(broker.calls).toHaveLength(0);
  });

  it('says which bridge is away when nobody can reach the device', async () => {
    assistant.state = 'disconnected';
    const act = (entityId: string) => home.act({ service: 'light.turn_on', entityIds: [entityId], data: {} }, live.signal);
    expect(await act('light.hue')).toMatchObject([
      { outcome: 'rejected', reason: 'Home Assistant is not connected, so I cannot reach the hue.' },
    ]);
    broker.state = 'disconnected';
    expect(await act('light.kitchen')).toMatchObject([{ reason: 'Home Assistant is not connected, so I cannot reach the kitchen light.' }]);
  });

  it('is spoken of by our name, though the other bridge knows another', async () => {
    assistant.state = 'disconnected';
    broker.answer = ({ id }) => ({ entityId: id, outcome: 'accepted', reason: 'The socket three has not said that it is done.' });
    expect(await home.act({ service: 'light.turn_on', entityIds: ['light.kitchen'], data: {} }, live.signal)).toMatchObject([
      { outcome: 'accepted', reason: 'The kitchen light has not said that it is done.' },
    ]);
  });

  it('keeps what the other bridges did when one breaks', async () => {
    broker.act = () => Promise.reject(new Error('the socket is gone'));
    expect(
      await home.act({ service: 'homeassistant.turn_on', entityIds: ['switch.pump', 'light.hue'], data: {} }, live.signal),
    ).toMatchObject([
      { entityId: 'switch.pump', outcome: 'rejected', reason: 'The command did not get through: the socket is gone' },
      { entityId: 'light.hue', outcome: 'confirmed' },
    ]);
  });
});

describe('places of two bridges', () => {
  it('are one by id or by name, and fill each other in', () => {
    expect(home.snapshot().areas).toEqual([
      { id: 'a1', name: 'Kitchen', aliases: ['Scullery'], floor: 'eg' },
      { id: 'shed', name: 'Shed', aliases: [], floor: 'eg' },
    ]);
    expect(home.snapshot().floors).toEqual([{ id: 'eg', name: 'Ground floor', aliases: ['downstairs'], level: 0 }]);
    expect(home.entity('switch.pump')?.area).toBe('a1');
    expect(home.area('a1')?.name).toBe('Kitchen');
    expect(home.floor('eg')?.level).toBe(0);
  });

  it('are told again when a bridge moves a device', async () => {
    const changes = listenTo(home.changes(stop.signal));
    broker.set('switch.pump', { area: 'shed' });
    expect(told(await changes.take())).toEqual(['entity-changed switch.pump', 'structure-changed']);
    expect(home.entity('switch.pump')?.area).toBe('shed');
  });
});

describe('ids that two bridges claim', () => {
  it('belong to the first; a device that is proved to be another one gets a free id', () => {
    broker.table.put(entityOf('light.hue', { name: 'Zigbee lamp', identity: 'mqtt light 0x09' }));
    expect(home.entity('light.hue')?.name).toBe('Hue');
    expect(home.entity('light.hue_2')).toMatchObject({ id: 'light.hue_2', name: 'Zigbee lamp' });
  });

  it('send a command to the device behind the free id', async () => {
    broker.table.put(entityOf('light.hue', { name: 'Zigbee lamp', identity: 'mqtt light 0x09' }));
    await home.act({ service: 'light.turn_on', entityIds: ['light.hue_2'], data: {} }, live.signal);
    expect(broker.calls).toMatchObject([{ entityIds: ['light.hue'] }]);
    expect(assistant.calls).toEqual([]);
  });

  it('shadow a device that nothing proves to be another one, until the first leaves', async () => {
    broker.table.put(entityOf('light.hue', { name: 'Shadowed' }));
    const changes = listenTo(home.changes(stop.signal));
    broker.set('light.hue', { state: 'on' });
    expect(told(await changes.take())).toEqual([]);
    assistant.table.remove('light.hue');
    expect(told(await changes.take())).toEqual(['entity-changed light.hue', 'structure-changed']);
    expect(home.entity('light.hue')?.name).toBe('Shadowed');
  });
});

describe('bridges that come and go', () => {
  it('bring their devices and take them away, and everybody is told', async () => {
    const changes = listenTo(home.changes(stop.signal));
    const version = home.structureVersion;
    home.addBridge(new FakeBridge({ name: 'third' }, [entityOf('fan.attic')]));
    expect(told(await changes.take())).toEqual(['entity-added fan.attic', 'structure-changed']);
    const between = home.structureVersion;
    expect(between).toBeGreaterThan(version);
    expect(home.removeBridge('third')).toBe(true);
    expect(home.removeBridge('third')).toBe(false);
    expect(told(await changes.take())).toEqual(['entity-removed fan.attic', 'structure-changed']);
    expect(home.structureVersion).toBeGreaterThan(between);
    expect(home.entity('fan.attic')).toBeUndefined();
  });

  it('hand a shared device on when the first one leaves', async () => {
    const changes = listenTo(home.changes(stop.signal));
    home.removeBridge('home-assistant');
    expect(told(await changes.take()).sort()).toEqual([
      'entity-added light.z2m_lamp',
      'entity-changed switch.pump',
      'entity-removed light.hue',
      'entity-removed light.kitchen',
      'structure-changed',
    ]);
    expect(home.entity('light.kitchen')).toBeUndefined();
    expect(home.entity('switch.pump')?.area).toBe('kitchen');
  });

  it('take a device over when the one that is believed first comes later', async () => {
    const late = new MergedHome([broker]);
    const changes = listenTo(late.changes(stop.signal));
    late.addBridge(assistant, 0);
    const all = told(await changes.take());
    expect(all).toContain('entity-removed light.z2m_lamp');
    expect(all).toContain('entity-added light.kitchen');
    expect(late.snapshot().entities).toHaveLength(3);
  });

  it('stop being listened to when they have left', async () => {
    const changes = listenTo(home.changes(stop.signal));
    home.removeBridge('mqtt');
    await changes.take();
    broker.set('switch.pump', { state: 'on' });
    expect(await changes.take()).toEqual([]);
  });

  it('may not share a name', () => {
    expect(() => home.addBridge(new FakeBridge({ name: 'mqtt' }))).toThrow(/mqtt/);
  });
});

describe('a snapshot', () => {
  it('is the same object until something changes, and then differs only there', () => {
    const first = home.snapshot();
    expect(home.snapshot()).toBe(first);
    broker.set('switch.pump', { state: 'on' });
    const second = home.snapshot();
    expect(second).not.toBe(first);
    expect(second.entities[0]).toBe(first.entities[0]);
    expect(second.entities[2]).toMatchObject({ id: 'switch.pump', state: 'on' });
    expect(first.entities[2]).toMatchObject({ state: 'off' });
  });

  it('agrees with a home made anew, whatever happened, and its changes lead there', async () => {
    type Step = [bridge: 0 | 1, what: 'put' | 'remove' | 'state' | 'away' | 'back', id: number];
    const step: fc.Arbitrary<Step> = fc.tuple(
      fc.constantFrom<0 | 1>(0, 1),
      fc.constantFrom('put', 'remove', 'state', 'away', 'back') as fc.Arbitrary<Step[1]>,
      fc.nat(4),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const bridges = [new FakeBridge({ name: 'one' }), new FakeBridge({ name: 'two' })] as const;
        const merged = new MergedHome(bridges);
        const ending = new AbortController();
        const changes = listenTo(merged.changes(ending.signal));
        const mirror = new Map<string, Entity>();
        for (const [index, [which, what, id]] of steps.entries()) {
          const bridge = bridges[which];
          // ids cross over: light.l0 of one bridge is light.l1 of the other
          const entityId = `light.l${(id + which) % 5}`;
          if (what === 'put') bridge.table.put(entityOf(entityId, id < 3 ? { identity: `mqtt light ${id}` } : {}));
          if (what === 'remove') bridge.table.remove(entityId);
          if (what === 'state' && bridge.entity(entityId)) bridge.set(entityId, { state: String(index) });
          if (what === 'away') bridge.state = 'disconnected';
          if (what === 'back') bridge.state = 'connected';
          if (index % 3 === 0) merged.snapshot();
          if (index % 2 === 0) {
            for (const change of await changes.take()) {
              if (change.type === 'entity-removed') mirror.delete(change.entityId);
              else if (change.type !== 'structure-changed') mirror.set(change.entity.id, change.entity);
            }
          }
        }
        for (const change of await changes.take()) {
          if (change.type === 'entity-removed') mirror.delete(change.entityId);
          else if (change.type !== 'structure-changed') mirror.set(change.entity.id, change.entity);
        }
        ending.abort();
        const fresh = new MergedHome(bridges).snapshot().entities;
        expect(merged.snapshot().entities).toEqual(fresh);
        expect([...mirror.values()].sort(byId)).toEqual([...fresh].sort(byId));
        for (const entity of fresh) expect(merged.entity(entity.id)).toEqual(entity);
      }),
      { numRuns: 200 },
    );
  });
});

const byId = (one: Entity, other: Entity): number => (one.id < other.id ? -1 : 1);

describe("the person's own words", () => {
  it('rename, hide and add other names, are saved, and are told', async () => {
    const saved: unknown[] = [];
    const overrides = new HomeOverrides({ load: async () => undefined, save: async (all) => void saved.push(structuredClone(all)) });
    const named = new MergedHome([assistant, broker], { overrides });
    const changes = listenTo(named.changes(stop.signal));
    const version = named.structureVersion;
    const entity = named.entity('light.kitchen');
    if (!entity) throw new Error('no light');
    await overrides.set(entity, { name: 'Worktop', aliases: ['strip'], hidden: true });
    expect(named.entity('light.kitchen')).toMatchObject({ name: 'Worktop', aliases: ['worktop', 'strip'], hidden: true, state: 'off' });
    expect(told(await changes.take())).toEqual(['entity-changed light.kitchen', 'structure-changed']);
    expect(named.structureVersion).toBeGreaterThan(version);
    expect(saved).toEqual([{ version: 1, entities: [{ key: lamp, name: 'Worktop', aliases: ['strip'], hidden: true }] }]);
    await overrides.set(entity, { name: null, aliases: [], hidden: null });
    expect(named.entity('light.kitchen')).toBe(assistant.entity('light.kitchen'));
    expect(saved.at(-1)).toEqual({ version: 1, entities: [] });
  });

  it('come back from the store, for either bridge’s id of the device', async () => {
    const store = { load: async () => ({ version: 1, entities: [{ key: lamp, name: 'Mine' }] }), save: async () => undefined };
    const overrides = new HomeOverrides(store);
    await overrides.load();
    expect(new MergedHome([broker, assistant], { overrides }).entity('light.kitchen')).toMatchObject({
      id: 'light.z2m_lamp',
      name: 'Mine',
    });
  });

  it.each([['text'], [{ version: 2, entities: [] }], [{ version: 1, entities: [{ key: '', name: 'x' }] }], [null]])(
    'are not guessed from a file that holds %o',
    async (content) => {
      await expect(new HomeOverrides({ load: async () => content, save: async () => undefined }).load()).rejects.toThrow();
    },
  );

  it('do not hold when they could not be saved', async () => {
    const overrides = new HomeOverrides({ load: async () => undefined, save: () => Promise.reject(new Error('disk full')) });
    const named = new MergedHome([assistant], { overrides });
    await expect(overrides.set({ id: 'light.hue' }, { name: 'New' })).rejects.toThrow('disk full');
    expect(named.entity('light.hue')?.name).toBe('Hue');
  });
});

describe('ten thousand entities', () => {
  const many = (prefix: string) =>
    Array.from({ length: 10_000 }, (_, index) =>
      entityOf(`light.${prefix}${index}`, { identity: `mqtt light ${index}`, name: `Lamp ${index}` }),
    );

  it('are merged, read one by one and changed without looking at all of them', async () => {
    const [one, two] = [new FakeBridge({ name: 'one' }, many('a')), new FakeBridge({ name: 'two' }, many('b'))];
    const big = new MergedHome([one, two]);
    expect(big.snapshot().entities).toHaveLength(10_000);
    let asked = 0;
    const { entity } = one;
    one.entity = (id) => {
      asked += 1;
      return entity(id);
    };
    const changes = listenTo(big.changes(stop.signal));
    asked = 0;
    one.set('light.a77', { state: 'on' });
    expect(told(await changes.take())).toEqual(['entity-changed light.a77']);
    big.entity('light.b77');
    big.area('nowhere');
    expect(asked).toBeLessThan(20);
    asked = 0;
    big.snapshot();
    big.snapshot();
    // once over everything after a change, never again before the next
    expect(asked).toBeLessThan(10_001);
  });
});
