import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { compilePhrasebook } from '../phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../phrasebook/load-phrasebook.ts';
import { sampleHome } from '../phrasebook/sample-home.ts';
import { desktopSkills } from './desktop.ts';
import { appPhrases } from './desktop-app-phrases.ts';
import type { Plan, SkillView } from './skill.ts';

const view: SkillView = {
  entity: () => undefined,
  entities: () => [],
  area: () => undefined,
  areas: () => [],
  floors: () => [],
  bridges: () => [],
  room: undefined,
  now: 0,
  timers: () => [],
  examples: () => [],
  pick: ([first]) => first,
};

function planOf(intent: string, slots: IntentMatch['slots'] = {}, question?: IntentMatch['question']): Plan {
  const skill = desktopSkills.find(({ intents }) => intents.includes(intent));
  if (skill === undefined) throw new Error(`no skill for ${intent}`);
  return skill.plan({ intent, slots, targets: [], confidence: 1, ...(question === undefined ? {} : { question }) }, view);
}
const callOf = (plan: Plan) => (plan.type === 'act' ? plan.calls.map(({ tool, input }) => [tool, input]) : plan.type);
const said = (plan: Plan, outcome: ToolOutcome): string => {
  if (plan.type !== 'act') return plan.type;
  return plan.say(plan.calls.map((call) => ({ call, outcome })));
};

describe('what is said of the computer', () => {
  it.each([
    ['JarvisOpenApp', { app: 'firefox' }, ['apps.open', { app: 'firefox' }]],
    ['JarvisOpenUrl', { url: 'example dot org slash help' }, ['apps.open-url', { url: 'example.org/help' }]],
    ['JarvisEndProcess', { process: 42, force: true }, ['processes.end', { process: 42, force: true }]],
    ['JarvisComputerVolume', { step: 'down' }, ['sound.set-volume', { change: -10 }]],
    ['JarvisComputerVolume', { muted: false }, ['sound.set-volume', { muted: false }]],
    ['JarvisScreenBrightness', { level: 40 }, ['display.set-brightness', { level: 40 }]],
    ['JarvisClipboard', {}, ['clipboard.read', {}]],
    ['JarvisClipboard', { text: 'Milk' }, ['clipboard.write', { text: 'Milk' }]],
    ['JarvisShutDownComputer', {}, ['session.shut-down', {}]],
    ['JarvisComputerTheme', { theme: 'dark' }, ['appearance.set-theme', { theme: 'dark' }]],
  ] as const)('%s %j leads to its tool', (intent, slots, call) => expect(callOf(planOf(intent, slots))).toEqual([call]));

  it.each([
    'JarvisOpenApp',
    'JarvisOpenUrl',
    'JarvisFocusWindow',
    'JarvisCloseWindow',
    'JarvisEndProcess',
    'JarvisComputerVolume',
    'JarvisScreenBrightness',
  ])('%s without its word does nothing', (intent) => expect(planOf(intent).type).toBe('fail'));

  it('is "done" only when it was seen', () => {
    const close = planOf('JarvisCloseWindow', { window: 'terminal' });
    expect(said(close, { outcome: 'confirmed' })).toBe('Terminal is closed.');
    expect(said(close, { outcome: 'accepted', reason: 'It is still there' })).toBe('It is still there.');
    expect(said(close, { outcome: 'accepted' })).toBe('I have asked it to close.');
    expect(said(close, { outcome: 'denied' })).toBe('I have left it.');
    expect(said(close, { outcome: 'confirmed', dryRun: true })).toBe('Nothing was done: this was a dry run.');
    expect(said(planOf('JarvisOpenApp', { app: 'garage' }), { outcome: 'rejected', reason: 'I know no program called garage.' })).toBe(
      'I know no program called garage.',
    );
  });

  it('names windows in one line, and not all of many', () => {
    const list = planOf('JarvisListWindows', {}, 'what');
    const window = (app: string) => ({ id: app, app, title: 'x', active: false });
    expect(said(list, { outcome: 'confirmed', output: [] })).toBe('No window is open.');
    expect(said(list, { outcome: 'confirmed', output: [window('Fire\u0007\nfox')] })).toBe('One window is open: Fire fox.');
    const many = Array.from({ length: 9 }, (_each, index) => window(`App${index}`));
    expect(said(list, { outcome: 'confirmed', output: many })).toBe('Nine windows are open: App0, App1, App2, App3, App4 and 4 more.');
    expect(said(list, { outcome: 'confirmed', output: 'garbage' })).toBe('I could not see that.');
  });

  it('reads the clipboard in one line that ends', () => {
    const read = planOf('JarvisClipboard');
    expect(said(read, { outcome: 'confirmed', output: { text: ' \n ', truncated: false } })).toBe('The clipboard is empty.');
    expect(said(read, { outcome: 'confirmed', output: { text: 'a\n\u0000b', truncated: false } })).toBe('The clipboard says: a b');
    expect(said(read, { outcome: 'confirmed', output: { text: 'x'.repeat(10_000), truncated: false } }).length).toBeLessThan(400);
  });
});

describe('the programs of this computer by name', () => {
  it('are understood, and never take a thing of the home', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-apps-'));
    const text = appPhrases(
      ['Kdenlive', 'Éditeur [beta] (x|y) {name}', 'Shutter', 'Garage Door', 'Bedroom Lamp', '42', 'X'],
      ['bedroom lamp'],
    );
    await writeFile(join(folder, 'apps.yaml'), text);
    const book = compilePhrasebook(await loadPhrasebook({ folders: [folder] }), sampleHome);
    await rm(folder, { recursive: true });
    const meant = (sentence: string): string => {
      const understood = book.understand(sentence);
      return understood.type === 'matched'
        ? understood.matches.map(({ intent, slots }) => `${intent} ${slots.app ?? slots.window ?? ''}`).join()
        : understood.type;
    };
    expect(meant('open Kdenlive')).toBe('JarvisOpenApp kdenlive');
    expect(meant('close kdenlive')).toBe('JarvisCloseWindow kdenlive');
    expect(meant('open the garage door')).not.toMatch(/Jarvis/u);
    expect(meant('open the shutter')).not.toMatch(/Jarvis/u);
    expect(JSON.parse(text)).toMatchObject({ lists: { installed_apps: ['editeur beta x y name', 'kdenlive'] } });
  });

  it('are no file where there are none', () => expect(appPhrases(['42', '!!', 'Garage'])).toBe(''));
});
