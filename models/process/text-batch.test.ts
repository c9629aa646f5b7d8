import { expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { TextBatch } from './text-batch.ts';

it('sends the first piece at once, later ones together, and the last when told', async () => {
  const clock = new FakeClock();
  const sent: string[] = [];
  const batch = new TextBatch(clock, 20, (text) => sent.push(text));
  batch.push('Good');
  expect(sent).toEqual(['Good']);
  batch.push(' evening');
  batch.push(', ');
  expect(sent).toEqual(['Good']);
  await clock.advance(19);
  expect(sent).toEqual(['Good']);
  await clock.advance(1);
  expect(sent).toEqual(['Good', ' evening, ']);
  batch.push('sir.');
  batch.flush();
  batch.flush();
  await clock.advance(100);
  expect(sent).toEqual(['Good', ' evening, ', 'sir.']);
  batch.push(' Tea?');
  expect(sent.at(-1)).toBe(' Tea?');
});
