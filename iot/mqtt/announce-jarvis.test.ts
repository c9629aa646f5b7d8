import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { type DemoHome, startDemoHome } from '../demo/start-demo-home.ts';
import { JarvisAnnouncement, jarvisTopics } from './announce-jarvis.ts';
import { isJarvisIdentity } from './entity-identity.ts';
import type { JarvisPresence, JarvisState, LastCommand } from './jarvis-presence.ts';
import { keepAnnounced, withdrawAnnouncement } from './keep-announced.ts';
import { createMqttBridge } from './mqtt-bridge.ts';

/** A JARVIS that can be told what to be, and that remembers what it was told to do. */
class ToldPresence implements JarvisPresence {
  state: JarvisState = 'idle';
  muted = false;
  lastCommand: LastCommand | undefined;
  readonly said: string[] = [];
  #changed = Promise.withResolvers<void>();

  set(next: Partial<Pick<JarvisPresence, 'state' | 'muted' | 'lastCommand'>>): void {
    Object.assign(this, next);
    this.#changed.resolve();
  }

  async *changes(signal: AbortSignal): AsyncIterable<unknown> {
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      await Promise.race([this.#changed.promise, ended]);
      this.#changed = Promise.withResolvers<void>();
      if (!signal.aborted) yield undefined;
    }
  }

  onMute(muted: boolean): void {
    this.set({ muted });
  }

  onSay(text: string): void {
    this.said.push(text);
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the announcement of JARVIS', () => {
  const presence = () => new ToldPresence();
  function announcementOf(jarvis: JarvisPresence, lastCommand = true) {
    const clock = new FakeClock();
    const published: [topic: string, payload: string, retain: boolean][] = [];
    const options = {
      installationId: 'home-1',
      discoveryPrefix: 'homeassistant',
      lastCommand,
      clock,
      log: { ...silentLog, warn: () => undefined },
    };
    const session = {
      publish: (topic: string, payload: string, { retain }: { retain: boolean }) => published.push([topic, payload, retain]),
    };
    return { announcement: new JarvisAnnouncement(session, jarvis, options), published, clock, topics: jarvisTopics(options) };
  }
  const configIn = (published: [string, string, boolean][]) =>
    JSON.parse(published.find(([topic]) => topic.endsWith('/config'))?.[1] ?? '{}');

  it('is one device with a state, a switch, a text and the last command', () => {
    const { announcement, published } = announcementOf(presence());
    announcement.announce();
    const config = configIn(published);
    expect(config.device).toMatchObject({ name: 'JARVIS', identifiers: ['jarvis_installation_home-1'] });
    expect(Object.entries(config.components).map(([name, part]) => [name, Reflect.get(Object(part), 'platform')])).toEqual([
      ['state', 'sensor'],
      ['mute', 'switch'],
      ['say', 'text'],
      ['last_command', 'sensor'],
    ]);
    expect(published.every(([, , retain]) => retain)).toBe(true);
  });

  it('tells changes only', () => {
    const jarvis = presence();
    const { announcement, published, topics } = announcementOf(jarvis);
    announcement.announce();
    published.length = 0;
    jarvis.state = 'listening';
    announcement.tell();
    announcement.tell();
    jarvis.lastCommand = { intent: 'HassTurnOn', entityIds: ['light.kitchen'] };
    announcement.tell();
    expect(published).toEqual([
      [topics.state, 'listening', true],
      [topics.command, '{"intent":"HassTurnOn","targets":["light.kitchen"]}', true],
    ]);
  });

  it('keeps the last command to itself where that is wished, and takes back what was shown before', () => {
    const jarvis = presence();
    jarvis.lastCommand = { intent: 'HassTurnOn', entityIds: [] };
    const { announcement, published, topics } = announcementOf(jarvis, false);
    announcement.announce();
    expect(configIn(published).components.last_command).toEqual({ platform: 'sensor' });
    expect(published.filter(([topic]) => topic === topics.command)).toEqual([[topics.command, '', true]]);
  });

  it('is muted by a switch, never by what the broker kept or by nonsense', () => {
    const jarvis = presence();
    const { announcement, topics } = announcementOf(jarvis);
    announcement.hear(topics.mute, bytes('ON'), true);
    announcement.hear(topics.mute, bytes('maybe'), false);
    announcement.hear(topics.mute, bytes(''), false);
    expect(jarvis.muted).toBe(false);
    announcement.hear(topics.mute, bytes('ON'), false);
    expect(jarvis.muted).toBe(true);
  });

  it('says short clean texts, and not more than a few in a minute', async () => {
    const jarvis = presence();
    const { announcement, clock, topics } = announcementOf(jarvis);
    const say = (text: string | Uint8Array): void => announcement.hear(topics.say, typeof text === 'string' ? bytes(text) : text, false);
    say('  Dinner\u0007\u202e is\n\nready \u{1F35D} ');
    say('x'.repeat(100_000));
    say('\u0000\u0001 ');
    say(new Uint8Array([0xff, 0xfe, 0xc3]));
    announcement.hear(topics.say, bytes('kept'), true);
    expect(jarvis.said).toEqual(['Dinner is ready \u{1F35D}', 'x'.repeat(500)]);
    for (let count = 0; count < 50; count += 1) say('again');
    expect(jarvis.said).toHaveLength(6);
    await clock.advance(60_000);
    say('later');
    expect(jarvis.said.at(-1)).toBe('later');
  });

  it('introduces itself to a Home Assistant that comes up, but not at every shout', async () => {
    const { announcement, published, clock, topics } = announcementOf(presence());
    announcement.announce();
    for (let count = 0; count < 100; count += 1) announcement.hear(topics.birth, bytes('online'), false);
    expect(published.filter(([topic]) => topic === topics.config)).toHaveLength(1);
    await clock.advance(5000);
    announcement.hear(topics.birth, bytes('offline'), false);
    announcement.hear(topics.birth, bytes('online'), false);
    expect(published.filter(([topic]) => topic === topics.config)).toHaveLength(2);
  });

  it('can be told from the home by whoever sees it in another way', () => {
    const { announcement, published } = announcementOf(presence());
    announcement.announce();
    const { unique_id } = configIn(published).components.mute;
    expect([isJarvisIdentity(`mqtt switch ${unique_id}`), isJarvisIdentity('mqtt switch 0x01'), isJarvisIdentity(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('cannot be led astray by a strange installation id', () => {
    expect(jarvisTopics({ installationId: '../#/+ id', discoveryPrefix: 'ha' })).toMatchObject({
      id: 'id',
      config: 'ha/device/jarvis_installation_id/config',
    });
  });
});

describe('JARVIS at a broker', () => {
  let home: DemoHome;
  let other: MqttClient;
  let ending: AbortController;
  const seen = new Map<string, string>();
  let heard = Promise.withResolvers<void>();
  const until = async (wanted: () => boolean): Promise<void> => {
    while (!wanted()) {
      await heard.promise;
      heard = Promise.withResolvers<void>();
    }
  };

  beforeEach(async () => {
    seen.clear();
    ending = new AbortController();
    home = await startDemoHome({ clock: systemClock, random: Math.random, log: silentLog, speed: 25 });
    other = await mqtt.connectAsync(home.url, { protocolVersion: 4, clientId: 'other', reconnectPeriod: 0 });
    other.on('message', (topic, payload) => {
      seen.set(topic, payload.toString());
      heard.resolve();
    });
    await other.subscribeAsync(['jarvis/1/#', 'homeassistant/device/+/config']);
  });
  afterEach(async () => {
    ending.abort();
    await other.endAsync(true);
    await home[Symbol.asyncDispose]();
  });

  it('is announced, operated, and gone again; its own bridge never sees it', async () => {
    const jarvis = new ToldPresence();
    const options = {
      url: home.url,
      installationId: '1',
      discoveryPrefix: 'homeassistant',
      lastCommand: true,
      clock: systemClock,
      log: { ...silentLog, debug: () => undefined },
    };
    const leaving = new AbortController();
    const announced = keepAnnounced(options, jarvis, leaving.signal);
    await until(() => seen.get('jarvis/1/available') === 'online' && seen.get('jarvis/1/state') === 'idle');
    const bridge = createMqttBridge({
      url: home.url,
      clientId: 'bridge',
      clock: systemClock,
      log: { ...silentLog, debug: () => undefined },
    });
    await bridge.connect(ending.signal);
    expect(bridge.snapshot().entities.filter(({ id, name }) => /jarvis/i.test(id + name))).toEqual([]);
    await other.publishAsync('jarvis/1/muted/set', 'ON');
    await until(() => seen.get('jarvis/1/muted') === 'ON');
    jarvis.set({ state: 'speaking' });
    await until(() => seen.get('jarvis/1/state') === 'speaking');
    leaving.abort();
    await announced;
    await until(() => seen.get('jarvis/1/available') === 'offline');
    await withdrawAnnouncement(options, ending.signal);
    await until(() => seen.get('homeassistant/device/jarvis_installation_1/config') === '' && seen.get('jarvis/1/available') === '');
  });

  it('gives up taking itself back when the broker is not there', async () => {
    const giving = new AbortController();
    const options = {
      url: 'mqtt://127.0.0.1:9',
      installationId: '1',
      discoveryPrefix: 'x',
      lastCommand: true,
      clock: systemClock,
      log: silentLog,
    };
    const withdrawing = withdrawAnnouncement(options, giving.signal);
    giving.abort();
    await withdrawing;
  });
});
