import { describe, expect, it } from 'vitest';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { waitingFor } from './call-together.ts';

const ASKED: TurnEventBody = { type: 'approval-asked', requestId: 'r', approvalId: 'a', sentence: 'Open it', expiresAt: 0 };

describe('parts of one command', () => {
  it('come one after the other where nothing is asked', async () => {
    const story: string[] = [];
    const waiting = waitingFor(() => undefined);
    const results = await waiting.each([1, 2, 3], async (item) => {
      story.push(`begin ${item}`);
      await Promise.resolve();
      story.push(`end ${item}`);
      return item * 10;
    });
    expect(results).toEqual([10, 20, 30]);
    expect(story).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('that wait for a yes do not hold up the next, and come back in their order', async () => {
    const told: string[] = [];
    const waiting = waitingFor(({ type }) => told.push(type));
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const begun: number[] = [];
    const results = waiting.each([0, 1, 2], async (item) => {
      begun.push(item);
      const answer = answers[item];
      if (answer === undefined) return 'free';
      waiting.emit(ASKED);
      return answer.promise;
    });
    await new Promise(setImmediate);
    expect({ begun, told }).toEqual({ begun: [0, 1, 2], told: ['approval-asked', 'approval-asked'] });
    answers[1]?.resolve('second');
    answers[0]?.resolve('first');
    expect(await results).toEqual(['first', 'second', 'free']);
  });

  it('are all over when one of them fails', async () => {
    const waiting = waitingFor(() => undefined);
    const answer = Promise.withResolvers<string>();
    let over = false;
    const results = waiting.each(['asks', 'fails', 'never begins'], async (item) => {
      if (item === 'fails') throw new Error('broken');
      if (item === 'never begins') throw new Error('it began');
      waiting.emit(ASKED);
      await answer.promise;
      over = true;
      return item;
    });
    const failed = results.then(
      () => 'no failure',
      (error: Error) => `${error.message}, over: ${over}`,
    );
    await new Promise(setImmediate);
    answer.resolve('yes');
    expect(await failed).toBe('broken, over: true');
  });
});
