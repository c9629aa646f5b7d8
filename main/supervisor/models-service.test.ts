import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceStatus } from '../../contract/interface.ts';
import type { GenerateRequest, LoadRequest } from '../../contract/models-message.ts';
import type { GeneratedPart } from '../../models/model-link.ts';
import { recordingLog } from '../../tests/fakes/recording-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { forkLauncher } from './fork-launcher.ts';
import { createModelsService, type ModelsService, type ModelsServiceOptions } from './models-service.ts';

const script = fileURLToPath(new URL('../../tests/fakes/fake-models-child.ts', import.meta.url));
const never = new AbortController().signal;

const open: ModelsService[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.stop()));
});

interface Seen {
  statuses: ServiceStatus[];
  /** What the child said it was told, and what was logged of it. */
  told: string[];
  lost: string[];
  until(condition: () => boolean): Promise<void>;
}

function create(options: Partial<ModelsServiceOptions> = {}): { service: ModelsService; seen: Seen } {
  const waits: { condition(): boolean; resolve(): void }[] = [];
  const changed = (): void => {
    for (const wait of waits) if (wait.condition()) wait.resolve();
  };
  const told: string[] = [];
  const statuses: ServiceStatus[] = [];
  const lost: string[] = [];
  let ids = 0;
  const service = createModelsService({
    launch: forkLauncher({ script }),
    engine: { build: 'cpu' },
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
    onEngine: changed,
    memoryLimitBytes: 8_000_000_000,
    ...options,
  });
  service.onLost((reason) => lost.push(reason));
  open.push(service);
  return {
    service,
    seen: {
      statuses,
      told,
      lost,
      until: (condition) => (condition() ? Promise.resolve() : new Promise((resolve) => waits.push({ condition, resolve }))),
    },
  };
}

const loadOf = (path: string): LoadRequest => ({ path, kind: 'chat', contextSize: 64, batchSize: 8, gpuLayers: 0, sequences: 1 });
const load = (service: ModelsService, path = '/model', signal = never) => service.load('m', loadOf(path), () => undefined, signal);
const ask = (text: string): GenerateRequest => ({ prompt: [{ role: 'user', text }], tools: [], toolChoice: 'auto' });

async function collect(parts: AsyncIterable<GeneratedPart>): Promise<GeneratedPart[]> {
  const all: GeneratedPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

describe('the models service', () => {
  it('runs no process before the first load', async () => {
    const { service, seen } = create();
    expect(service.pid()).toBeUndefined();
    expect(service.status()).toMatchObject({ state: 'stopped', detail: 'not needed yet' });
    await expect(collect(service.generate('m', ask('words'), never))).rejects.toMatchObject({ trouble: 'process-lost' });
    await service.unload('m');
    expect(service.pid()).toBeUndefined();
    await load(service);
    expect(service.pid()).toBeGreaterThan(0);
    expect(service.engine()).toMatchObject({ build: 'cpu', version: '3.22.1' });
    expect(seen.statuses.map((status) => status.state)).toEqual(['starting', 'running']);
  });

  it('loads with progress, answers, embeds, counts and unloads', async () => {
    const { service, seen } = create();
    const progress: number[] = [];
    expect(await service.load('m', loadOf('/model'), (done) => progress.push(done), never)).toMatchObject({ contextSize: 64, loadMs: 3 });
    expect(progress).toEqual([0.5]);
    expect(await collect(service.generate('m', ask('words'), never))).toEqual([
      { type: 'text', text: 'Very ' },
      { type: 'text', text: 'good.' },
      { type: 'end', finish: 'stop', inputTokens: 9, cachedTokens: 4, outputTokens: 2, firstTokenMs: 1, ms: 2 },
    ]);
    expect(await collect(service.generate('m', ask('tool'), never))).toMatchObject([
      { type: 'tool-call', toolCallId: 'call-1', name: 'lights', input: '{"on":true}' },
      { type: 'end', finish: 'tool-calls' },
    ]);
    expect(await service.count('m', 'four')).toBe(4);
    const vectors = await service.embed(
      'm',
      Array.from({ length: 300 }, (_, index) => `${index}`),
      never,
    );
    expect(vectors).toHaveLength(300);
    expect(vectors[299]).toEqual(Float32Array.from([0.6, 0.8]));
    expect(seen.told.filter((line) => line.startsWith('embed'))).toEqual(['embed 256', 'embed 44']);
    await service.unload('m');
    await expect(service.count('m', 'four')).rejects.toMatchObject({ trouble: 'not-loaded' });
    await expect(collect(service.generate('m', ask('words'), never))).rejects.toMatchObject({ trouble: 'not-loaded' });
  });

  it('tells why a load failed, and refuses vectors that do not fit the texts', async () => {
    const { service } = create();
    await expect(load(service, '/broken')).rejects.toMatchObject({ trouble: 'broken-file', message: 'The file is cut off.' });
    await load(service);
    await expect(service.embed('m', ['too few'], never)).rejects.toMatchObject({ trouble: 'failed' });
  });

  it('stops a load, and a load that waits for the engine', async () => {
    const { service, seen } = create();
    const early = new AbortController();
    const waiting = load(service, '/model', early.signal);
    early.abort();
    await expect(waiting).rejects.toMatchObject({ trouble: 'aborted' });
    await load(service);
    const late = new AbortController();
    const slow = service.load('s', loadOf('/slow'), () => late.abort(), late.signal);
    await expect(slow).rejects.toMatchObject({ trouble: 'aborted' });
    expect(seen.told).toContain('abort');
  });

  it('ends an aborted answer, tells what it cost, and stops one that nobody reads on', async () => {
    const { service, seen } = create();
    await load(service);
    const interruption = new AbortController();
    const parts: GeneratedPart[] = [];
    for await (const part of service.generate('m', ask('slow'), interruption.signal)) {
      parts.push(part);
      interruption.abort();
    }
    expect(parts).toMatchObject([{ text: 'Very ' }, { type: 'end', finish: 'aborted', outputTokens: 2 }]);
    seen.told.length = 0;
    for await (const part of service.generate('m', ask('slow'), never)) if (part.type === 'text') break;
    await seen.until(() => seen.told.includes('abort'));
    const gone = AbortSignal.abort();
    expect(await collect(service.generate('m', ask('words'), gone))).toMatchObject([{ finish: 'aborted' }]);
  });

  it('ends an aborted answer even when the process takes no notice', async () => {
    const { service } = create();
    await load(service);
    const interruption = new AbortController();
    const parts: GeneratedPart[] = [];
    for await (const part of service.generate('m', ask('deaf'), interruption.signal)) {
      parts.push(part);
      interruption.abort();
    }
    expect(parts).toMatchObject([{ text: 'Very ' }, { type: 'end', finish: 'aborted', outputTokens: 0 }]);
  });

  it('fails what was under way when the process is killed, tells of it, and starts again', async () => {
    const { service, seen } = create();
    await load(service);
    const answer = service.generate('m', ask('slow'), never)[Symbol.asyncIterator]();
    expect(await answer.next()).toMatchObject({ value: { text: 'Very ' } });
    const slowLoad = service.load('s', loadOf('/slow'), () => undefined, never);
    process.kill(service.pid() ?? 0, 'SIGKILL');
    await expect(slowLoad).rejects.toMatchObject({ trouble: 'process-lost' });
    await expect(answer.next()).rejects.toMatchObject({
      trouble: 'process-lost',
      message: 'The process that runs the models was lost: it was ended by SIGKILL.',
    });
    expect(seen.lost).toEqual(['it was ended by SIGKILL']);
    expect(service.engine()).toBeUndefined();
    await load(service);
    expect((await collect(service.generate('m', ask('words'), never))).length).toBe(3);
    expect(seen.statuses.map(({ state, restarts }) => `${state} ${restarts}`)).toEqual([
      'starting 0',
      'running 0',
      'restarting 1',
      'running 1',
    ]);
  });

  it('gives what was said before a crash, then the loss', async () => {
    const { service } = create();
    await load(service);
    const parts: GeneratedPart[] = [];
    const reading = (async () => {
      for await (const part of service.generate('m', ask('crash'), never)) parts.push(part);
    })();
    await expect(reading).rejects.toMatchObject({ trouble: 'process-lost' });
    expect(parts).toEqual([{ type: 'text', text: 'Very ' }]);
  });

  it('drops what is no message and what does not fit its question, and goes on', async () => {
    const { service, seen } = create();
    await load(service);
    expect(await collect(service.generate('m', ask('garbage'), never))).toHaveLength(3);
    expect(seen.told.filter((line) => line === 'a child process sent what is no message')).toHaveLength(2);
    expect(await collect(service.generate('m', ask('mixed'), never))).toHaveLength(3);
    expect(seen.told).toContain('a child process gave an answer that does not fit its question');
    expect(service.status().state).toBe('running');
  });

  it('ends a process that hangs, and one that grows', async () => {
    const { service, seen } = create({ supervision: { pingMs: 200, unanswered: 3 } });
    await load(service);
    await expect(collect(service.generate('m', ask('hang'), never))).rejects.toThrow('it did not answer 3 pings');
    await load(service);
    await collect(service.generate('m', ask('grow'), never));
    await seen.until(() => seen.lost.length === 2);
    expect(seen.lost[1]).toBe('it used 90000 MB; 8000 are allowed');
    expect(service.pid()).not.toBe(0);
  });

  it('says that there is no engine, ends the process, and looks again when it is configured anew', async () => {
    const launches: string[] = [];
    let args = ['--no-engine'];
    const { service, seen } = create({
      launch: {
        launch() {
          launches.push(args.join(' '));
          return forkLauncher({ script, args }).launch();
        },
      },
    });
    const refused = { trouble: 'no-engine', message: 'The engine for local models is not there: node-llama-cpp is not installed' };
    await expect(load(service)).rejects.toMatchObject(refused);
    await seen.until(() => seen.statuses.at(-1)?.state === 'failed');
    expect(service.status()).toMatchObject({ detail: 'node-llama-cpp is not installed' });
    expect(service.pid()).toBeUndefined();
    await expect(load(service)).rejects.toMatchObject(refused);
    expect(launches).toEqual(['--no-engine']);

    args = [];
    await service.configure({ build: 'vulkan', engineFolder: '/engines/vulkan' });
    await load(service);
    expect(seen.told).toContain('configure vulkan /engines/vulkan');
    expect(seen.lost).toEqual([]);
  });

  it('gives up on an engine that kills its process at every start', async () => {
    let launches = 0;
    const { service, seen } = create({
      launch: {
        launch() {
          launches += 1;
          return forkLauncher({ script, args: ['--dies'] }).launch();
        },
      },
      supervision: { backoffMs: [0] },
    });
    await expect(load(service)).rejects.toMatchObject({ trouble: 'no-engine', message: expect.stringContaining('it ended with code 7') });
    await seen.until(() => seen.statuses.at(-1)?.state === 'failed');
    expect(launches).toBe(3);
    expect(seen.lost).toEqual([]);
  });

  it('loses everything when another engine is chosen', async () => {
    const { service, seen } = create();
    await load(service);
    const answer = service.generate('m', ask('slow'), never)[Symbol.asyncIterator]();
    await answer.next();
    const configured = service.configure({ build: 'cpu', threads: 1 });
    await expect(answer.next()).rejects.toMatchObject({ trouble: 'process-lost' });
    await load(service);
    await configured;
    expect(seen.lost).toEqual(['another engine is to be used']);
  });

  it('ends everything on stop, even a process that ignores being asked', async () => {
    const { service, seen } = create({ launch: forkLauncher({ script, args: ['--stubborn'] }), supervision: { endMs: 50 } });
    await load(service);
    const pid = service.pid() ?? 0;
    const answer = collect(service.generate('m', ask('slow'), never));
    answer.catch(() => undefined);
    await service.stop();
    await expect(answer).rejects.toMatchObject({ trouble: 'process-lost' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(seen.statuses.at(-1)).toMatchObject({ state: 'stopped' });
    await expect(load(service)).rejects.toThrow('it was stopped');
    await service.stop();
  });
});
