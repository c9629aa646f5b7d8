import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceStatus } from '../../contract/interface.ts';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { recordingLog } from '../../tests/fakes/recording-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { forkLauncher } from './fork-launcher.ts';
import { startVoiceService, type VoiceService, type VoiceServiceOptions } from './voice-service.ts';

const script = fileURLToPath(new URL('../../tests/fakes/fake-voice-child.ts', import.meta.url));
const settings = VoiceSettingsSchema.parse({});

const open: VoiceService[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.stop()));
});

interface Seen {
  statuses: ServiceStatus[];
  /** What the child said it was told. */
  told: string[];
  until(condition: () => boolean): Promise<void>;
}

function start(options: Partial<VoiceServiceOptions> = {}): { service: VoiceService; seen: Seen } {
  const waits: { condition(): boolean; resolve(): void }[] = [];
  const changed = (): void => {
    for (const wait of waits) if (wait.condition()) wait.resolve();
  };
  const told: string[] = [];
  const statuses: ServiceStatus[] = [];
  let ids = 0;
  const service = startVoiceService({
    launch: forkLauncher({ script }),
    settings,
    dataFolder: '/nowhere',
    answerCompleteness: () => 'incomplete',
    clock: systemClock,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    log: recordingLog((line) => {
      told.push(line);
      changed();
    }),
    onStatus(status) {
      statuses.push(status);
      changed();
    },
    onEngines: changed,
    onLevel: changed,
    onRestarted: changed,
    ...options,
  });
  open.push(service);
  return {
    service,
    seen: {
      statuses,
      told,
      until: (condition) => (condition() ? Promise.resolve() : new Promise((resolve) => waits.push({ condition, resolve }))),
    },
  };
}

const killChild = (service: VoiceService): void => {
  process.kill(service.pid() ?? 0, 'SIGKILL');
};

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const types = (events: TurnEvent[]): string[] => events.map((event) => (event.type === 'turn-failed' ? event.failure.code : event.type));

describe('the voice service', () => {
  it('is ready once engines are loaded and the grammar is in force', async () => {
    const { service, seen } = start();
    expect(await service.setGrammar('home-1', '#JSGF V1.0;')).toBe(7);
    await service.ready();
    expect(service.engines()).toMatchObject([{ engine: 'fake-en-gb' }]);
    expect(seen.statuses.map((status) => status.state)).toEqual(['starting', 'running']);
  });

  it('tells a grammar that the recogniser refuses', async () => {
    const { service } = start();
    await expect(service.setGrammar('home-1', 'broken')).rejects.toThrow('line 1: no grammar');
    await service.ready();
  });

  it('sends a recording as it is pulled, every sample of it', async () => {
    const { service, seen } = start();
    const stream = service.openStream({ wake: 'none', pace: 'offline', source: 'file', room: 'kitchen' });
    const events = collect(stream.events);
    const samples = new Int16Array(30_001);
    await stream.write(samples.subarray(0, 20_000));
    await stream.write(samples.subarray(20_000));
    stream.end();
    expect(await events).toMatchObject([{ type: 'turn-started' }, { type: 'transcript-ended', text: '30001' }]);
    expect(seen.told).toContain('open offline none file kitchen');
    await expect(stream.write(samples)).rejects.toThrow('has ended');
  });

  it('asks the host how complete a sentence is, and passes loudness on', async () => {
    const levels: number[] = [];
    const { service, seen } = start({
      answerCompleteness: (text) => (text === 'turn on the' ? 'complete' : 'incomplete'),
      onLevel: ({ dbfs }) => levels.push(dbfs),
    });
    service.openStream({ wake: 'auto', pace: 'live', source: 'page' }).listen('push-to-talk');
    await service.ready();
    // A listen sent before the child was there is lost, so it is pressed again.
    service.openStream({ wake: 'auto', pace: 'live', source: 'page' }).listen('push-to-talk');
    await seen.until(() => seen.told.includes('completeness 42 complete'));
    expect(levels).toEqual([-20]);
  });

  it('answers `incomplete` when judging a sentence fails', async () => {
    const { service, seen } = start({
      answerCompleteness() {
        throw new Error('no phrasebook');
      },
    });
    await service.ready();
    service.openStream({ wake: 'auto', pace: 'live', source: 'page' }).listen('push-to-talk');
    await seen.until(() => seen.told.includes('completeness 42 incomplete'));
  });

  it('speaks', async () => {
    const { service } = start();
    await service.ready();
    const sound = await collect(service.speak('Hello.', 'turn-1', new AbortController().signal));
    expect(sound).toEqual([{ samples: Int16Array.from([1, -2, 3]), sampleRate: 22_050 }]);
  });

  it('throws when the synthesizer fails', async () => {
    const { service } = start();
    await service.ready();
    await expect(collect(service.speak('fail', 'turn-1', new AbortController().signal))).rejects.toThrow('no such voice');
  });

  it('falls silent when interrupted', async () => {
    const { service, seen } = start();
    await service.ready();
    const interruption = new AbortController();
    for await (const part of service.speak('for ever', 'turn-1', interruption.signal)) {
      expect(part.samples.length).toBe(3);
      interruption.abort();
    }
    await seen.until(() => seen.told.includes('stop-speaking'));
  });

  it('comes back after SIGKILL with settings, grammar and live streams', async () => {
    const restarted: number[] = [];
    const { service, seen } = start({ onRestarted: () => restarted.push(1) });
    service.configure(VoiceSettingsSchema.parse({ tts: { voice: 'en-us' } }));
    await service.setGrammar('home-1', '#JSGF V1.0;');
    const stream = service.openStream({ wake: 'auto', pace: 'live', source: 'page', room: 'hall' });
    stream.setPlaying(true);
    const events = stream.events[Symbol.asyncIterator]();
    await stream.write(new Int16Array(512));
    expect((await events.next()).value).toMatchObject({ type: 'turn-started' });

    seen.told.length = 0;
    killChild(service);
    expect((await events.next()).value).toMatchObject({ type: 'turn-failed', turnId: 'turn', failure: { code: 'voice-restarted' } });
    await service.ready();
    await seen.until(() => seen.told.includes('playing'));
    expect(seen.told.filter((line) => !line.startsWith('a child process'))).toEqual([
      'configure en-us',
      'grammar home-1',
      'open live auto page hall',
      'playing',
    ]);
    await stream.write(new Int16Array(512));
    expect((await events.next()).value).toMatchObject({ type: 'turn-started' });
    expect(restarted).toEqual([1]);
    expect(seen.statuses.map(({ state, restarts }) => `${state} ${restarts}`)).toEqual([
      'starting 0',
      'running 0',
      'restarting 1',
      'running 1',
    ]);
  });

  it('fails a recording that was cut off by SIGKILL, and speech too', async () => {
    const { service } = start();
    await service.ready();
    const stream = service.openStream({ wake: 'auto', pace: 'offline', source: 'file' });
    const events = collect(stream.events);
    await stream.write(new Int16Array(100));
    const spoken = service.speak('for ever', 'turn-1', new AbortController().signal)[Symbol.asyncIterator]();
    await spoken.next();
    // More than is ever pulled, so that it waits when the child dies.
    const writing = stream.write(new Int16Array(5_000_000));
    killChild(service);
    await expect(writing).rejects.toThrow('voice-restarted');
    await expect(spoken.next()).rejects.toThrow('voice-restarted');
    expect(types(await events)).toEqual(['turn-started', 'voice-restarted']);
  });

  it('ends a child that hangs, and one that grows', async () => {
    const { service, seen } = start({ supervision: { pingMs: 200 } });
    await service.ready();
    await expect(collect(service.speak('hang', 'turn-1', new AbortController().signal))).rejects.toThrow('voice-restarted');
    expect(seen.statuses.at(-1)).toMatchObject({ state: 'restarting', detail: 'it did not answer 3 pings' });
    await service.ready();
    await collect(service.speak('grow', 'turn-1', new AbortController().signal));
    await seen.until(() => seen.statuses.some(({ restarts, state }) => restarts === 2 && state === 'restarting'));
    expect(seen.statuses.find(({ restarts }) => restarts === 2)?.detail).toMatch(/it used 90000 MB/u);
    await service.ready();
  });

  it('drops what is no message and goes on', async () => {
    const { service, seen } = start();
    await service.ready();
    await collect(service.speak('garbage', 'turn-1', new AbortController().signal));
    expect(seen.told).toContain('a child process sent what is no message');
    expect(service.status().state).toBe('running');
  });

  it('ends everything on stop, even of a child that ignores being asked', async () => {
    const { service, seen } = start({ launch: forkLauncher({ script, args: ['--stubborn'] }), supervision: { endMs: 50 } });
    await service.ready();
    const pid = service.pid() ?? 0;
    const stream = service.openStream({ wake: 'auto', pace: 'live', source: 'page' });
    await service.stop();
    expect(await collect(stream.events)).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(seen.statuses.at(-1)).toMatchObject({ state: 'stopped' });
    await expect(service.ready()).rejects.toThrow('stopped');
    await expect(service.setGrammar('home-2', '')).rejects.toThrow('stopped');
  });
});
