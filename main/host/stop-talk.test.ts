import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { sampleHome } from '../../assistant/phrasebook/sample-home.ts';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { Source } from '../../contract/tool.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { viewOf } from '../../tests/fakes/home-scene.ts';
import { type StopReply, StopTalk } from './stop-talk.ts';

let book: Phrasebook;
beforeAll(async () => {
  book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
});

let clock: FakeClock;
let stoppedBy: string[];
let releasedBy: string[];
let stopped: boolean;
let talk: StopTalk;

beforeEach(() => {
  clock = new FakeClock();
  stoppedBy = [];
  releasedBy = [];
  stopped = false;
  talk = new StopTalk({
    control: {
      get stopped() {
        return stopped ? { at: 0, by: 'voice' } : undefined;
      },
      async stopEverything(by) {
        stopped = true;
        stoppedBy.push(by);
      },
      async release(by) {
        stopped = false;
        releasedBy.push(by);
        return true;
      },
    },
    phrasebook: () => book,
    view: () => viewOf({ entities: [] }),
    clock,
  });
});

const hear = (text: string, source: Source = 'voice', more: { room?: string; dryRun?: boolean } = {}): StopReply | undefined =>
  talk.hear({ text, source, room: more.room, dryRun: more.dryRun ?? false });
const answerTo = async (text: string, source?: Source, more?: { room?: string; dryRun?: boolean }): Promise<string | undefined> =>
  hear(text, source, more)?.text;

describe('what stops everything', () => {
  it.each([
    'stop everything',
    'Jarvis, stop everything!',
    'please stop everything now',
    'emergency stop',
    'abort everything',
    'cancel everything right now',
    'stop doing things',
    'turn off the kitchen light and stop everything',
  ])('"%s" does, before it has been answered', (text) => {
    expect(hear(text)).toBeDefined();
    expect(stoppedBy).toEqual(['voice']);
  });

  it.each([
    'stop',
    'be quiet',
    'stop it',
    'stop the music',
    'stop the timer',
    'turn off everything',
    'switch everything off',
    'stop everything in the kitchen',
    'stop the vacuum',
    'cancel the timer',
    'stop everything in ten minutes',
    'what does stop everything do',
    '',
    '   ',
  ])('"%s" does not', (text) => {
    expect(hear(text)).toBeUndefined();
    expect(stoppedBy).toEqual([]);
  });

  it('is taken from anybody, and said to be so', async () => {
    for (const source of ['voice', 'page', 'cli', 'api', 'agent', 'routine', 'plugin', 'mcp', 'timer'] as const) {
      expect(await answerTo('stop everything', source)).toBe('Everything is stopped, until you release it.');
    }
    expect(stoppedBy).toEqual(['voice', 'page', 'cli', 'api', 'api', 'api', 'api', 'api', 'api']);
  });

  it('is only told, where nothing is to be done', async () => {
    expect(await answerTo('stop everything', 'voice', { dryRun: true })).toBe('I would stop everything.');
    expect(stoppedBy).toEqual([]);
  });
});

describe('what releases it', () => {
  beforeEach(() => {
    stopped = true;
  });

  it('is a yes to a question', async () => {
    const asked = hear('release the emergency stop');
    expect(await asked?.text).toContain('Shall I let things start again?');
    expect(asked?.answers).toContain('yes');
    expect(releasedBy).toEqual([]);
    expect(await answerTo('yes please')).toBe('I am at work again.');
    expect(releasedBy).toEqual(['voice']);
  });

  it.each([['no'], ['never mind']])('is not "%s"', async (text) => {
    hear('lift the stop');
    expect(await answerTo(text)).toBe('All right, everything stays stopped.');
    expect(hear('yes')).toBeUndefined();
    expect(releasedBy).toEqual([]);
  });

  it('is no yes to something else, from somewhere else, or too late', async () => {
    expect(hear('yes')).toBeUndefined();
    hear('release the stop', 'voice', { room: 'kitchen' });
    expect(hear('yes', 'voice', { room: 'office' })).toBeUndefined();
    expect(hear('yes', 'page', { room: 'kitchen' })).toBeUndefined();
    await clock.advance(30_001);
    expect(hear('yes', 'voice', { room: 'kitchen' })).toBeUndefined();
    hear('release the stop');
    expect(hear('turn on the kitchen light')).toBeUndefined();
    expect(hear('yes')).toBeUndefined();
    expect(releasedBy).toEqual([]);
  });

  it.each(['api', 'timer', 'agent', 'routine', 'plugin', 'mcp'] as const)('is never what comes by %s', async (source) => {
    expect(await answerTo('release the emergency stop', source)).toContain('A person has to release me');
    expect(hear('yes', source)).toBeUndefined();
    expect(releasedBy).toEqual([]);
  });

  it('is nothing when nothing is stopped', async () => {
    stopped = false;
    expect(await answerTo('release the emergency stop')).toBe('Nothing is stopped.');
  });

  it('is only told, where nothing is to be done', async () => {
    expect(await answerTo('release the emergency stop', 'voice', { dryRun: true })).toBe('I would ask whether things may start again.');
    expect(hear('yes')).toBeUndefined();
  });
});
