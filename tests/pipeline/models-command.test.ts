import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { InstalledModelSchema, MindSettingsSchema, ModelsReportSchema } from '../../contract/models.ts';
import { ModelBenchSchema } from '../../contract/models-interface.ts';
import { CATALOGUE } from '../../models/catalogue/catalogue.ts';
import { FileServer, fileHandler } from '../fakes/file-server.ts';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { makeRandomGguf } from '../fakes/make-gguf.ts';
import { ended, jarvis, makeWorkplace, startJarvis } from './run-jarvis.ts';
import { startHost } from './running-host.ts';

/** The commands alone, without a JARVIS that runs: what they keep is theirs until one starts. */
const place = await makeWorkplace();
const server = await FileServer.start();
await mkdir(place.data, { recursive: true });
const tiny = place.path('tiny-chat.gguf');
makeRandomGguf(tiny, { seed: 1 });
const bytes = await readFile(tiny);
// No test may ask the internet for a model.
process.env.JARVIS_MODELS_MIRROR = `only:${place.path('mirror')}`;
afterAll(async () => {
  delete process.env.JARVIS_MODELS_MIRROR;
  await server[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

let folders = 0;
/** A data folder of its own for each test, so that they may run beside each other. */
async function fresh(settings = ''): Promise<{ data: string; run(args: string[], input?: string): ReturnType<typeof jarvis> }> {
  folders += 1;
  const data = place.path(`data-${folders}`);
  await mkdir(data, { recursive: true });
  if (settings !== '') await writeFile(`${data}/settings.yaml`, settings);
  return { data, run: (args, input) => jarvis(args, { data, ...(input === undefined ? {} : { input }) }) };
}
const noStack = /^\s+at /mu;

describe('jarvis models list', () => {
  test('shows the machine, the engine with its reason, every kind, and the plan over all', async () => {
    const { run } = await fresh();
    const { code, stdout, stderr } = await run(['models', 'list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/cores?, [\d.]+ GB memory/u);
    expect(stdout).toMatch(/^Engine: \S+ \(.+\)\. \S/mu);
    expect(stdout).toContain('qwen3-8b-q4_k_m');
    expect(stdout).toContain('Search by meaning (embeddings):');
    expect(stdout).toMatch(/^Together they take /mu);
  });

  test('tells it all as JSON, of one kind and for another context', async () => {
    const { run } = await fresh();
    const { code, stdout } = await run(['models', 'list', '--kind', 'embedding', '--context', '2048', '--json']);
    expect(code).toBe(0);
    const report = ModelsReportSchema.parse(JSON.parse(stdout));
    expect(new Set(report.models.map(({ kind }) => kind))).toEqual(new Set(['embedding']));
    expect(report.models.find(({ fit }) => fit !== undefined)?.fit?.contextSize).toBeLessThanOrEqual(2048);
  });

  test.each([
    [['models', 'list', '--kind', 'cheese'], 'cheese'],
    [['models', 'list', '--context', '3'], 'A context is a number of tokens'],
    [['models', 'show', 'qwen'], 'did you mean qwen3'],
    [['models', 'show', 'nothing-like-it'], 'There is no model called nothing-like-it'],
    [['models', 'pull', 'nothing-like-it'], 'There is no model called nothing-like-it'],
    [['models', 'pull', 'qwen3-8b:Q3_X'], 'is there as'],
    [['models', 'load', 'nothing-like-it'], 'There is no model called nothing-like-it'],
    [['models', 'bench', 'qwen3-8b'], 'is not fetched yet'],
    [['models', 'pause', 'anything'], 'Nothing is being fetched'],
    [['models', 'import'], 'Which file?'],
    [['models', 'import', '/nowhere/at-all.gguf'], 'is no file'],
    [['models', 'engine', 'rm'], 'Which one?'],
    [['models', 'engine', 'fetch', 'abacus'], 'abacus'],
    [['models', 'list', '--installed'], 'No model is on this machine yet'],
  ])('refuses %j in words', async (args, words) => {
    const { run } = await fresh();
    const result = await run(args);
    expect(result.code).toBeGreaterThan(0);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(noStack);
  });
});

describe('jarvis models pull', () => {
  test('fetches by address with progress, then lists, loads, measures and deletes', { timeout: 120_000 }, async () => {
    const { run } = await fresh();
    process.env.JARVIS_MODELS_MIRROR = '';
    const url = server.on('/tiny-chat.gguf', fileHandler(bytes, { etag: '"1"' }));
    const pulled = await run(['models', 'pull', url]);
    expect(pulled).toMatchObject({ code: 0 });
    expect(pulled.stdout).toContain('tiny-chat');
    expect(pulled.stdout).toContain(' is here: ');
    expect(pulled.stderr).toMatch(/100 %/u);
    // Without a terminal nothing is redrawn.
    expect(pulled.stderr).not.toContain('\u001B');

    const listed = await run(['models', 'list', '--installed', '--json']);
    const [model] = ModelsReportSchema.parse(JSON.parse(listed.stdout)).models;
    expect(model?.installed).toMatchObject({ id: 'tiny-chat', source: 'downloaded', bytes: bytes.length });
    const path = model?.installed?.path ?? '';
    expect((await readFile(path)).equals(bytes)).toBe(true);

    const loaded = await run(['models', 'load', 'tiny-chat', '--keep']);
    expect(loaded).toMatchObject({ code: 0, stdout: expect.stringContaining('can be loaded') });
    const bench = await run(['models', 'bench', 'tiny-chat', '--json']);
    expect(bench).toMatchObject({ code: 0, stderr: '' });
    const measured = ModelBenchSchema.parse(JSON.parse(bench.stdout));
    expect(measured).toMatchObject({ id: 'tiny-chat' });
    expect(measured.promptTokens).toBeGreaterThan(100);
    expect(measured.loadMs).toBeGreaterThan(0);

    expect(await run(['models', 'rm', 'tiny-chat'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(existsSync(path)).toBe(true);
    expect(await run(['models', 'rm', 'tiny-chat', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringContaining('is deleted') });
    expect(existsSync(path)).toBe(false);
  });

  test('keeps nothing of a file whose sum is another, and says so', async () => {
    const { run } = await fresh();
    const entry = CATALOGUE.find(({ files }) => files[0]?.sha256 !== undefined && files[0].bytes < 50_000_000);
    const file = entry?.files[0];
    if (entry === undefined || file === undefined) throw new Error('no small file with a sum is in the list');
    const mirror = place.path('wrong-mirror');
    await mkdir(mirror, { recursive: true });
    // Of the right length, so that the sum alone tells.
    await writeFile(`${mirror}/${file.name}`, Buffer.alloc(file.bytes, 7));
    process.env.JARVIS_MODELS_MIRROR = `only:${mirror}`;
    const result = await run(['models', 'pull', entry.id]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('did not come');
    expect(result.stderr).toMatch(/sum|sha256|SHA-256/u);
    expect((await run(['models', 'list', '--installed'])).stderr).toContain('No model is on this machine yet');
  });

  test('Ctrl-C pauses it, says how to go on, and resume brings the rest', async () => {
    const { data, run } = await fresh();
    process.env.JARVIS_MODELS_MIRROR = '';
    const released = Promise.withResolvers<void>();
    const handler = fileHandler(bytes, { etag: '"2"' });
    let holds = true;
    const url = server.on('/slow-chat.gguf', async (request) => {
      const answer = await handler(request);
      // The header is looked at first; after it, the body stops halfway.
      const isWhole = (answer.body?.length ?? 0) > 300_000;
      return holds && isWhole ? { ...answer, holdAt: { bytes: 200_000, until: released.promise } } : answer;
    });
    const child = startJarvis(['models', 'pull', url], data);
    child.stdin.end();
    const end = ended(child);
    for await (const [text] of onData(child.stderr)) if (/\d+ %/u.test(text)) break;
    child.kill('SIGINT');
    const stopped = await end;
    holds = false;
    released.resolve();
    expect(stopped).toMatchObject({ code: 130 });
    expect(stopped.stderr).toContain('jarvis models resume slow-chat');
    expect((await run(['models', 'list'])).stdout).toMatch(/paused, .* of /u);
    const resumed = await run(['models', 'resume', 'slow-chat']);
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining(' is here: ') });
  });

  test('a licence that must be accepted is shown, and without a yes nothing is fetched', async () => {
    const { run } = await fresh();
    const entry = CATALOGUE.find(({ licence }) => licence.mustAccept === true);
    if (entry === undefined) throw new Error('no such licence is in the list');
    const result = await run(['models', 'pull', entry.id]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(entry.licence.name);
    expect(result.stderr).toContain('--accept-licence');
  });

  test('two at once do not fetch the same: the second is told who is at it', async () => {
    const { data, run } = await fresh();
    process.env.JARVIS_MODELS_MIRROR = '';
    const released = Promise.withResolvers<void>();
    const handler = fileHandler(bytes, { etag: '"3"' });
    const url = server.on('/twice-chat.gguf', async (request) => {
      const answer = await handler(request);
      return (answer.body?.length ?? 0) > 300_000 ? { ...answer, holdAt: { bytes: 100_000, until: released.promise } } : answer;
    });
    const first = startJarvis(['models', 'pull', url], data);
    first.stdin.end();
    const end = ended(first);
    for await (const [text] of onData(first.stderr)) if (/\d+ %/u.test(text)) break;
    expect(await run(['models', 'pull', url])).toMatchObject({ code: 1, stderr: expect.stringContaining(`process ${first.pid}`) });
    // A look is not kept out, and does not disturb it.
    expect((await run(['models', 'list'])).code).toBe(0);
    released.resolve();
    expect(await end).toMatchObject({ code: 0 });
  });
});

test('with a JARVIS that runs it is asked: what is fetched and loaded stays there', { timeout: 120_000 }, async () => {
  process.env.JARVIS_MODELS_MIRROR = '';
  await using host = await startHost();
  const run = (args: string[]) => jarvis(args, { data: host.data });
  const url = server.on('/shared-chat.gguf', fileHandler(bytes, { etag: '"4"' }));
  expect(await run(['models', 'pull', url])).toMatchObject({ code: 0, stdout: expect.stringContaining(' is here: ') });
  expect(await run(['models', 'load', 'shared-chat', '--keep'])).toMatchObject({ code: 0, stdout: expect.stringContaining('is loaded') });
  expect((await run(['models', 'list', '--installed'])).stdout).toMatch(/● +shared-chat/u);
  expect(await run(['models', 'rm', 'shared-chat', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('loaded') });
  expect((await run(['mind'])).stdout).toMatch(/pinned\s+shared-chat/u);
  expect(await run(['models', 'unload', 'shared-chat'])).toMatchObject({ code: 0, stdout: expect.stringContaining('has left the memory') });
  expect(ModelBenchSchema.parse(JSON.parse((await run(['models', 'bench', 'shared-chat', '--json'])).stdout)).tokens).toBeGreaterThan(0);
  expect((await run(['hardware'])).stdout).toMatch(/^JARVIS +/mu);
  expect(await run(['mind', 'set', 'prefer=best'])).toMatchObject({ code: 0 });
  expect((await host.call('GET', '/mind')).answer).toMatchObject({ settings: { prefer: 'best' } });
});

describe('jarvis models import', () => {
  test('refers to a file where it lies, and forgets it without touching it', async () => {
    const { run } = await fresh();
    const imported = await run(['models', 'import', tiny, '--title', 'My own', '--json']);
    expect(InstalledModelSchema.parse(JSON.parse(imported.stdout))).toMatchObject({ id: 'my-own', source: 'referenced', path: tiny });
    expect((await run(['models', 'show', 'my-own'])).stdout).toContain('only referred to');
    expect((await run(['models', 'rm', 'my-own', '-y'])).stdout).toContain('its file stays');
    expect(existsSync(tiny)).toBe(true);
  });

  test.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, 900)],
    ['no model at all', () => Buffer.from('hello, I am a letter')],
    ['full of nonsense behind its mark', (whole: Buffer) => Buffer.concat([whole.subarray(0, 8), Buffer.alloc(4000, 255)])],
  ])('refuses a file that is %s', async (_, spoil) => {
    const { run } = await fresh();
    const path = place.path(`spoilt-${folders}.gguf`);
    await writeFile(path, spoil(bytes));
    const result = await run(['models', 'import', path]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr.length).toBeGreaterThan(10);
    expect(result.stderr).not.toMatch(noStack);
  });
});

test('an engine that cannot be fetched is told in words, and the state stays', { timeout: 60_000 }, async () => {
  const { run } = await fresh('models: { build: vulkan }\n');
  process.env.npm_config_registry = 'http://127.0.0.1:1/';
  process.env.npm_config_fetch_retries = '0';
  try {
    expect((await run(['models', 'engine'])).stdout).toMatch(/vulkan \(the settings say so\)[\s\S]*not fetched yet/u);
    const fetched = await run(['models', 'engine', 'fetch']);
    expect(fetched.code).toBe(1);
    expect(fetched.stderr).not.toMatch(noStack);
    expect(fetched.stderr.trim()).not.toBe('');
  } finally {
    delete process.env.npm_config_registry;
    delete process.env.npm_config_fetch_retries;
  }
});

describe('jarvis mind', () => {
  test('sets simple keys and leaves all others as they are', async () => {
    const { data, run } = await fresh();
    expect((await run(['mind', 'set', 'persona.humour=70', 'prefer=fast', 'keepDays=30'])).code).toBe(0);
    expect((await run(['mind', 'budget', '--per-day', '0.50', '--json'])).code).toBe(0);
    const kept = MindSettingsSchema.parse(JSON.parse(await readFile(`${data}/mind.json`, 'utf8')));
    expect(kept).toMatchObject({
      prefer: 'fast',
      keepDays: 30,
      persona: { humour: 70, formality: 60 },
      budget: { perDay: 0.5, currency: 'EUR' },
    });
    expect((await run(['mind'])).stdout).toMatch(/prefer\s+fast/u);
  });

  test.each([
    [['mind', 'set', 'colour=blue'], 'There is no setting "colour"'],
    [['mind', 'set', 'prefer=lots'], 'prefer'],
    [['mind', 'set', 'persona.humour=700'], 'persona.humour'],
    [['mind', 'set', 'steps=-1'], 'steps is a whole number'],
    [['mind', 'set', 'privacy'], 'privacy=VALUE'],
    [['mind', 'budget', '--per-day', 'much'], 'no amount of money'],
    [['mind', 'provider', 'add', 'Up Case', '--url', 'http://127.0.0.1:9/v1', '--no-key'], 'id'],
    [['mind', 'provider', 'rm', 'ghost'], 'There is no provider "ghost"'],
  ])('refuses %j', async (args, words) => {
    const { run } = await fresh();
    const result = await run(args);
    expect(result.code).toBeGreaterThan(0);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(noStack);
  });

  test('settings that are no JSON are told, and left as they are', async () => {
    const { data, run } = await fresh();
    await writeFile(`${data}/mind.json`, '{ "prefer": ');
    const shown = await run(['mind']);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('mind.json cannot be used');
    expect(await run(['mind', 'set', 'prefer=fast'])).toMatchObject({ code: 1, stderr: expect.stringContaining('mind.json') });
    expect(await readFile(`${data}/mind.json`, 'utf8')).toBe('{ "prefer": ');
    expect((await run(['doctor'])).stdout).toMatch(/BAD\s+mind: .*mind\.json cannot be used/u);
  });

  test('a provider is asked before it is kept; its key lies with the secrets and nowhere else', async () => {
    await using llm = await startOpenAiServer();
    const { data, run } = await fresh();
    const add = ['mind', 'provider', 'add', 'scripted', '--url', llm.url, '--model', 'gpt-4o', '--key-stdin'];
    expect(await run(add, 'sk-very-secret\n')).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(`${data}/mind.json`, 'utf8')).not.toContain('sk-very-secret');
    expect((await run(['secrets', 'list'])).stdout).toContain('mind.scripted');
    expect(await run(['mind', 'provider', 'check'])).toMatchObject({ code: 0, stdout: expect.stringContaining('ok    scripted') });
    expect((await run(['mind'])).stdout).toContain('The mind is on and can answer.');
    expect((await run(['mind', 'provider', 'rm', 'scripted'])).stdout).toContain('jarvis secrets delete mind.scripted');
    expect((await run(['mind'])).stdout).not.toContain('scripted');
  });

  test('a provider that does not answer is not kept', async () => {
    const { data, run } = await fresh();
    const gone = await FileServer.start();
    const url = gone.url('/v1');
    await gone[Symbol.asyncDispose]();
    const result = await run(['mind', 'provider', 'add', 'gone', '--url', url, '--key-stdin'], 'sk-x');
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was kept') });
    expect(existsSync(`${data}/mind.json`)).toBe(false);
  });
});

test('jarvis hardware shows the machine, once and as it goes', async () => {
  const { data, run } = await fresh();
  const once_ = await run(['hardware']);
  expect(once_.code).toBe(0);
  expect(once_.stdout).toMatch(/^Processor {2}\d+ %/mu);
  expect(once_.stdout).toMatch(/^Memory +[\d.]+ GB of [\d.]+ GB/mu);
  const child = startJarvis(['hardware', '--watch', '--json'], data);
  child.stdin.end();
  const end = ended(child);
  let lines = 0;
  for await (const [text] of onData(child.stdout)) {
    lines += text.split('\n').length - 1;
    if (lines >= 2) break;
  }
  child.kill('SIGINT');
  expect((await end).code).toBe(0);
});

/** Pieces of a stream that others read too. */
async function* onData(stream: NodeJS.ReadableStream): AsyncGenerator<[string]> {
  for (;;) {
    const [text]: unknown[] = await once(stream, 'data');
    yield [String(text)];
  }
}
