import { setTimeout as pause } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../fakes/start-mosquitto.ts';
import { hostileNames } from './hostile-names.ts';
import { connectHome, type RunningHost, startHost } from './running-host.ts';
import { expectSound, expectSpeakable } from './sound-host.ts';

/** A broker made to break JARVIS, and JARVIS obeying. */
describe.skipIf(!hasMosquitto)('a broker of an enemy (skipped where there is no mosquitto)', () => {
  const parts = new AsyncDisposableStack();
  let broker: Mosquitto;
  let enemy: MqttClient;
  let host: RunningHost;
  const commands: string[] = [];

  beforeAll(async () => {
    broker = parts.use(await startMosquitto());
    enemy = await mqtt.connectAsync(broker.url);
    parts.defer(() => enemy.endAsync(true));
    const lamp = {
      name: 'Kitchen light',
      unique_id: 'good',
      command_topic: 'good/set',
      state_topic: 'good/state',
      device: { suggested_area: 'Kitchen', identifiers: ['good'] },
    };
    await enemy.publishAsync('homeassistant/light/good/config', JSON.stringify(lamp), { retain: true });
    await enemy.publishAsync('good/state', 'OFF', { retain: true });
    await enemy.subscribeAsync(['good/set', '+/set']);
    enemy.on('message', (topic, payload) => {
      commands.push(topic);
      if (topic === 'good/set') enemy.publish('good/state', payload.toString(), { retain: true });
    });
    for (const [index, name] of hostileNames.entries())
      enemy.publish(
        `homeassistant/light/h${index}/config`,
        JSON.stringify({
          name,
          unique_id: name,
          object_id: name,
          command_topic: `h${index}/set`,
          device: { name, suggested_area: name, identifiers: [name] },
        }),
        { retain: true },
      );
    host = parts.use(await startHost());
    await connectHome(host, { url: broker.url });
  }, 60_000);
  afterAll(() => parts.disposeAsync());

  const obeys = async (word: 'on' | 'off'): Promise<void> => {
    const [before, from] = [commands.length, performance.now()];
    expect(await host.ask(`turn ${word} the kitchen light`)).toMatch(new RegExp(`^The kitchen light is ${word}(?: now)?\\.$`, 'u'));
    expect(commands.slice(before)).toEqual(['good/set']);
    expect(performance.now() - from).toBeLessThan(2_000);
  };
  const publish = (topic: string, payload: string | Buffer): void => void enemy.publish(topic, payload);
  const count = (): number => host.entities().size;

  test('hostile names are entities like others', async () => {
    await host.until(() => count() > hostileNames.length / 2);
    await obeys('on');
    for (const name of hostileNames.filter((each) => each.trim() !== '' && each.length < 400))
      expectSpeakable(name, (await host.say(`is ${name} on`)).speech);
    await expectSound(host);
  }, 60_000);

  test('announcements cut at every byte, of wrong types, too deep, too long, and with keys of prototypes', async () => {
    const whole = Buffer.from(
      JSON.stringify({
        '~': 'cut',
        name: 'Käse 💡',
        uniq_id: 'cut',
        cmd_t: '~/set',
        stat_t: '~/state',
        val_tpl: '{{ value_json.state }}',
        dev: { ids: ['cut'], name: 'Cutter', sa: 'Kitchen' },
      }),
    );
    for (let length = 1; length < whole.length; length += 1) publish(`homeassistant/light/cut/config`, whole.subarray(0, length));
    const wrong: unknown[] = [
      null,
      7,
      'text',
      [],
      [[]],
      true,
      { name: {} },
      { command_topic: 7 },
      { command_topic: '#', state_topic: '+/#' },
      { command_topic: 'a\u0000b' },
      { availability: 'x' },
      { device: [] },
      { components: null },
      { cmps: { a: { p: 'light' }, __proto__: 1 } },
    ];
    for (const platform of [
      'light',
      'switch',
      'cover',
      'lock',
      'climate',
      'fan',
      'sensor',
      'number',
      'select',
      'vacuum',
      'media_player',
      'device',
      'device_automation',
      '__proto__',
      'constructor',
    ])
      for (const [index, payload] of wrong.entries()) publish(`homeassistant/${platform}/wrong${index}/config`, JSON.stringify(payload));
    publish(
      'homeassistant/light/proto/config',
      '{"__proto__":{"command_topic":"x/set","polluted":true},"constructor":{"prototype":{"polluted":true}},"name":"Proto","command_topic":"p/set"}',
    );
    publish(
      'homeassistant/device/proto/config',
      '{"dev":{"ids":["p"]},"cmps":{"__proto__":{"p":"light","command_topic":"p2/set"},"toString":{"p":"light","command_topic":"p3/set"}}}',
    );
    publish('homeassistant/light/deep/config', `${'['.repeat(100_000)}`);
    publish('homeassistant/light/deep/config', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    publish('homeassistant/light/long/config', JSON.stringify({ name: 'x'.repeat(300_000), command_topic: 'x/set' }));
    publish('homeassistant/light/long2/config', Buffer.alloc(2_000_000, 0x20));
    publish('homeassistant/light/binary/config', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]));
    publish('good/state', Buffer.alloc(2_000_000, 0x41));
    publish('good/state', Buffer.from([0xff, 0x00, 0xc3]));
    publish('good/state', '{"state":');
    publish('homeassistant/light/cut/config', whole);
    await host.until(() => [...host.entities().values()].some(({ identity }) => identity === 'mqtt light cut'));
    await obeys('off');
    await expectSound(host);
  });

  test('templates that would eat the machine', async () => {
    const bombs = [
      "{{ 'x' * 1000000000 }}",
      '{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}',
      "{{ value | regex_replace('(a+)+$', 'b') }}",
      "{{ value is match('^(a|a)*$') }}",
      '{{ 9 ** 9 ** 9 }}',
      "{{ range(10**12) | join('') }}",
      "{{ ''.__class__.__mro__[1].__subclasses__() }}",
      "{{ value_json.constructor.constructor('process.exit(1)')() }}",
      '{{ self.__init__.__globals__ }}',
      `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
      '{% set ns = namespace(a=[1]) %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}{{ ns.a | length }}',
      '{{ "%1000000000d" | format(1) }}',
      '{{ value | replace("a", value * 1000) | replace("a", value * 1000) }}',
      '{% if %}{% endfor %}{{',
    ];
    for (const [index, template] of bombs.entries()) {
      const config = {
        name: `Bomb ${index}`,
        unique_id: `bomb${index}`,
        command_topic: 'bomb/set',
        state_topic: 'bomb/state',
        state_value_template: template,
        value_template: template,
      };
      publish(`homeassistant/light/bomb${index}/config`, JSON.stringify(config));
      publish(`homeassistant/sensor/bomb${index}/config`, JSON.stringify({ ...config, unique_id: `sensor bomb ${index}` }));
    }
    for (const value of [`${'a'.repeat(30_000)}!`, '{"constructor":1}', '{"__proto__":{"state":"ON"}}', '1']) publish('bomb/state', value);
    await host.until(() => [...host.entities().values()].some(({ identity }) => identity === 'mqtt sensor sensor bomb 13'));
    await obeys('on');
    await expectSound(host);
    await enemy.publishAsync('bomb/state', '');
  });

  test('announced and withdrawn in a loop, it is neither lost nor doubled', async () => {
    const before = count();
    const config = JSON.stringify({ name: 'Flicker', unique_id: 'flicker', command_topic: 'flicker/set', state_topic: 'flicker/state' });
    for (let round = 0; round < 500; round += 1) {
      publish('homeassistant/light/flicker/config', config);
      enemy.publish('flicker/state', round % 2 === 0 ? 'ON' : 'OFF', { retain: true });
      publish('homeassistant/light/flicker/config', '');
    }
    publish('homeassistant/light/flicker/config', config);
    enemy.publish('flicker/state', 'ON', { retain: true });
    const flickers = () => [...host.entities().values()].filter(({ identity }) => identity === 'mqtt light flicker');
    await host.until(() => flickers()[0]?.state === 'on');
    expect(flickers()).toHaveLength(1);
    await obeys('off');
    await enemy.publishAsync('homeassistant/light/flicker/config', '');
    await host.until(() => flickers().length === 0);
    expect(count()).toBe(before);
  });

  test('ten thousand devices at once, and gone again', async () => {
    const before = count();
    for (let index = 0; index < 10_000; index += 1)
      publish(
        `homeassistant/switch/many${index}/config`,
        JSON.stringify({ name: `Many ${index}`, unique_id: `many${index}`, command_topic: `many${index}/set` }),
      );
    await obeys('on');
    await host.until(() => count() >= before + 10_000, 30_000);
    await obeys('off');
    expect(await host.ask('turn on many 7777')).toMatch(/many 7777/iu);
    for (let index = 0; index < 10_000; index += 1) publish(`homeassistant/switch/many${index}/config`, '');
    await host.until(() => count() === before, 30_000);
    await expectSound(host);
  }, 90_000);

  test('a flood of states does not keep it from obeying', async () => {
    const flooders = 300;
    for (let index = 0; index < flooders; index += 1)
      publish(
        `homeassistant/sensor/flood${index}/config`,
        JSON.stringify({ name: `Flood ${index}`, unique_id: `flood${index}`, state_topic: `flood/${index}` }),
      );
    await host.until(() => [...host.entities().values()].some(({ identity }) => identity === `mqtt sensor flood${flooders - 1}`));
    let flooding = true;
    let sent = 0;
    const flood = (async () => {
      const began = performance.now();
      while (flooding) {
        // 5,000 a second, whatever the timer does
        for (const due = (performance.now() - began) * 5; sent < due; sent += 1) publish(`flood/${sent % flooders}`, String(sent));
        await pause(5);
      }
    })();
    await pause(500);
    for (const word of ['on', 'off', 'on', 'off'] as const) {
      await obeys(word);
      await pause(200);
    }
    expect(sent).toBeGreaterThan(2_000);
    flooding = false;
    await flood;
    await expectSound(host);
    // it takes its leave in order, too
    expect(commands.every((topic) => ['good/set', 'many7777/set'].includes(topic))).toBe(true);
  });
});
