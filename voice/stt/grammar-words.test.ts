import { describe, expect, it } from 'vitest';
import { GrammarError, grammarWords } from './grammar-words.ts';

const rules = (text: string): string => `#JSGF V1.0;\ngrammar test;\n${text}\n`;

describe('the words of a grammar', () => {
  it('are every word once, without rules, weights and tags', () => {
    const grammar = rules("public <a> = turn [ the ] ( /0.5/ lamp {x} | /2/ <b> )+ ; // lamp\n<b> = what's lamp 2 ;");
    expect(grammarWords(grammar)).toEqual(['turn', 'the', 'lamp', "what's", '2']);
  });

  it.each([
    ['no header', 'public <a> = b ;', 'begins with'],
    ['no public rule', rules('<a> = b ;'), 'no public rule'],
    ['a rule that is not defined', rules('public <a> = <b> ;'), '<b>'],
    ['an open bracket', rules('public <a> = ( b ;'), 'does not close'],
    ['a bracket too many', rules('public <a> = b ) ;'), 'too many'],
    ['brackets that do not match', rules('public <a> = ( b ] ;'), 'too many'],
    ['a missing semicolon', rules('public <a> = b'), 'no ";"'],
    ['capital letters', rules('public <a> = Lamp ;'), 'cannot be read'],
    ['a rule that uses itself', rules('public <a> = b <c> ; <c> = <a> ;'), 'uses itself'],
    ['two rules of one name', rules('public <a> = b ; <a> = c ;'), 'twice'],
    ['an empty alternative', rules('public <a> = b | | c ;'), 'empty alternative'],
    ['an empty rule', rules('public <a> = ;'), 'empty'],
    ['nothing', '', 'begins with'],
  ])('refuse %s', (_, grammar, message) => {
    expect(() => grammarWords(grammar)).toThrow(GrammarError);
    expect(() => grammarWords(grammar)).toThrow(message);
  });

  it('are found in a rule of ten thousand names', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `lamp${index}`);
    expect(grammarWords(rules(`public <a> = ${names.join(' | ')} ;`))).toHaveLength(10_000);
  });
});
