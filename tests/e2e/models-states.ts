import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { MindSettingsSchema } from '../../contract/models.ts';
import { download, fakeHardware, fakeProviders, fakeSpending, installedModel, LLAMA, residentModel } from '../fakes/fake-models-parts.ts';
import { pascalReport } from '../fakes/fake-models-scene.ts';
import { type PageUnderTest, sideways } from './home-states.ts';

type Part = 'Models' | 'Providers' | 'Persona' | 'Hardware';
const PARTS: readonly Part[] = ['Models', 'Providers', 'Persona', 'Hardware'];

async function openPart(page: Page, part: Part): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Mind' }).click();
  await page.getByRole('navigation', { name: 'Parts of the mind' }).getByRole('button', { name: part }).click();
}

const model = (page: Page, id: string) => page.locator(`[data-model="${id}"]`);
/** Of one procedure, what it was asked with. */
const inputs = (asked: readonly { procedure: string; input: unknown }[], procedure: string): unknown[] =>
  asked.filter((each) => each.procedure === procedure).map(({ input }) => input);

/** Models, providers, budget, persona and hardware. */
export function registerModelsStates({ ready, host }: PageUnderTest): void {
  it('says what a bare machine is, fetches the engine, and tells why that failed', async () => {
    const { models } = host();
    const page = await ready();
    await openPart(page, 'Models');
    await page.getByText('No graphics card, 7.5 GB of memory and Small processor with 2 cores.').waitFor();
    await page.getByText('There is no model in the list, and none is here.').waitFor();
    models.refused.set('fetchEngine', 'The package registry cannot be reached.');
    await page.getByRole('button', { name: 'Fetch the engine' }).click();
    await page.getByText('The package registry cannot be reached.').waitFor();
    models.refused.clear();
    await page.getByRole('button', { name: 'Fetch the engine' }).click();
    await page.getByText('The engine is here.').waitFor();
    const { pool, downloads, pack } = models.report;
    const tell = (more: Partial<typeof pack>) => {
      models.report = { ...models.report, pack: { ...pack, ...more } };
      host().send({ type: 'models-changed', downloads, pool, pack: models.report.pack });
    };
    tell({ state: 'fetching', bytes: 100, doneBytes: 40 });
    await expect.poll(() => page.getByRole('progressbar', { name: 'The engine: fetched' }).getAttribute('aria-valuenow')).toBe('40');
    tell({ state: 'broken', problem: 'llama.node is cut short.' });
    await page.getByText('llama.node is cut short.').waitFor();
    await page.getByRole('button', { name: 'Fetch it again' }).waitFor();
  });

  it('fetches a model, the licence accepted first, and shows how it goes', async () => {
    const { models } = host();
    const running = download({ id: 'g', title: 'Gemma 3 12B Q4_K_M', modelId: 'gemma-3-12b-it-q4_k_m' });
    models.reportFor = (contextSize = 8192) => pascalReport({ contextSize, downloads: models.report.downloads });
    models.report = pascalReport();
    const page = await ready();
    await openPart(page, 'Models');
    await page
      .locator('[data-best="chat"]')
      .getByRole('button', { name: /^Fetch/ })
      .waitFor();
    const best = model(page, 'gemma-3-12b-it-q4_k_m');
    await best.getByRole('button', { name: /^Fetch Gemma 3 12B/ }).click();
    const licence = page.getByRole('form', { name: 'Licence of Gemma 3 12B' });
    expect(await licence.getByRole('link', { name: 'Gemma Terms of Use' }).getAttribute('rel')).toContain('noopener');
    expect(await licence.getByRole('button', { name: 'Accept and fetch' }).isDisabled()).toBe(true);
    await page.keyboard.press('Space');
    models.report = pascalReport({ downloads: [running] });
    await page.keyboard.press('Enter');
    await page.getByText('Gemma 3 12B Q4_K_M is being fetched.').waitFor();
    expect(inputs(models.asked, 'pullModel')).toEqual([{ id: 'gemma-3-12b-it:Q4_K_M', acceptLicence: true }]);
    const card = page.locator('[data-download="g"]');
    await card.getByText('2 GB of 4.7 GB · 31 MB/s · 2 min left').waitFor();
    await best.getByText('Fetching 41 %').waitFor();
    const { pack, pool } = models.report;
    const tell = (more: Parameters<typeof download>[0]) => {
      models.report = pascalReport({ downloads: [{ ...running, ...more }] });
      host().send({ type: 'models-changed', downloads: models.report.downloads, pack, pool });
    };
    await card.getByRole('button', { name: 'Pause' }).click();
    tell({ state: 'paused' });
    await card.getByRole('button', { name: 'Go on' }).click();
    tell({ state: 'failed', problem: 'The disk is full: 1.2 GB more are needed.' });
    await card.getByText('The disk is full: 1.2 GB more are needed.').waitFor();
    await card.getByRole('button', { name: 'Try again' }).click();
    tell({ state: 'running' });
    await card.getByRole('button', { name: 'Cancel' }).click();
    await card.getByRole('button', { name: 'Give it up' }).click();
    tell({ state: 'cancelled' });
    await card.waitFor({ state: 'detached' });
    expect(models.asked.map(({ procedure }) => procedure)).toEqual([
      'pullModel',
      'pauseDownload',
      'resumeDownload',
      'resumeDownload',
      'cancelDownload',
    ]);
  });

  it('finds models, and shows what another context changes', async () => {
    const { models } = host();
    models.reportFor = (contextSize = 8192) => pascalReport({ contextSize, installed: [LLAMA] });
    const page = await ready();
    await openPart(page, 'Models');
    await model(page, LLAMA.id)
      .getByText(/needs .+ GB at 8k/)
      .waitFor();
    await page.getByLabel('Context in tokens').selectOption({ label: '128k' });
    await model(page, LLAMA.id)
      .getByText(/needs .+ GB at 128k/)
      .waitFor();
    await model(page, LLAMA.id).getByText('Partly on the card').waitFor();
    expect(models.contexts.at(-1)).toBe(131_072);
    await page.getByRole('button', { name: 'Use 128k from now on' }).click();
    await page.getByText('From now on models are loaded with 128k tokens of context.').waitFor();
    expect(inputs(models.asked, 'saveMind')).toEqual([{ contextSize: 131_072 }]);
    await page.getByRole('button', { name: 'Is here' }).click();
    await expect.poll(() => page.locator('[data-model]').count()).toBe(1);
    await page.getByRole('button', { name: 'Is here' }).click();
    await page.getByLabel('Search the models').fill('silero');
    await expect.poll(() => page.locator('[data-model]').count()).toBe(1);
    await page.getByLabel('Search the models').fill('no such model');
    await page.getByText('No model is like that.').waitFor();
    await page.getByLabel('Search the models').press('Escape');
    await page.getByRole('button', { name: 'Runs here' }).click();
    expect(await model(page, 'llama-3.3-70b-instruct-q4_k_m').count()).toBe(0);
    const many = Array.from({ length: 1000 }, (_, index) => installedModel(`own-${index}`, { title: `Model ${index}` }));
    models.reportFor = () => pascalReport({ installed: many });
    const { pack, pool, downloads } = pascalReport();
    host().send({ type: 'models-changed', downloads, pool, pack });
    host().send({ type: 'models-changed', downloads, pool, pack });
    await page.getByRole('button', { name: /^Show more of 10\d\d$/ }).click();
    await expect.poll(() => page.locator('[data-model]').count()).toBe(80);
  });

  it('loads, keeps, measures and deletes a model, and only forgets what is not its own', async () => {
    const { models } = host();
    const own = installedModel('own', { title: 'My own merge', source: 'referenced', path: '/home/ada/own.gguf' });
    models.report = pascalReport({ installed: [LLAMA, own] });
    models.found = [{ path: '/home/ada/.lmstudio/mistral.gguf', title: 'Mistral 7B', bytes: 4e9, from: 'lm-studio' }];
    const page = await ready();
    await openPart(page, 'Models');
    const llama = model(page, LLAMA.id);
    models.refused.set('loadModel', 'The card is full.');
    await llama.getByRole('button', { name: 'Load Llama 3.1 8B' }).click();
    await llama.getByText('The card is full.').waitFor();
    models.refused.clear();
    await llama.getByRole('button', { name: 'Load Llama 3.1 8B' }).click();
    await page.getByText('Llama 3.1 8B is loaded.').waitFor();
    const { pack, pool } = models.report;
    const resident = (more: Parameters<typeof residentModel>[0]) => {
      models.report = pascalReport({ installed: [LLAMA, own], resident: [residentModel(more)] });
      host().send({
        type: 'models-changed',
        downloads: [],
        pack,
        pool: { ...pool, resident: models.report.pool.resident, reduced: 'The card is hot.' },
      });
    };
    resident({ state: 'loading', progress: 0.4 });
    await expect.poll(() => page.getByRole('progressbar', { name: 'Llama 3.1 8B: loaded' }).getAttribute('aria-valuenow')).toBe('40');
    resident({});
    await page.getByText('Llama 3.1 8B 6.4 GB, loaded').waitFor();
    await llama.locator('.face').click();
    expect(await llama.getByRole('button', { name: 'Delete…' }).isDisabled()).toBe(true);
    await llama.getByRole('button', { name: 'Measure' }).click();
    await llama.getByText('There is no engine.').waitFor();
    models.bench = {
      id: LLAMA.id,
      loadMs: 2300,
      coldFirstTokenMs: 1450,
      warmFirstTokenMs: 62,
      promptTokens: 2048,
      tokensPerSecond: 51.37,
      tokens: 128,
      gpuBytes: 6e9,
      memoryBytes: 5e8,
    };
    await llama.getByRole('button', { name: 'Measure' }).click();
    await llama.getByText('51.4 tokens/s').waitFor();
    await llama.getByRole('button', { name: 'Keep loaded' }).click();
    await page.getByText('Llama 3.1 8B stays loaded from now on.').waitFor();
    await llama.getByRole('button', { name: 'Unload Llama 3.1 8B' }).click();
    await page.getByText('Llama 3.1 8B is unloaded.').waitFor();
    await model(page, 'own').locator('.face').click();
    await model(page, 'own').getByRole('button', { name: 'Forget…' }).click();
    await model(page, 'own').getByText('stays where it is').waitFor();
    await model(page, 'own').getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('My own merge is forgotten. Its file is where it was.').waitFor();
    await page.getByRole('button', { name: 'Look for LM Studio and Ollama' }).click();
    await page.getByRole('button', { name: 'Use Mistral 7B' }).click();
    await page.getByText('/home/ada/.lmstudio/mistral.gguf is no model file.').waitFor();
    await page.getByLabel(/^Path of a GGUF file/).fill('/home/ada/own.gguf');
    await page.getByRole('button', { name: 'Use it', exact: true }).first().click();
    await page.getByText('My own merge is used where it lies.').waitFor();
    expect(inputs(models.asked, 'loadModel')).toEqual([{ id: LLAMA.id }, { id: LLAMA.id }, { id: LLAMA.id, pinned: true }]);
    expect(inputs(models.asked, 'removeModel')).toEqual([{ id: 'own' }]);
  });

  it('adds a provider with its key among the secrets, checks it, and chooses of its models', async () => {
    const { models, gate } = host();
    const page = await ready();
    await openPart(page, 'Providers');
    await page.getByText('No other provider is set up.').waitFor();
    await page.getByText('No model can answer just now').waitFor();
    await page.getByRole('button', { name: 'Add a provider' }).click();
    await page.getByText('OpenAI', { exact: true }).click();
    await page.getByLabel(/^Key/).fill('sk-secret');
    models.check = { ok: false, sentence: 'OpenAI does not take this key.' };
    await page.getByRole('button', { name: 'Check, and see its models' }).click();
    await page.getByText('OpenAI does not take this key.').waitFor();
    models.check = {
      ok: true,
      sentence: 'OpenAI answers, and has 2 models.',
      models: [
        { id: 'gpt-large', tools: true, vision: true, quality: 80 },
        { id: 'gpt-mini', tools: true, vision: false, quality: 50 },
      ],
    };
    await page.getByRole('button', { name: 'Check, and see its models' }).click();
    await page.getByRole('checkbox', { name: /^gpt-mini/ }).check();
    await page.getByLabel('Price of what is sent to gpt-mini').fill('0,15');
    await page.getByLabel('Price of what gpt-mini answers').fill('0.60');
    // It is still there when somebody has looked elsewhere, but for the key.
    await openPart(page, 'Persona');
    await openPart(page, 'Providers');
    expect(await page.getByRole('checkbox', { name: /^gpt-mini/ }).isChecked()).toBe(true);
    expect(await page.getByLabel(/^Key/).inputValue()).toBe('');
    await page.getByLabel(/^Key/).fill('sk-secret');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('OpenAI is saved.').waitFor();
    expect(gate.secretsSet).toEqual(['provider-openai']);
    expect(models.settings.providers).toEqual([
      {
        id: 'openai',
        type: 'openai',
        secret: 'provider-openai',
        enabled: true,
        models: [{ id: 'gpt-mini', tools: true, vision: false, quality: 50, price: { input: 0.15, output: 0.6 } }],
      },
    ]);
    expect(JSON.stringify(models.asked.filter(({ procedure }) => procedure === 'saveMind'))).not.toContain('sk-secret');
  });

  it('says how each provider stands, orders them by key, and keeps to privacy and budget', async () => {
    const { models } = host();
    models.providers = fakeProviders(Date.now() + 3_600_000);
    models.available = true;
    models.spending = fakeSpending(new Date().toISOString().slice(0, 10));
    models.settings = MindSettingsSchema.parse({
      providers: models.providers.map(({ settings }) => settings),
      order: ['anthropic/claude-sonnet', 'openai/gpt-mini'],
      budget: models.spending.budget,
    });
    const page = await ready();
    await openPart(page, 'Providers');
    for (const words of ['Over budget', 'No key', 'Off', /^Rests until/])
      await page.locator('[data-provider] .tag').getByText(words).first().waitFor();
    await page.getByText('Nothing leaves the house, so those marked').waitFor();
    await page.getByRole('button', { name: 'Ask OpenAI: gpt-mini earlier' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByText('OpenAI: gpt-mini is now number 1 of 2').waitFor();
    await page.getByRole('radio', { name: /^Questions may leave the house/ }).check();
    await page.getByText('Cheap', { exact: true }).click();
    expect(inputs(models.asked, 'saveMind')).toEqual([]);
    await openPart(page, 'Hardware');
    await page.getByRole('button', { name: /^Providers.*not saved/ }).click();
    await page.getByRole('region', { name: 'Which model answers' }).getByRole('button', { name: 'Save this' }).click();
    await page.getByText('Saved.').waitFor();
    expect(inputs(models.asked, 'saveMind')).toEqual([
      { enabled: true, privacy: 'may-leave', prefer: 'cheap', order: ['openai/gpt-mini', 'anthropic/claude-sonnet'] },
    ]);
    const budget = page.getByRole('region', { name: 'Budget' });
    await budget.getByLabel('Per day', { exact: true }).fill('a lot');
    await budget.getByText('A limit is an amount').waitFor();
    expect(await budget.getByRole('button', { name: 'Save the budget' }).isDisabled()).toBe(true);
    await budget.getByLabel('Per day', { exact: true }).fill('1,50');
    await budget.getByLabel('Per month').fill('');
    await budget.getByRole('button', { name: 'Save the budget' }).click();
    await budget.getByText('Saved.').waitFor();
    expect(models.settings.budget).toEqual({ currency: 'EUR', perDay: 1.5, tokensPerDay: 200_000 });
    await page.getByRole('button', { name: 'Google may be asked' }).click();
    await page.getByText('Google is switched on.').waitFor();
    await page.getByRole('button', { name: 'Remove Anthropic' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Anthropic is removed.').waitFor();
    expect(models.settings.order).toEqual(['openai/gpt-mini']);
    expect(models.settings.privacy).toBe('may-leave');
  });

  it('keeps a persona for everybody and for one, and says when it was changed elsewhere', async () => {
    const { models } = host();
    models.mindProblem = 'mind.json is no JSON.';
    const page = await ready();
    await openPart(page, 'Persona');
    await page.getByText('mind.json is no JSON.').waitFor();
    await page.getByRole('slider', { name: /^Humour/ }).press('Home');
    await page.getByLabel('Name of a person who wants another one').fill('Anna');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel(/^How to address/).fill('Anna');
    await page.getByRole('spinbutton', { name: /^Steps/ }).fill('90');
    await page.getByText('The steps are a whole number from 1 to 50.').waitFor();
    await page.getByRole('region', { name: 'Conversations' }).getByRole('button', { name: 'Discard' }).click();
    models.settings = MindSettingsSchema.parse({ persona: { formality: 5 } });
    host().send({ type: 'mind-changed' });
    await page.getByText('This was changed elsewhere while you were writing.').waitFor();
    models.refused.set('saveMind', 'The disk is full.');
    await page.getByRole('button', { name: 'Save the persona' }).click();
    await page.getByText('Not saved: The disk is full.').waitFor();
    models.refused.clear();
    await page.getByRole('button', { name: 'Save the persona' }).click();
    await page.getByText('Saved.').waitFor();
    expect(models.settings.persona).toEqual({ formality: 60, verbosity: 25, humour: 0 });
    expect(models.settings.personas).toEqual({ Anna: { formality: 60, verbosity: 25, humour: 0, address: 'Anna' } });
  });

  it('watches the machine while it is looked at, and no longer', async () => {
    const { models } = host();
    const hot = fakeHardware(Date.now(), 2);
    for (const card of hot.now?.cards.slice(0, 1) ?? []) card.throttled = true;
    models.hardware = { ...hot, problems: ['The sensors of the mainboard cannot be read.'] };
    const page = await ready();
    await openPart(page, 'Hardware');
    await page.getByText('The sensors of the mainboard cannot be read.').waitFor();
    await page.getByRole('heading', { name: 'Radeon RX 6600' }).waitFor();
    await page.getByRole('region', { name: 'GeForce GTX 1080 Ti' }).getByText('Slowed down by heat or power').waitFor();
    expect(await page.getByRole('region', { name: 'Radeon RX 6600' }).getByText('Fan').count()).toBe(0);
    await expect.poll(() => page.locator('.uplot canvas').count()).toBe(5);
    await page.getByRole('button', { name: 'Day' }).click();
    await expect.poll(() => models.looks, { timeout: 10_000 }).toBeGreaterThan(2);
    await openPart(page, 'Persona');
    const { looks } = models;
    await page.waitForTimeout(2500);
    expect(models.looks).toBe(looks);
    models.hardware = { history: [], problems: [] };
    await openPart(page, 'Hardware');
    await page.getByText('Nothing has been measured yet.').waitFor();
  });

  it.each([
    { width: 320, height: 568 },
    { width: 390, height: 844 },
    { width: 900, height: 600 },
    { width: 1440, height: 900 },
  ])('fits the mind into $width × $height, and says what failed', async (viewport) => {
    const { models } = host();
    const endless = `${'x'.repeat(120)} model`;
    models.report = pascalReport({
      installed: [installedModel('long', { title: endless, path: `/${'deep/'.repeat(60)}a.gguf`, problem: 'The file is gone.' })],
      downloads: [download({ title: endless, problem: 'y'.repeat(200), state: 'failed' })],
    });
    models.providers = fakeProviders(Date.now()).map((status) => ({
      ...status,
      settings: { ...status.settings, title: endless.slice(0, 100) },
    }));
    models.settings = MindSettingsSchema.parse({ order: [`${endless}/${endless}`], personas: { [endless.slice(0, 100)]: {} } });
    models.spending = fakeSpending(new Date().toISOString().slice(0, 10));
    models.hardware = fakeHardware(Date.now(), 2);
    const page = await ready({ viewport });
    for (const part of PARTS) {
      await openPart(page, part);
      await page.locator('.mind .card').first().waitFor();
      expect(await sideways(page)).toBe(0);
    }
    for (const procedure of ['models', 'mind', 'hardware']) models.refused.set(procedure, 'The disk is broken.');
    for (const part of ['Models', 'Hardware'] as const) {
      await openPart(page, 'Persona');
      await openPart(page, part);
      await page.getByText('The disk is broken.').first().waitFor();
      await page.getByRole('button', { name: 'Try again' }).first().waitFor();
    }
  });
}
