import { beforeEach, describe, expect, it } from 'vitest';
import type { Source } from '../../contract/tool.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { type ApprovalQuestion, Approvals } from '../../tools/approvals.ts';
import { grammarWords } from '../../voice/stt/grammar-words.ts';
import { ApprovalSpeech, type SaidToApproval } from './approval-speech.ts';

const never = new AbortController().signal;

let clock: FakeClock;
let approvals: Approvals;
let speech: ApprovalSpeech;
let told: string[];
let listened: string[][];
/** How the next read-out ends. */
let heard: 'heard' | 'cut' | 'nobody';
let answers: Map<string, string>;

beforeEach(() => {
  clock = new FakeClock();
  let count = 0;
  approvals = new Approvals({ clock, newId: () => `a${++count}`, expiryMs: 120_000, newCode: () => 'river tiger apple' });
  told = [];
  listened = [];
  heard = 'heard';
  answers = new Map();
  speech = new ApprovalSpeech({
    approvals,
    clock,
    tell: async (text) => {
      if (heard !== 'nobody') told.push(text);
      return heard;
    },
    listenForAnswer: (words) => listened.push(words),
  });
  speech.follow(never).catch(() => undefined);
});

const ask = (sentence: string, more: Partial<ApprovalQuestion> = {}): void => {
  const question: ApprovalQuestion = {
    turnId: 't',
    tool: 'home.call-service',
    sentence,
    input: {},
    risk: 'guarded',
    permissions: [],
    source: 'voice',
    digest: 'a'.repeat(64),
    ...more,
  };
  void approvals.ask(question, never).then(({ answer }) => answers.set(sentence, `${answer.approved ? 'yes' : 'no'} by ${answer.by}`));
};
/** Read out, and the answer listened for. */
const settle = (): Promise<void> => clock.advance(300);
const say = async (text: string, more: Partial<SaidToApproval> = {}) => {
  const reaction = speech.take({ text, source: 'voice', echo: false, ...more });
  await settle();
  return reaction;
};
const open = (): string[] => approvals.pending().map(({ sentence }) => sentence);

describe('one thing that waits for a yes', () => {
  beforeEach(async () => {
    ask('Unlock the front door');
    await settle();
  });

  it('is read out, and its answer is listened for', () => {
    expect(told).toEqual(['Unlock the front door. Shall I?']);
    expect(listened).toHaveLength(1);
    expect(listened[0]).toContain('yes do it');
  });

  it('is approved by a spoken yes, without another word', async () => {
    expect(await say('yes do it')).toEqual({ text: 'All right.', aloud: false });
    expect(answers.get('Unlock the front door')).toBe('yes by voice');
  });

  it('is refused by a spoken no', async () => {
    await say('cancel');
    expect(answers.get('Unlock the front door')).toBe('no by voice');
  });

  it('is answered by what is typed on the page', async () => {
    await say('go ahead', { source: 'page' });
    expect(answers.get('Unlock the front door')).toBe('yes by page');
  });

  it.each<Source>(['cli', 'api', 'timer', 'agent', 'routine', 'plugin', 'mcp'])(
    'is not answered by words of the source %s',
    async (source) => {
      expect(await say('yes', { source })).toBeUndefined();
      expect(open()).toHaveLength(1);
    },
  );

  it("is not answered by JARVIS's own voice", async () => {
    expect(await say('yes', { echo: true })).toEqual({ text: '', aloud: false });
    expect(open()).toHaveLength(1);
    await say('yes');
    expect(open()).toEqual([]);
  });

  it('leaves other words to be commands', async () => {
    expect(await say('what time is it')).toBeUndefined();
    expect(await say('river tiger apple')).toBeUndefined();
    expect(open()).toHaveLength(1);
  });

  it('leaves an answer to the question that was asked since', async () => {
    expect(await say('yes', { otherAskedAt: clock.now() })).toBeUndefined();
    expect(await say('yes', { otherAskedAt: clock.now() - 60_000 })).toBeDefined();
  });

  it('is read out again instead of being approved half a minute later', async () => {
    await clock.advance(31_000);
    await say('yes');
    expect(open()).toHaveLength(1);
    expect(told).toHaveLength(2);
    await say('yes');
    expect(open()).toEqual([]);
  });

  it('takes no answer after its time', async () => {
    await clock.advance(120_001);
    expect(await say('yes')).toBeUndefined();
    expect(answers.get('Unlock the front door')).toBe('no by expiry');
  });
});

describe('several that wait', () => {
  it('are told apart: the yes is for the one read out last, and the other is read out again', async () => {
    ask('Unlock the front door');
    await settle();
    ask('Open the garage');
    await settle();
    expect(told).toEqual(['Unlock the front door. Shall I?', 'Open the garage. Shall I?']);
    await say('yes');
    expect(answers.get('Open the garage')).toBe('yes by voice');
    expect(open()).toEqual(['Unlock the front door']);
    expect(told.at(-1)).toBe('Unlock the front door. Shall I?');
    await say('no');
    expect(open()).toEqual([]);
  });

  describe('asked together', () => {
    beforeEach(async () => {
      ask('Unlock the front door');
      ask('Open the garage');
      await settle();
    });

    it('are read out as a list, for which a plain yes is too little', async () => {
      expect(told).toEqual(['Two things need your yes: one, Unlock the front door; two, Open the garage. Both, or which one?']);
      expect(listened[0]).toContainEqual(expect.stringContaining('yes to'));
      expect(await say('yes')).toMatchObject({ text: 'Both, or which one?', aloud: true, listen: expect.any(Array) });
      expect(open()).toHaveLength(2);
    });

    it('are approved together', async () => {
      await say('yes to both');
      expect([...answers.values()]).toEqual(['yes by voice', 'yes by voice']);
    });

    it('are refused together by a plain no', async () => {
      await say('no');
      expect([...answers.values()]).toEqual(['no by voice', 'no by voice']);
    });

    it('are answered one by one, the rest being asked for anew', async () => {
      await say('the second one');
      expect(answers.get('Open the garage')).toBe('yes by voice');
      expect(told.at(-1)).toBe('Unlock the front door. Shall I?');
      await say('yes');
      expect(open()).toEqual([]);
    });

    it('are answered differently in one breath', async () => {
      await say('yes to the first, no to the second');
      expect(Object.fromEntries(answers)).toEqual({ 'Unlock the front door': 'yes by voice', 'Open the garage': 'no by voice' });
    });

    it('have no third', async () => {
      expect(await say('the third one')).toMatchObject({ text: 'Both, or which one?' });
      expect(open()).toHaveLength(2);
    });
  });

  it('are too many to say yes to, but not to say no to', async () => {
    for (let index = 0; index < 6; index += 1) ask(`Do ${index}`);
    await settle();
    expect(told).toEqual(['6 things wait for your approval. Please look at the page.']);
    expect(await say('yes to all')).toMatchObject({ text: 'Please look at the page for these.' });
    expect(open()).toHaveLength(6);
    await say('no to all');
    expect(open()).toEqual([]);
  });
});

describe('what was not heard to its end', () => {
  it('is not approved by a yes, but read out again', async () => {
    heard = 'cut';
    ask('Unlock the front door');
    await settle();
    expect(listened).toEqual([]);
    heard = 'heard';
    await say('yes');
    expect(open()).toHaveLength(1);
    expect(told).toEqual(['Unlock the front door. Shall I?', 'Unlock the front door. Shall I?']);
    await say('yes');
    expect(open()).toEqual([]);
  });

  it('is refused by a no all the same', async () => {
    heard = 'cut';
    ask('Unlock the front door');
    await settle();
    await say('no');
    expect(answers.get('Unlock the front door')).toBe('no by voice');
  });

  it('is not repeated for ever to its own echo', async () => {
    heard = 'cut';
    ask('Unlock the front door');
    await settle();
    for (let time = 0; time < 10; time += 1) await say('yes', { echo: true });
    expect(told).toHaveLength(3);
    expect(await say('yes')).toEqual({ text: 'Please look at the page.', aloud: true });
    expect(open()).toHaveLength(1);
  });

  it('waits where nobody is there, until somebody is', async () => {
    heard = 'nobody';
    ask('Unlock the front door');
    await settle();
    heard = 'heard';
    await say('yes');
    expect(told).toHaveLength(1);
    expect(open()).toHaveLength(1);
    await say('yes');
    expect(open()).toEqual([]);
  });

  it('is answered on the page when it is the only one there, which shows it', async () => {
    heard = 'nobody';
    ask('Unlock the front door');
    await settle();
    await say('yes', { source: 'page' });
    expect(answers.get('Unlock the front door')).toBe('yes by page');
    ask('Open the garage');
    ask('Disarm the alarm');
    await settle();
    expect(await say('yes', { source: 'page' })).toMatchObject({ text: '2 things wait for an answer. Please answer them one by one.' });
    expect(open()).toHaveLength(2);
  });
});

describe('what needs its code', () => {
  beforeEach(async () => {
    ask('Shut down the computer', { strong: true });
    await settle();
  });

  it('is never said aloud with the code', () => {
    expect(told.join()).not.toMatch(/river|tiger|apple/iu);
  });

  it.each<Source>(['voice', 'page'])('is not approved by a plain yes of the source %s', async (source) => {
    expect(await say('yes', { source })).toMatchObject({
      text: 'For this I need the code that is shown, or a click.',
      listen: expect.any(Array),
    });
    expect(open()).toHaveLength(1);
  });

  it('is approved by the code', async () => {
    await say('the code is river tiger apple');
    expect(answers.get('Shut down the computer')).toBe('yes by voice');
  });

  it('is over after three wrong ones', async () => {
    expect(await say('apple tiger river')).toMatchObject({ text: 'That is not the code.', aloud: true });
    await say('sugar sugar sugar');
    expect(await say('pencil island dragon')).toMatchObject({ text: expect.stringContaining('once too often') });
    expect(await say('river tiger apple')).toBeUndefined();
    expect(answers.get('Shut down the computer')).toBe('no by wrong-code');
  });

  it('has answers that the recogniser can take, all codes alike', () => {
    const words = grammarWords(`#JSGF V1.0; grammar jarvis; public <command> = ${listened[0]?.join(' | ') ?? ''};`);
    for (const word of 'apple river window tiger orange guitar'.split(' ')) expect(words).toContain(word);
  });
});
