import { expect, it } from 'vitest';
import { stoppedBy } from './stop-words.ts';

it('says by which way everything was stopped, also one that it does not know', () => {
  expect(stoppedBy('voice')).toBe('by voice');
  expect(stoppedBy('Ada')).toBe('by Ada');
  expect(stoppedBy('toString')).toBe('by toString');
  expect(stoppedBy('W'.repeat(500))).toHaveLength(103);
});
