import { expect, it } from 'vitest';
import { machine, PASCAL } from '../../tests/fakes/machines.ts';
import { machineSentence } from './model-words.ts';

it('says in one sentence what the machine is', () => {
  expect(machineSentence(machine([PASCAL], 32))).toBe('GeForce GTX 1080 Ti with 11 GB, 32 GB of memory and test with 8 cores.');
  expect(machineSentence(machine([], 8, { cpu: { name: 'a small one', cores: 1 } }))).toBe(
    'No graphics card, 8 GB of memory and a small one with one core.',
  );
  expect(machineSentence(machine([{ ...PASCAL, name: 'Iris', integrated: true }], 16))).toContain('Iris sharing the memory');
});
