import { beforeAll, describe, expect, it } from 'vitest';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { largeHome, sampleHome } from './sample-home.ts';

let grammar: string;
beforeAll(async () => {
  grammar = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome).grammar();
});

/** Rules by name. */
const rulesOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/<(\w+)> = (.*);/gu)].map((match) => [match[1]!, match[2]!]));

/** Words when every rule is written out where it stands, as a recogniser's graph has them. */
function sizeOf(rules: ReadonlyMap<string, string>, name: string): number {
  return [...rules.get(name)!.matchAll(/<(\w+)>|[a-z']+/gu)].reduce(
    (sum, match) => sum + (match[1] === undefined ? 1 : sizeOf(rules, match[1])),
    0,
  );
}

describe('the speech grammar', () => {
  it('is JSGF with a public command', () => {
    expect(grammar.startsWith('#JSGF V1.0;\ngrammar jarvis;\n')).toBe(true);
    expect(grammar).toContain('public <command> = ');
  });

  it('has balanced brackets, no empty part, no rule that is missing and only plain words', () => {
    const rules = rulesOf(grammar);
    for (const [name, text] of rules) {
      const open: string[] = [];
      for (const sign of text) {
        if (sign === '(' || sign === '[') open.push(sign);
        if (sign === ')') expect(open.pop(), name).toBe('(');
        if (sign === ']') expect(open.pop(), name).toBe('[');
      }
      expect(open, name).toEqual([]);
      expect(text, name).not.toMatch(/\(\s*\)|\[\s*\]|\|\s*\||[([]\s*\||\|\s*[)\]]/u);
      expect(text.replace(/<\w+>/gu, ''), name).toMatch(/^[a-z' ()[\]|]*$/u);
      for (const [, used] of text.matchAll(/<(\w+)>/gu)) expect(rules.has(used!), used).toBe(true);
    }
  });

  it('holds the home and leaves out what only text has', () => {
    expect(grammar).toContain('living room lamp');
    expect(grammar).toContain('office light two');
    expect(grammar).not.toContain('awning');
    expect(grammar).not.toContain('illuminate');
  });

  it('takes a second command behind "and", and the answers to a question', async () => {
    expect(rulesOf(grammar).get('command')).toBe('[<polite>] <single> [and <single>] | [<polite>] <own>');
    const asked = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome).grammar(['the desk lamp', 'both']);
    expect(rulesOf(asked).get('command')).toBe('[<polite>] <single> [and <single>] | [<polite>] <own> | the desk lamp | both');
  });

  it('stays small enough for a recogniser', async () => {
    expect(sizeOf(rulesOf(grammar), 'single')).toBeLessThan(3500);
    const large = compilePhrasebook(await loadPhrasebook({ folders: [] }), largeHome(200)).grammar();
    expect(sizeOf(rulesOf(large), 'single')).toBeLessThan(12_000);
  });
});
