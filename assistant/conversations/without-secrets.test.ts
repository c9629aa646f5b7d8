import { expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

it.each([
  ['unlock the front door with the code 83318331', 'unlock the front door with the code ••••'],
  ['disarm the alarm, the pin is four seven one one', 'disarm the alarm, the pin is ••••'],
  ['the code of the gate is 4-7-1-1 please', 'the code of the gate is •••• please'],
  ['my password is hunter2, remember it', 'my password is •••• remember it'],
  ['set the passphrase to "correct horse battery"', 'set the passphrase to ••••'],
])('leaves the secret out of %s', (said, kept) => {
  expect(withoutSecrets(said)).toBe(kept);
});

it.each([
  'what does the error code 40401 mean',
  'the status code is 503503',
  'write code for 1000 users',
  'set a timer for one hour and twenty minutes',
  'how do I change my password',
  'the zip code is 12345',
  'set the light to 40 percent',
])('keeps %s', (said) => {
  expect(withoutSecrets(said)).toBe(said);
});

it('takes no time over much text', () => {
  const text = `code ${'1 '.repeat(50_000)}${'password is '.repeat(20_000)}`;
  expect(withoutSecrets(text).length).toBeLessThan(text.length);
});
