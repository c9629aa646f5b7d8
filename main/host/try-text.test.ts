import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { homeView } from '../../assistant/skills/home-view.ts';
import { TimerService } from '../../assistant/timers/timer-service.ts';
import { timerTools } from '../../assistant/timers/timer-tools.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import { HomeFileSchema } from '../../contract/home-file.ts';
import type { ToolRequest } from '../../contract/tool.ts';
import { createFileHome } from '../../iot/file-home.ts';
import { createHomeTool } from '../../iot/home-tool.ts';
import { MergedHome } from '../../iot/merged-home.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import { tryText } from './try-text.ts';

const folder = await mkdtemp(join(tmpdir(), 'jarvis-try-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
await writeFile(
  join(folder, 'own.yaml'),
  'intents:\n  LookOutside:\n    sentences: [look outside]\n    tool: home.get-forecast\n  Absent:\n    sentences: [make coffee]\n    tool: coffee.make\n',
);
const loaded = await loadPhrasebook({ folders: [folder], builtIn: true });

async function house() {
  const clock = new FakeClock();
  const file = HomeFileSchema.parse({
    areas: [
      { id: 'kitchen', name: 'Kitchen' },
      { id: 'bedroom', name: 'Bedroom' },
    ],
    entities: [
      { id: 'light.kitchen', name: 'Kitchen light', area: 'kitchen' },
      { id: 'light.lamp_1', name: 'Lamp', area: 'kitchen' },
      { id: 'light.lamp_2', name: 'Lamp', area: 'bedroom' },
      { id: 'lock.front', name: 'Front door' },
    ],
  });
  const home = new MergedHome([createFileHome(file, { clock })]);
  await home.connect(new AbortController().signal);
  const timers = new TimerService({ load: async () => undefined, save: async () => undefined }, clock, () => 'id');
  const registry = new ToolRegistry();
  registry.register(createHomeTool(home), ...timerTools(timers), {
    manifest: {
      name: 'home.get-forecast',
      version: '1',
      title: 'Look',
      description: 'Looks.',
      input: z.looseObject({}),
      permissions: { home: true },
      risk: 'observe',
      reversible: true,
      timeoutMs: 1000,
    },
    describe: () => 'Look',
    run: async () => ({ outcome: 'confirmed', output: [] }),
  });
  const called: ToolRequest[] = [];
  const phrasebook = compilePhrasebook(loaded, home.snapshot());
  const services: TurnServices & { registry: ToolRegistry } = {
    registry,
    phrasebook: () => phrasebook,
    gate: {
      async call(request) {
        called.push(request);
        return { outcome: 'confirmed', output: [] };
      },
    },
    clock,
    newId: () => 'id',
    view: (room) => homeView({ home, timers, phrasebook: () => phrasebook, clock, random: () => 0 }, room),
  };
  return { home, called, ask: (text: string) => tryText({ text }, services, new AbortController().signal) };
}

describe('what a sentence would do', () => {
  it('is described and not done', async () => {
    const { home, called, ask } = await house();
    const trial = await ask('turn on the kitchen light');
    expect(trial).toMatchObject({ understood: true, matches: [{ intent: 'HassTurnOn', targets: ['light.kitchen'] }] });
    expect(trial.effects).toEqual(['Turn on the kitchen light']);
    expect(trial.reply).toBeUndefined();
    expect(called).toEqual([]);
    expect(home.entity('light.kitchen')?.state).toBe('off');
  });

  it('tells each part of a compound sentence, and where a person is asked first', async () => {
    const { called, ask } = await house();
    const { effects } = await ask('turn on the kitchen light and unlock the front door');
    expect(effects).toEqual(['Turn on the kitchen light', 'Unlock the front door (you would be asked first)']);
    expect(called).toEqual([]);
  });

  it('is the answer, for a question', async () => {
    const { ask } = await house();
    const trial = await ask('is the kitchen light on');
    expect(trial.effects).toHaveLength(1);
    expect(trial.effects[0]).toMatch(/^No\b/u);
    expect(trial.reply).toBeUndefined();
  });

  it('is the question back, where it is not clear', async () => {
    const { ask } = await house();
    const trial = await ask('turn on the lamp');
    expect(trial).toMatchObject({ understood: true, effects: [] });
    expect(trial.reply).toMatch(/Which one/u);
  });

  it('is nothing, for what is not understood', async () => {
    const { ask } = await house();
    const trial = await ask('colourless green ideas sleep furiously');
    expect(trial).toMatchObject({ understood: false, matches: [], effects: [] });
    expect(trial.reply).toMatch(/cannot do that/u);
  });

  it('may look, as a question does, and says when there is nothing to do it with', async () => {
    const { called, ask } = await house();
    await ask('look outside');
    expect(called).toMatchObject([{ tool: 'home.get-forecast', dryRun: false }]);
    expect((await ask('make coffee')).effects).toEqual(['Nothing: there is no tool called coffee.make.']);
  });

  it('starts no timer', async () => {
    const { called, ask } = await house();
    const { effects } = await ask('set a timer for ten minutes');
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatch(/timer/iu);
    expect(called).toEqual([]);
  });
});
