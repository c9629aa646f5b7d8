import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRandomGguf, makeScriptedGguf } from '../../tests/fakes/make-gguf.ts';
import { MODELS_PROCESS, ModelsProcessDriver } from '../../tests/fakes/models-process-driver.ts';

const folder = mkdtempSync(join(tmpdir(), 'models-process-'));
const file = (name: string): string => join(folder, `${name}.gguf`);

describe('the models process', { timeout: 60_000 }, () => {
  let driver: ModelsProcessDriver;

  beforeAll(async () => {
    makeRandomGguf(file('random'));
    makeScriptedGguf(file('greeter'), { says: ['Good', ' evening', ',', ' sir.'] });
    makeScriptedGguf(file('endless'), { says: ['on ', 'and '], endless: true });
    driver = new ModelsProcessDriver(file);
    driver.send({ type: 'configure', build: 'cpu', threads: 1 });
    await driver.first('engine-ready');
  }, 60_000);

  afterAll(() => {
    driver.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('says which engine runs', async () => {
    expect(await driver.first('engine-ready')).toMatchObject({ build: 'cpu', version: expect.stringMatching(/^3\./u), cards: [] });
  });

  describe('loading', () => {
    it('tells progress, size and shape', async () => {
      const loaded = await driver.load('random');
      expect(loaded).toMatchObject({
        type: 'loaded',
        model: { contextSize: 2048, batchSize: 128, gpuLayers: 0, gpuBytes: 0, shape: { architecture: 'llama', layers: 2 } },
      });
      if (loaded.type !== 'loaded') return;
      expect(loaded.model.memoryBytes).toBeGreaterThan(500_000);
      expect(loaded.model.loadMs).toBeGreaterThan(0);
      const progress = driver.of(loaded.id).flatMap((message) => (message.type === 'load-progress' ? [message.progress] : []));
      expect(progress.at(-1)).toBe(1);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    });

    it('holds two models at once, and swaps one for another', async () => {
      expect(await driver.load('greeter')).toMatchObject({ type: 'loaded' });
      expect((await driver.generate('greeter')).text).toBe('Good evening, sir.');
      expect(await driver.unload('random')).toMatchObject({ type: 'unloaded' });
      expect((await driver.generate('random')).end).toMatchObject({ type: 'failed', trouble: 'not-loaded' });
      expect(await driver.load('random')).toMatchObject({ type: 'loaded' });
      expect((await driver.generate('random', { maximumTokens: 5 })).end).toMatchObject({ finish: 'length', outputTokens: 5 });
    });

    it('gives back the memory of a model that left', async () => {
      makeRandomGguf(file('large'), { dimension: 512, layers: 12 });
      const resident = async (id: number): Promise<number> => {
        driver.send({ type: 'ping', id });
        return (await driver.until(['pong'], (message) => message.id === id)).residentBytes;
      };
      await driver.load('large', { contextSize: 4096 });
      await driver.generate('large', { maximumTokens: 2 });
      const full = await resident(1);
      await driver.unload('large');
      expect(full - (await resident(2))).toBeGreaterThan(100_000_000);
    });

    it.each([
      ['is not there', 'absent', undefined, 'missing-file'],
      ['is a page of a web server', 'page', () => Buffer.from('<!doctype html><html>404</html>'), 'broken-file'],
      ['is empty', 'empty', () => Buffer.alloc(0), 'broken-file'],
      ['ends in its header', 'cut-header', () => readFileSync(file('random')).subarray(0, 2_000), 'broken-file'],
      ['ends in its weights', 'cut-weights', () => readFileSync(file('random')).subarray(0, -100_000), 'broken-file'],
      ['promises tensors without end', 'hostile-count', () => patched(8, 0xffff_ffff_ffff_fff0n), 'broken-file'],
      ['promises values without end', 'hostile-values', () => patched(16, 2n ** 40n), 'broken-file'],
      ['holds a name without end', 'hostile-name', () => patched(24, 2n ** 62n), 'broken-file'],
      ['is of a kind that nobody knows', 'unknown-kind', () => replaced('llama', 'lamma'), 'unsupported'],
    ])('says what is wrong with a file that %s', async (_, name, bytes, trouble) => {
      if (bytes) writeFileSync(file(name), bytes());
      const failed = await driver.load(name);
      expect(failed).toMatchObject({ type: 'failed', trouble });
      expect(failed.type === 'failed' && failed.reason).toMatch(/\.$/u);
      expect((await driver.generate('greeter')).text).toBe('Good evening, sir.');
    });

    it('refuses a context that no memory holds, and lives on', async () => {
      const failed = await driver.load('too-much', { path: file('random'), contextSize: 2_000_000_000 });
      expect(failed).toMatchObject({ type: 'failed', trouble: 'out-of-memory', reason: expect.stringContaining('GB') });
      expect((await driver.generate('greeter')).text).toBe('Good evening, sir.');
    });

    it('refuses a second model of the same name', async () => {
      expect(await driver.load('greeter')).toMatchObject({ type: 'failed' });
      expect((await driver.generate('greeter')).text).toBe('Good evening, sir.');
    });

    it('can be called off', async () => {
      const id = driver.id();
      const request = { path: file('random'), kind: 'chat' as const, contextSize: 1024, batchSize: 128, gpuLayers: 0, sequences: 1 };
      driver.send({ type: 'load', id, handle: 'unwanted', request });
      driver.send({ type: 'abort', id });
      expect(await driver.end(id)).toMatchObject({ type: 'failed', trouble: 'aborted' });
      expect((await driver.generate('unwanted')).end).toMatchObject({ trouble: 'not-loaded' });
    });
  });

  it('says that it does not know a model', async () => {
    expect((await driver.generate('nobody')).end).toMatchObject({ type: 'failed', trouble: 'not-loaded' });
    expect(await driver.unload('nobody')).toMatchObject({ type: 'failed', trouble: 'not-loaded' });
  });

  it('drops garbage, and fails what somebody waits for', async () => {
    for (const message of ['hello', null, 7, { type: 'generate' }, { type: 'explode', id: 'x1' }]) driver.child.send(message as string);
    expect(await driver.end('x1')).toMatchObject({ type: 'failed' });
    expect((await driver.generate('greeter')).text).toBe('Good evening, sir.');
  });

  it('ends when the host is gone, even in the middle of an answer', async () => {
    await driver.load('endless');
    const id = driver.start('endless', { maximumTokens: 100_000 });
    await driver.until(['text'], (message) => message.id === id);
    const exit = once(driver.child, 'exit');
    driver.child.disconnect();
    expect(await exit).toEqual([0, null]);
  });
});

describe('a models process without its engine', { timeout: 30_000 }, () => {
  it.each([
    ['lies in no such folder', { build: 'cpu' as const, engineFolder: '/nowhere/at/all' }, 'no language model engine in /nowhere'],
    ['has no such build', { build: 'metal' as const }, 'metal build'],
  ])('says that it %s, and answers that to whoever asks', async (_, configuration, words) => {
    const driver = new ModelsProcessDriver(file);
    driver.send({ type: 'configure', ...configuration });
    const exit = once(driver.child, 'exit');
    expect((await driver.first('engine-failed')).reason).toContain(words);
    expect(await driver.load('random')).toMatchObject({ type: 'failed', trouble: 'no-engine' });
    driver.child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  });

  it('is killed without a trace', async () => {
    const driver = new ModelsProcessDriver(file);
    const exit = once(driver.child, 'exit');
    driver.child.kill('SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('refuses to be started by hand', () => {
    const { status, stderr } = spawnSync(process.execPath, [MODELS_PROCESS], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('started by JARVIS, not by hand');
  });
});

function patched(at: number, value: bigint): Buffer {
  const bytes = readFileSync(file('random'));
  bytes.writeBigUInt64LE(value, at);
  return bytes;
}

/** Everywhere in the header, by a word of the same length. */
function replaced(word: string, by: string): Buffer {
  return Buffer.from(readFileSync(file('random')).toString('latin1').replaceAll(word, by), 'latin1');
}
