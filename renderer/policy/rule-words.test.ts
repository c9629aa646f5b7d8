import { describe, expect, it } from 'vitest';
import { policyView } from './rule-words.ts';

const words = (rule: string) => policyView(`rules:\n  - ${rule}\n`)?.rules[0]?.words;

describe('a rule in words', () => {
  it('says what it speaks of', () => {
    expect(words('{effect: deny}')).toBe('Every tool');
    expect(words('{effect: allow, tool: "home.*", source: [voice, page], role: guest}')).toBe(
      'home.*, asked by voice or on a page, for a guest',
    );
    expect(words('{effect: ask, risk: [guarded, change], permission: "system:power"}')).toBe(
      'Every tool, of the kind “Guarded or Can be undone”, that uses system:power',
    );
    expect(words('{effect: deny, time: {from: "22:00", to: "07:00", days: [saturday, sunday]}}')).toBe(
      'Every tool, between 22:00 and 07:00 on Saturday or Sunday',
    );
    expect(words('{effect: allow, taint: true, person: Ada, speaker: Ada, room: kitchen}')).toBe(
      'Every tool, for Ada, in the voice of Ada, in the room kitchen, after text from outside was read',
    );
    expect(
      words('{effect: allow, input: {path: {path: ~/Music}, "data.level": {less: 50, more: 5}, url: {host: a.org}, x: {is: true}, y: z*}}'),
    ).toBe('Every tool, with path in ~/Music, with data.level over 5 and under 50, with url at a.org, with x = true, with y like z*');
  });

  it('knows its name, its reason and its line', () => {
    const view = policyView(
      '# mine\nrules:\n  - effect: ask\n    because: It is late.\n\n  - id: night\n    effect: deny\nenabled: [shell.run]\n',
    );
    expect(view?.rules).toMatchObject([
      { name: 'rule 1', effect: 'ask', because: 'It is late.', line: 3 },
      { name: 'night', effect: 'deny', line: 6 },
    ]);
    expect(view?.enabled).toEqual(['shell.run']);
  });

  it('shows what it can of a policy with mistakes, and nothing of what is none', () => {
    expect(policyView('')).toEqual({ rules: [], enabled: [] });
    expect(policyView('rules: [')).toBeUndefined();
    expect(policyView('[1, 2]')).toBeUndefined();
    expect(policyView('rules: 7\nenabled: x')).toEqual({ rules: [], enabled: [] });
    expect(
      policyView('rules:\n  - {effect: maybe, tool: 7, source: [ufo, 1], time: late, input: {a: [1]}}\n  - nonsense')?.rules,
    ).toMatchObject([
      { effect: undefined, words: 'Every tool, asked ufo, with a as written' },
      { effect: undefined, words: 'Every tool' },
    ]);
    expect(policyView(`a: &a [1]\n${Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [${'*a,'.repeat(9)}]`).join('\n')}`)).toBeDefined();
  });
});
