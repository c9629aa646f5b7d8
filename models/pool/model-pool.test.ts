import { describe, expect, it } from 'vitest';
import type { PoolStatus } from '../../contract/models.ts';
import { PoolStatusSchema } from '../../contract/models.ts';
import type { LoadRequest } from '../../contract/models-message.ts';
import { installedModel, LAYERS, MINUTE, type PoolStage, poolStage, settled } from '../../tests/fakes/pool-stage.ts';
import { ModelError } from '../model-link.ts';

const signal = new AbortController().signal;
const a = installedModel('a', 40);
const b = installedModel('b', 40);
const c = installedModel('c', 40);

const residents = ({ pool }: PoolStage): string[] => pool.status().resident.map((each) => each.modelId);
const useOnce = async ({ pool }: PoolStage, id: string): Promise<void> => (await pool.use(id, { signal })).release();

/** Whether it has resolved, without waiting for it. */
async function hasHappened(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  promise.catch(() => undefined);
  await settled();
  return (await Promise.race([promise.catch(() => undefined), Promise.resolve(open)])) !== open;
}

describe('using a model', () => {
  it('loads it at the first use and not again at the next', async () => {
    const stage = poolStage([a]);
    expect(stage.link.told).toEqual([]);
    const progress: number[] = [];
    const lease = await stage.pool.use('a', { signal, progress: (done) => progress.push(done) });
    expect(lease).toMatchObject({ modelId: 'a', loaded: { gpuLayers: LAYERS, contextSize: 8_000 } });
    expect(progress).toEqual([0.5]);
    lease.release();
    await useOnce(stage, 'a');
    expect(stage.link.told).toEqual(['load a', 'loaded a']);
  });

  it('shares one load among all who ask meanwhile', async () => {
    const stage = poolStage([a]);
    const [one, other] = await Promise.all([stage.pool.use('a', { signal }), stage.pool.use('a', { signal })]);
    expect(one.handle).toBe(other.handle);
    expect(stage.link.told).toEqual(['load a', 'loaded a']);
    one.release();
    one.release();
    expect(stage.pool.status().resident).toMatchObject([{ busy: true }]);
    other.release();
    expect(stage.pool.status().resident).toMatchObject([{ busy: false }]);
  });

  it('gives a load up only when the last who waits for it has left', async () => {
    const stage = poolStage([a]);
    stage.link.onLoad = () => new Promise(() => undefined);
    const [first, second] = [new AbortController(), new AbortController()];
    const one = stage.pool.use('a', { signal: first.signal });
    const other = stage.pool.use('a', { signal: second.signal });
    await settled();
    first.abort(new Error('gone home'));
    await expect(one).rejects.toThrow('gone home');
    await settled();
    expect(stage.pool.status().resident).toMatchObject([{ state: 'loading', progress: 0.5 }]);
    second.abort(new Error('gone as well'));
    await expect(other).rejects.toThrow('gone as well');
    await settled();
    expect(residents(stage)).toEqual([]);
    // And it can be asked for again.
    stage.link.onLoad = () => undefined;
    await useOnce(stage, 'a');
  });

  it('refuses in words what is not there, what is broken, and what can never fit', async () => {
    const huge = installedModel('huge', 42_000_000_000);
    const stage = poolStage([huge, { ...a, problem: 'the file is gone' }], { gpuBytes: 11_000_000_000, memoryBytes: 9_000_000_000 });
    await expect(stage.pool.use('nothing', { signal })).rejects.toMatchObject({ trouble: 'missing-file' });
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('A cannot be used: the file is gone');
    await expect(stage.pool.use('huge', { signal })).rejects.toMatchObject({
      trouble: 'out-of-memory',
      message: 'HUGE does not fit: it needs 33.6 GB of memory, where 9.0 GB can be had.',
    });
    expect(stage.pool.expected('huge')).toBeUndefined();
    expect(stage.link.told).toEqual([]);
  });

  it('passes on why a load failed', async () => {
    const stage = poolStage([a]);
    stage.link.onLoad = () => {
      throw new ModelError('broken-file', 'The file is cut off.');
    };
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('The file is cut off.');
    expect(residents(stage)).toEqual([]);
    stage.link.onLoad = () => undefined;
    await useOnce(stage, 'a');
  });
});

describe('room in the pool', () => {
  it('lets the least recently used leave', async () => {
    const stage = poolStage([a, b, c]);
    await useOnce(stage, 'a');
    await useOnce(stage, 'b');
    await useOnce(stage, 'a');
    await useOnce(stage, 'c');
    expect(stage.link.told.filter((line) => line.startsWith('unload'))).toEqual(['unload b']);
    expect(residents(stage)).toEqual(['a', 'c']);
  });

  it('lets nobody leave in vain', async () => {
    const small = installedModel('small', 10);
    const stage = poolStage([small, installedModel('big', 80), a]);
    await useOnce(stage, 'small');
    await useOnce(stage, 'big');
    await useOnce(stage, 'a');
    expect(residents(stage)).toEqual(['small', 'a']);
  });

  it('keeps pinned ones, and refuses what would fit without them', async () => {
    const stage = poolStage([a, b, installedModel('large', 260)]);
    stage.pool.pin(['a']);
    await useOnce(stage, 'b');
    await expect(stage.pool.use('large', { signal })).rejects.toMatchObject({ trouble: 'out-of-memory' });
    expect(residents(stage)).toEqual(['a', 'b']);
    stage.pool.pin([]);
    await useOnce(stage, 'large');
    expect(residents(stage)).toEqual(['large']);
  });

  it('waits for those in use, and nobody new overtakes it', async () => {
    const stage = poolStage([installedModel('one', 100), installedModel('two', 100)]);
    const first = await stage.pool.use('one', { signal });
    const two = stage.pool.use('two', { signal });
    await settled();
    const overtaker = stage.pool.use('one', { signal });
    expect(await hasHappened(two)).toBe(false);
    expect(await hasHappened(overtaker)).toBe(false);
    first.release();
    const second = await two;
    expect(second.modelId).toBe('two');
    expect(await hasHappened(overtaker)).toBe(false);
    second.release();
    (await overtaker).release();
    expect(stage.link.told).toEqual([
      'load one',
      'loaded one',
      'unload one',
      'load two',
      'loaded two',
      'unload two',
      'load one',
      'loaded one',
    ]);
  });

  it('does not hold anybody back once nobody waits for the room any more', async () => {
    const stage = poolStage([installedModel('one', 100), installedModel('two', 100)]);
    const first = await stage.pool.use('one', { signal });
    const impatience = new AbortController();
    const two = stage.pool.use('two', { signal: impatience.signal });
    await settled();
    impatience.abort(new Error('too slow'));
    await expect(two).rejects.toThrow('too slow');
    (await stage.pool.use('one', { signal })).release();
    first.release();
    expect(stage.link.told).toEqual(['load one', 'loaded one']);
  });

  it('puts an embedding model where there is room, and drives nobody out for it', async () => {
    const stage = poolStage([installedModel('chat', 100), installedModel('embedding', 20, 'embedding')]);
    const chat = await stage.pool.use('chat', { signal });
    const embedding = await stage.pool.use('embedding', { signal });
    expect(embedding.loaded.gpuLayers).toBe(0);
    chat.release();
    embedding.release();
    await useOnce(stage, 'chat');
    expect(stage.link.told.filter((line) => line.startsWith('unload'))).toEqual([]);
  });

  it('counts what the engine measured rather than what was planned', async () => {
    const stage = poolStage([a, b]);
    stage.link.measured = { gpuBytes: 70, memoryBytes: 8 };
    await useOnce(stage, 'a');
    await useOnce(stage, 'b');
    expect(residents(stage)).toEqual(['b']);
  });

  it('lets idle ones leave after their time, and pinned ones not', async () => {
    const stage = poolStage([a, b]);
    stage.pool.pin(['b']);
    const lease = await stage.pool.use('a', { signal });
    await stage.clock.advance(60 * MINUTE);
    expect(residents(stage)).toEqual(['b', 'a']);
    lease.release();
    await stage.clock.advance(14 * MINUTE);
    await useOnce(stage, 'a');
    await stage.clock.advance(14 * MINUTE);
    expect(residents(stage)).toEqual(['b', 'a']);
    await stage.clock.advance(1 * MINUTE);
    expect(residents(stage)).toEqual(['b']);
  });

  it('lets each leave at its own time', async () => {
    const stage = poolStage([a, b]);
    await useOnce(stage, 'a');
    await stage.clock.advance(5 * MINUTE);
    await useOnce(stage, 'b');
    await stage.clock.advance(10 * MINUTE);
    expect(residents(stage)).toEqual(['b']);
    await stage.clock.advance(5 * MINUTE);
    expect(residents(stage)).toEqual([]);
  });

  it('lets nobody leave by itself where that is switched off', async () => {
    const stage = poolStage([a], { idleUnloadMs: () => 0 });
    await useOnce(stage, 'a');
    await stage.clock.advance(10_000 * MINUTE);
    expect(residents(stage)).toEqual(['a']);
  });

  it('unloads when a person says so, after the last answer', async () => {
    const stage = poolStage([a]);
    const lease = await stage.pool.use('a', { signal });
    const unloaded = stage.pool.unload('a');
    expect(await hasHappened(unloaded)).toBe(false);
    const next = stage.pool.use('a', { signal });
    lease.release();
    await unloaded;
    (await next).release();
    expect(stage.link.told).toEqual(['load a', 'loaded a', 'unload a', 'load a', 'loaded a']);
    await stage.pool.unload('a');
    expect(residents(stage)).toEqual([]);
    await stage.pool.unload('a');
  });

  it('stops a load when a person unloads the model', async () => {
    const stage = poolStage([a]);
    stage.link.onLoad = () => new Promise(() => undefined);
    const waiting = stage.pool.use('a', { signal });
    await settled();
    const unloaded = stage.pool.unload('a');
    await expect(waiting).rejects.toMatchObject({ trouble: 'aborted' });
    await unloaded;
    expect(residents(stage)).toEqual([]);
  });
});

describe('too little memory at the load', () => {
  const tooBig = (most: (request: LoadRequest) => boolean) => (request: LoadRequest) => {
    if (!most(request)) throw new ModelError('out-of-memory', 'The card is full.');
  };

  it('takes fewer layers, then a smaller context, and says it once', async () => {
    const stage = poolStage([a]);
    stage.link.onLoad = tooBig(({ gpuLayers, contextSize }) => gpuLayers === 0 && contextSize <= 2_000);
    const lease = await stage.pool.use('a', { signal });
    expect(stage.link.requests.map(({ gpuLayers, contextSize }) => [gpuLayers, contextSize])).toEqual([
      [10, 8_000],
      [7, 8_000],
      [5, 8_000],
      [0, 8_000],
      [0, 4_000],
      [0, 2_000],
    ]);
    lease.release();
    await stage.pool.unload('a');
    await useOnce(stage, 'a');
    expect(stage.notices).toEqual(['warning: There is less memory than A wants, so it was loaded smaller and may be slower.']);
  });

  it('lets idle ones leave before anything gets smaller', async () => {
    const stage = poolStage([a, b]);
    await useOnce(stage, 'a');
    stage.link.onLoad = tooBig(({ path }) => !path.endsWith('b') || stage.link.loaded.size === 0);
    expect((await stage.pool.use('b', { signal })).loaded.gpuLayers).toBe(LAYERS);
    expect(stage.notices).toEqual([]);
  });

  it('takes a smaller model when nothing else helps, and fails in the words of the engine when there is none', async () => {
    const stage = poolStage([a, b, c], { smaller: (model) => ({ a: b, b: c })[model.id] });
    stage.link.onLoad = tooBig(({ path }) => path.endsWith('c'));
    const lease = await stage.pool.use('a', { signal });
    expect(lease.modelId).toBe('c');
    lease.release();
    expect(stage.notices).toEqual(['warning: There is less memory than A wants, so C answers in its place.']);
    stage.link.onLoad = tooBig(() => false);
    await stage.pool.unload('c');
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('The card is full.');
  });

  it('ends where smaller models lead in a circle', async () => {
    const stage = poolStage([a, b], { smaller: (model) => (model.id === 'a' ? b : a) });
    stage.link.onLoad = tooBig(() => false);
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('The card is full.');
  });
});

describe('pressure', () => {
  it('lets idle ones leave the hot card and loads smaller until it is over, said once each', async () => {
    const stage = poolStage([a, b]);
    await useOnce(stage, 'a');
    stage.pool.setPressure({ hotCard: true, shortMemory: false });
    stage.pool.setPressure({ hotCard: true, shortMemory: false });
    await settled();
    expect(residents(stage)).toEqual([]);
    expect(stage.pool.status().reduced).toBe('The graphics card is hot, so models are loaded with less on it.');
    const hot = await stage.pool.use('b', { signal });
    expect(hot.loaded).toMatchObject({ gpuLayers: 7, batchSize: 128, contextSize: 8_000 });
    hot.release();

    stage.pool.setPressure({ hotCard: false, shortMemory: false });
    await settled();
    expect(stage.pool.status().reduced).toBeUndefined();
    expect((await stage.pool.use('b', { signal })).loaded).toMatchObject({ gpuLayers: LAYERS, batchSize: 512 });
    expect(stage.notices).toEqual([
      'warning: The graphics card is hot, so models are loaded with less on it.',
      'info: The graphics card and the memory are well again, so models are loaded as usual.',
    ]);
  });

  it('leaves pinned ones alone until it is over, then loads those anew that were made smaller', async () => {
    const stage = poolStage([a]);
    stage.pool.setPressure({ hotCard: true, shortMemory: false });
    stage.pool.pin(['a']);
    await settled();
    expect(stage.pool.status().resident).toMatchObject([{ gpuLayers: 7, pinned: true }]);
    stage.pool.setPressure({ hotCard: false, shortMemory: false });
    await settled();
    expect(stage.pool.status().resident).toMatchObject([{ gpuLayers: LAYERS, pinned: true }]);
    expect(stage.notices.filter((notice) => notice.startsWith('error'))).toEqual([]);
  });

  it('leaves an embedding model as large as ever: it would cut its texts', async () => {
    const stage = poolStage([installedModel('embedding', 20, 'embedding')]);
    stage.pool.setPressure({ hotCard: true, shortMemory: true });
    const lease = await stage.pool.use('embedding', { signal });
    expect(lease.loaded).toMatchObject({ gpuLayers: LAYERS, batchSize: 512, contextSize: 8_000 });
  });

  it('does not break off an answer', async () => {
    const stage = poolStage([a]);
    const lease = await stage.pool.use('a', { signal });
    stage.pool.setPressure({ hotCard: true, shortMemory: true });
    await settled();
    expect(residents(stage)).toEqual(['a']);
    lease.release();
  });

  it('takes a smaller model while the one that is asked for does not fit', async () => {
    const stage = poolStage([installedModel('large', 90), a], { smaller: (model) => (model.id === 'large' ? a : undefined) });
    stage.memoryBytes = 20;
    stage.pool.setPressure({ hotCard: true, shortMemory: true });
    const lease = await stage.pool.use('large', { signal });
    expect(lease.modelId).toBe('a');
    lease.release();
    await settled();
    stage.pool.setPressure({ hotCard: false, shortMemory: false });
    expect((await stage.pool.use('large', { signal })).modelId).toBe('large');
  });
});

describe('when the process is lost', () => {
  it('forgets everything and loads pinned ones again', async () => {
    const stage = poolStage([a, b]);
    stage.pool.pin(['a']);
    await useOnce(stage, 'b');
    stage.link.crash();
    expect(residents(stage)).toEqual([]);
    await settled();
    expect(residents(stage)).toEqual(['a']);
    expect(stage.notices).toEqual([]);
  });

  it('tries a load that was lost once more', async () => {
    const stage = poolStage([a]);
    let loads = 0;
    stage.link.onLoad = () => {
      loads += 1;
      if (loads === 1) stage.link.crash();
    };
    expect((await stage.pool.use('a', { signal })).modelId).toBe('a');
    expect(stage.link.told).toEqual(['load a', 'crash', 'load a', 'loaded a']);
  });

  it('leaves a model alone that was at work at two losses in a row, until a person loads it', async () => {
    const stage = poolStage([a, b]);
    stage.link.onLoad = ({ path }) => {
      if (path.endsWith('a')) stage.link.crash();
    };
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('A has crashed the engine twice in a row');
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('left alone until you load it yourself');
    expect(stage.pool.expected('a')).toBeUndefined();
    await useOnce(stage, 'b');
    expect(stage.link.told.filter((line) => line === 'load a')).toHaveLength(2);
    expect(stage.notices).toEqual(['error: A has crashed the engine twice in a row. It is left alone until you load it yourself.']);
    stage.link.onLoad = () => undefined;
    await stage.pool.preload('a', { signal });
    await useOnce(stage, 'a');
  });

  it('does not count losses that lie on both sides of good work, nor those of idle ones', async () => {
    const stage = poolStage([a]);
    for (let round = 0; round < 3; round += 1) {
      const lease = await stage.pool.use('a', { signal });
      stage.link.crash();
      lease.release();
      await useOnce(stage, 'a');
      stage.link.crash();
    }
    expect(stage.notices).toEqual([]);
    await useOnce(stage, 'a');
  });

  it('counts a lease of the lost process as no good work', async () => {
    const stage = poolStage([a]);
    for (let round = 0; round < 2; round += 1) {
      const lease = await stage.pool.use('a', { signal });
      stage.link.crash();
      lease.release();
    }
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('twice in a row');
  });

  it('says when a pinned model cannot be loaded again', async () => {
    const stage = poolStage([a]);
    stage.pool.pin(['a']);
    await settled();
    stage.link.onLoad = () => {
      throw new ModelError('no-engine', 'The engine is gone.');
    };
    stage.link.crash();
    await settled();
    expect(stage.notices).toEqual(['error: A could not be loaded. The engine is gone.']);
  });
});

describe('what the pool tells', () => {
  it('tells its status at every change, with load and swap times', async () => {
    const stage = poolStage([a, installedModel('large', 100)]);
    const end = new AbortController();
    const seen: PoolStatus[] = [];
    const reading = (async () => {
      for await (const status of stage.pool.changes.subscribe(end.signal)) seen.push(status);
    })();
    await settled();
    await useOnce(stage, 'a');
    stage.link.onLoad = () => stage.clock.sleep(3_000);
    const large = stage.pool.use('large', { signal });
    await stage.clock.advance(3_000);
    (await large).release();
    await settled();
    end.abort();
    await reading;
    for (const status of seen) PoolStatusSchema.parse(status);
    const states = seen.map((status) =>
      status.resident.map((each) => `${each.modelId} ${each.state}${each.busy ? ' busy' : ''}`).join(', '),
    );
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      'a loading',
      'a ready',
      'a ready busy',
      'a ready',
      'a unloading',
      '',
      'large loading',
      'large ready',
      'large ready busy',
      'large ready',
    ]);
    expect(stage.pool.status()).toMatchObject({
      build: 'cpu',
      gpuBudgetBytes: 100,
      memoryBudgetBytes: 200,
      resident: [{ modelId: 'large', loadMs: 12, swapMs: 3_000, gpuBytes: 100, memoryBytes: 8 }],
    });
  });

  it('tells everybody who waits when it is stopped', async () => {
    const stage = poolStage([a]);
    stage.link.onLoad = () => new Promise(() => undefined);
    const waiting = stage.pool.use('a', { signal });
    await settled();
    stage.pool.stop();
    await expect(waiting).rejects.toThrow('JARVIS is being stopped.');
    await expect(stage.pool.use('a', { signal })).rejects.toThrow('JARVIS is being stopped.');
  });
});
