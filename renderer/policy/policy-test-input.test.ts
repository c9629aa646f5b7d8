import { expect, it } from 'vitest';
import { EMPTY_TEST, policyTest } from './policy-test-input.ts';

it('makes a question of the form, and leaves out what is not filled in', () => {
  expect(policyTest({ ...EMPTY_TEST, tool: ' home.call ' }, undefined)).toEqual({
    test: { tool: 'home.call', input: {}, source: 'voice' },
  });
  expect(
    policyTest(
      { tool: 'x', input: '{"a": 1}', source: 'api', person: 'Ada', role: 'guest', room: 'hall', at: '2026-11-21T23:30', taint: 'web' },
      'rules: []',
    ),
  ).toEqual({
    test: {
      tool: 'x',
      input: { a: 1 },
      source: 'api',
      person: { name: 'Ada', role: 'guest' },
      room: 'hall',
      at: new Date(2026, 10, 21, 23, 30).getTime(),
      taint: [{ origin: 'web' }],
      text: 'rules: []',
    },
  });
});

it('says what is wrong with it', () => {
  expect(policyTest(EMPTY_TEST, undefined)).toEqual({ problem: 'Which tool?' });
  expect(policyTest({ ...EMPTY_TEST, tool: 'x', input: '{a' }, undefined)).toMatchObject({ problem: expect.stringContaining('no JSON') });
  expect(policyTest({ ...EMPTY_TEST, tool: 'x', at: 'late' }, undefined)).toEqual({ problem: 'That is no time.' });
});
