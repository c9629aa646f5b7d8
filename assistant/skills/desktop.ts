import { z } from 'zod';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { outputOf } from './records.ts';
import { shortfall } from './shortfall.ts';
import { fail, type Plan, type Skill } from './skill.ts';
import { asSentence, capitalised, countedInWords, listed } from './wording.ts';

/** The computer that JARVIS sits on, reached through the gate. */

const OpenedSchema = z.object({ app: z.string() });
const WindowsSchema = z.array(z.object({ title: z.string(), app: z.string(), active: z.boolean() }));
const VolumeSchema = z.object({ level: z.number(), muted: z.boolean() });
const LevelSchema = z.object({ level: z.number() });
const ClipboardSchema = z.object({ text: z.string(), truncated: z.boolean() });

/** Programs that are named in one answer. */
const MOST_NAMED = 5;
/** Characters of the clipboard that are read aloud. */
const MOST_READ = 300;
const STEP_PERCENT = 10;

/** Text that others wrote, as it is spoken: one line, not endless. */
const spoken = (text: string, most = 60): string => {
  const characters = [...text.replace(/[\p{C}\s]+/gu, ' ').trim()];
  return characters.length > most ? `${characters.slice(0, most).join('')} …` : characters.join('');
};

const text = (match: IntentMatch, slot: string): string | undefined => {
  const value = match.slots[slot];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** `say` for what was seen, `unseen` for what was only asked for. */
function act(tool: string, input: unknown, say: (outcome: ToolOutcome) => string, unseen: (outcome: ToolOutcome) => string): Plan {
  return {
    type: 'act',
    calls: [{ tool, input }],
    say([result]) {
      const trouble = shortfall(result?.outcome, 'I have left it.');
      if (trouble !== undefined || result === undefined) return trouble ?? '';
      if (result.outcome.outcome === 'confirmed') return say(result.outcome);
      const { reason } = result.outcome;
      return reason === undefined ? unseen(result.outcome) : asSentence(reason);
    },
  };
}

const openApp: Skill = {
  intents: ['JarvisOpenApp'],
  plan(match) {
    const app = text(match, 'app');
    if (app === undefined) return fail('no-match');
    const name = (outcome: ToolOutcome): string => capitalised(spoken(outputOf(outcome, OpenedSchema)?.app ?? app));
    return act(
      'apps.open',
      { app },
      (outcome) => `${name(outcome)} is open.`,
      (outcome) => `I have asked for ${name(outcome)}.`,
    );
  },
};

/** "example dot org slash help" as it is written. */
const written = (said: string): string =>
  said
    .replace(/ (?:dot|point) /giu, '.')
    .replace(/ slash(?: |$)/giu, '/')
    .replace(/ (?:dash|hyphen) /giu, '-')
    .replace(/\s+/gu, '');

const openUrl: Skill = {
  intents: ['JarvisOpenUrl'],
  plan(match) {
    const said = text(match, 'url');
    if (said === undefined) return fail('no-match');
    const url = written(said);
    return act(
      'apps.open-url',
      { url },
      () => `${spoken(url)} is open.`,
      () => `I have asked the browser for ${spoken(url)}.`,
    );
  },
};

const listWindows: Skill = {
  intents: ['JarvisListWindows'],
  plan: () =>
    act(
      'windows.list',
      {},
      (outcome) => {
        const windows = outputOf(outcome, WindowsSchema);
        if (windows === undefined) return 'I could not see that.';
        if (windows.length === 0) return 'No window is open.';
        const names = [...new Set(windows.map(({ app, title }) => spoken(app === '' ? title : app, 40)))].filter((name) => name !== '');
        const named = names.slice(0, MOST_NAMED);
        const more = names.length - named.length;
        const count = `${countedInWords(windows.length, 'window')} ${windows.length === 1 ? 'is' : 'are'} open`;
        return `${capitalised(count)}: ${listed(more > 0 ? [...named, `${more} more`] : named)}.`;
      },
      () => 'I could not see that.',
    ),
};

const focusWindow: Skill = {
  intents: ['JarvisFocusWindow'],
  plan(match) {
    const window = text(match, 'window');
    if (window === undefined) return fail('no-match');
    return act(
      'windows.focus',
      { window },
      () => `${capitalised(spoken(window))} is in front.`,
      () => 'I have asked for it.',
    );
  },
};

const closeWindow: Skill = {
  intents: ['JarvisCloseWindow'],
  plan(match) {
    const window = text(match, 'window');
    if (window === undefined) return fail('no-match');
    const done = window === 'this window' ? 'The window is closed.' : `${capitalised(spoken(window))} is closed.`;
    return act(
      'windows.close',
      { window },
      () => done,
      () => 'I have asked it to close.',
    );
  },
};

const endProcess: Skill = {
  intents: ['JarvisEndProcess'],
  plan({ slots }) {
    const { process } = slots;
    if (typeof process !== 'string' && typeof process !== 'number') return fail('no-match');
    const name = typeof process === 'number' ? `process ${process}` : spoken(process);
    return act(
      'processes.end',
      { process, ...(slots.force === true ? { force: true } : {}) },
      () => `${capitalised(name)} has ended.`,
      () => `I have asked ${name} to end.`,
    );
  },
};

const volumeWords = (outcome: ToolOutcome): string => {
  const now = outputOf(outcome, VolumeSchema);
  if (now === undefined) return 'Done.';
  return now.muted ? 'The computer is muted.' : `The volume of the computer is ${now.level} %.`;
};

const stepOf = (step: unknown): number | undefined => (step === 'up' ? STEP_PERCENT : step === 'down' ? -STEP_PERCENT : undefined);

const computerVolume: Skill = {
  intents: ['JarvisComputerVolume'],
  plan({ slots, question }) {
    if (question !== undefined) return act('sound.volume', {}, volumeWords, volumeWords);
    const change = stepOf(slots.step);
    const input = {
      ...(typeof slots.level === 'number' ? { level: slots.level } : {}),
      ...(change === undefined ? {} : { change }),
      ...(typeof slots.muted === 'boolean' ? { muted: slots.muted } : {}),
    };
    return Object.keys(input).length === 0 ? fail('no-match') : act('sound.set-volume', input, volumeWords, volumeWords);
  },
};

const computerMedia: Skill = {
  intents: ['JarvisComputerMedia'],
  plan(match) {
    const key = text(match, 'key');
    if (key === undefined) return fail('no-match');
    const done = { pause: 'It is paused.', play: 'It is playing.' }[key] ?? 'I have pressed the key.';
    return act(
      'sound.media-keys',
      { key },
      () => done,
      () => 'I have pressed the key.',
    );
  },
};

const levelWords = (outcome: ToolOutcome): string => {
  const now = outputOf(outcome, LevelSchema);
  return now === undefined ? 'Done.' : `The screen is at ${now.level} %.`;
};

const screenBrightness: Skill = {
  intents: ['JarvisScreenBrightness'],
  plan({ slots, question }) {
    if (question !== undefined) return act('display.brightness', {}, levelWords, levelWords);
    const change = stepOf(slots.step);
    if (typeof slots.level === 'number') return act('display.set-brightness', { level: slots.level }, levelWords, levelWords);
    return change === undefined ? fail('no-match') : act('display.set-brightness', { change }, levelWords, levelWords);
  },
};

const screenshot: Skill = {
  intents: ['JarvisScreenshot'],
  plan: () =>
    act(
      'screen.capture',
      {},
      () => 'The screenshot is in Pictures, in the folder Screenshots.',
      () => 'I have asked for it.',
    ),
};

const clipboard: Skill = {
  intents: ['JarvisClipboard'],
  plan(match) {
    const words = text(match, 'text');
    if (words !== undefined)
      return act(
        'clipboard.write',
        { text: words },
        () => 'It is on the clipboard.',
        () => 'I have put it on the clipboard.',
      );
    const say = (outcome: ToolOutcome): string => {
      const held = outputOf(outcome, ClipboardSchema);
      if (held === undefined) return 'I could not read it.';
      return held.text.trim() === '' ? 'The clipboard is empty.' : `The clipboard says: ${spoken(held.text, MOST_READ)}`;
    };
    return act('clipboard.read', {}, say, say);
  },
};

const SESSION: Record<string, readonly [tool: string, done: string, asked: string]> = {
  JarvisLockComputer: ['session.lock', 'The computer is locked.', 'I have asked for the lock.'],
  JarvisSleepComputer: ['session.sleep', 'Good night.', 'The computer goes to sleep.'],
  JarvisShutDownComputer: ['session.shut-down', 'Goodbye.', 'The computer shuts down.'],
  JarvisRestartComputer: ['session.restart', 'Back in a moment.', 'The computer restarts.'],
  JarvisLogOut: ['session.log-out', 'You are logged out.', 'I am logging you out.'],
};

const session: Skill = {
  intents: Object.keys(SESSION),
  plan({ intent }) {
    const [tool, done, asked] = SESSION[intent] ?? [];
    if (tool === undefined || done === undefined || asked === undefined) return fail('no-match');
    return act(
      tool,
      {},
      () => done,
      () => asked,
    );
  },
};

const computerTheme: Skill = {
  intents: ['JarvisComputerTheme'],
  plan(match) {
    const theme = text(match, 'theme');
    if (theme === undefined) return fail('no-match');
    return act(
      'appearance.set-theme',
      { theme },
      () => `The computer is ${theme} now.`,
      () => `I have asked for the ${theme} look.`,
    );
  },
};

export const desktopSkills: readonly Skill[] = [
  openApp,
  openUrl,
  listWindows,
  focusWindow,
  closeWindow,
  endProcess,
  computerVolume,
  computerMedia,
  screenBrightness,
  screenshot,
  clipboard,
  session,
  computerTheme,
];
