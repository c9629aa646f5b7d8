import { expect, it } from 'vitest';
import { MindChangeSchema } from './models-interface.ts';

it('leaves out of a change of the mind what was left out of it, so that one section can be saved without the others', () => {
  expect(MindChangeSchema.parse({ steps: 3 })).toEqual({ steps: 3 });
  expect(MindChangeSchema.parse({ budget: { currency: 'EUR' } })).toEqual({ budget: { currency: 'EUR' } });
  expect(MindChangeSchema.safeParse({ stepps: 3 }).success).toBe(false);
});
