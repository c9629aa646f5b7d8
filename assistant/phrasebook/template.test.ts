import { describe, expect, it } from 'vitest';
import { parseTemplate, TemplateError } from './template.ts';

describe('a sentence template', () => {
  it('reads optional parts, alternatives, slots, ranges and rules', () => {
    expect(parseTemplate('(turn|switch) [the] {name:light+switch} {b:0-100} <x>')).toEqual({
      type: 'sequence',
      items: [
        {
          type: 'choice',
          items: [
            { type: 'word', word: 'turn' },
            { type: 'word', word: 'switch' },
          ],
        },
        { type: 'optional', item: { type: 'word', word: 'the' } },
        { type: 'slot', slot: 'name', list: { type: 'named', name: 'light+switch' } },
        { type: 'slot', slot: 'b', list: { type: 'range', from: 0, to: 100, step: 1, negated: false } },
        { type: 'rule', name: 'x' },
      ],
    });
  });

  it.each([
    ['turn (on|off', 5, 'never closed'],
    ['turn on]', 7, 'closes nothing'],
    ['a|b', 1, 'outside brackets'],
    ['(a|)', 0, 'empty alternative'],
    ['set {x:9-1}', 4, 'backwards'],
    ['set {:light}', 4, 'no slot name'],
    ['<not a rule>', 0, 'no rule name'],
    ['', 0, 'empty sentence'],
    [`${'('.repeat(40)}a${')'.repeat(40)}`, 25, 'too deeply'],
  ])('refuses %j and says where', (text, column, message) => {
    const failure = (() => {
      try {
        parseTemplate(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(TemplateError);
    expect(failure).toMatchObject({ column, message: expect.stringContaining(message) });
  });
});
