import { describe, expect, it } from 'vitest';
import type { Approval } from '../../contract/tool.ts';
import { approvalAnswers, readApprovalReply } from './approval-answer.ts';
import { approvalQuestion } from './approval-question.ts';

describe('an answer to what waits for a yes', () => {
  it.each(['yes', 'Yes, do it.', 'yes do it', 'go ahead', 'sure', 'okay', 'please do it', 'jarvis yes please', 'all right yes'])(
    '"%s" is a yes',
    (text) => {
      expect(readApprovalReply(text)).toEqual({ type: 'answers', answers: [{ approved: true, which: 'plain' }] });
    },
  );

  it.each([
    'no',
    "don't",
    'do not',
    'do not do it',
    'cancel',
    'no thanks',
    'please don’t',
    'never mind',
    'stop',
    'nope',
    'none of them',
    'leave it',
  ])('"%s" is a no', (text) => {
    expect(readApprovalReply(text)).toEqual({ type: 'answers', answers: [{ approved: false, which: 'plain' }] });
  });

  it.each<[string, { approved: boolean; which: 'all' | number[] }[]]>([
    ['yes to both', [{ approved: true, which: 'all' }]],
    ['both', [{ approved: true, which: 'all' }]],
    ['all of them', [{ approved: true, which: 'all' }]],
    ['no to both', [{ approved: false, which: 'all' }]],
    ['the first one', [{ approved: true, which: [0] }]],
    ['yes to the second', [{ approved: true, which: [1] }]],
    ['number two', [{ approved: true, which: [1] }]],
    ['not the first', [{ approved: false, which: [0] }]],
    ['the first and the third', [{ approved: true, which: [0, 2] }]],
    [
      'yes to the first, no to the second',
      [
        { approved: true, which: [0] },
        { approved: false, which: [1] },
      ],
    ],
  ])('"%s" picks', (text, answers) => {
    expect(readApprovalReply(text)).toEqual({ type: 'answers', answers });
  });

  it.each([
    'yes but not now',
    'yes no',
    'no yes',
    'yesterday',
    'stop everything',
    'turn it off',
    'yes turn on the lamp',
    'yes unlock the back door',
    'cancel the timer',
    'open both garages',
    'say yes',
    'he said yes',
    'number',
    'number nine',
    '',
    '…',
    '是',
    'y'.repeat(10_000),
    `${'yes '.repeat(2_000)}maybe`,
  ])('"%.40s" is something else', (text) => {
    expect(readApprovalReply(text)).toEqual({ type: 'other' });
  });

  it('is a code when it is three words of it', () => {
    expect(readApprovalReply('river tiger apple')).toEqual({ type: 'code', code: 'river tiger apple' });
  });
});

describe('what is read out', () => {
  const ask = {
    id: 'a',
    turnId: 't',
    tool: 'x',
    input: {},
    risk: 'guarded' as const,
    permissions: [],
    digest: '',
    askedAt: 0,
    expiresAt: 0,
  };
  const door: Approval = { ...ask, sentence: 'Unlock the front door', source: 'voice' };
  const gate: Approval = { ...ask, sentence: 'Open the gate.', source: 'agent' };

  it('names the effect and asks', () => {
    expect(approvalQuestion([door])).toBe('Unlock the front door. Shall I?');
  });

  it('says who asks where that is no person, and what was read before', () => {
    expect(approvalQuestion([{ ...gate, taint: [{ origin: 'web' }, { origin: 'web' }, { origin: 'mail' }] }])).toBe(
      'An agent of mine asks: Open the gate. I have read a web page and mail before this. Shall I?',
    );
  });

  it('never says the code', () => {
    const text = approvalQuestion([{ ...door, strong: true, code: 'river tiger apple' }]);
    expect(text).toBe('Unlock the front door. For this I need the code that is shown, or a click.');
  });

  it('numbers several, and asks which', () => {
    expect(approvalQuestion([door, gate])).toBe(
      'Two things need your yes: one, Unlock the front door; two, An agent of mine asks: Open the gate. Both, or which one?',
    );
    expect(approvalQuestion([door, door, { ...door, strong: true }])).toMatch(
      /^Three things.*Some of it needs a code.*All of them, or which one\?$/u,
    );
    expect(approvalQuestion(Array.from({ length: 40 }, () => door))).toBe('40 things wait for your approval. Please look at the page.');
  });
});

/** Everything that a piece of JSGF without rules can say. */
function spoken(jsgf: string): string[] {
  const tokens = jsgf.match(/[a-z']+|[()[\]|]/gu) ?? [];
  const alternatives = (): string[] => {
    const all: string[] = [];
    let row = [''];
    for (let token = tokens.shift(); token !== undefined && token !== ')' && token !== ']'; token = tokens.shift()) {
      if (token === '|') {
        all.push(...row);
        row = [''];
        continue;
      }
      const inner = token === '(' ? alternatives() : token === '[' ? ['', ...alternatives()] : [token];
      row = row.flatMap((start) => inner.map((part) => `${start} ${part}`.trim()));
    }
    return [...all, ...row];
  };
  return alternatives();
}

describe('the answers that are listened for', () => {
  it('are understood, each of them, as what they are', () => {
    const sentences = approvalAnswers(4, true).flatMap(spoken);
    expect(sentences.length).toBeGreaterThan(2_000);
    expect(sentences).toContain('no to the second one');
    for (const text of sentences) {
      const { type } = readApprovalReply(text);
      expect(type, text).toBe(
        /apple|river|window|tiger|orange|guitar|morning|sugar|pencil|island|yellow|dragon/u.test(text) ? 'code' : 'answers',
      );
    }
  });

  it('hold no list where one thing was asked, and no code where none is needed', () => {
    expect(
      approvalAnswers(1, false)
        .flatMap(spoken)
        .every((text) => !/both|first|number|apple/u.test(text)),
    ).toBe(true);
  });
});
