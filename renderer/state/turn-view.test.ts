import { describe, expect, it } from 'vitest';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { viewTurn } from './turn-view.ts';

function turn(...bodies: [at: number, body: TurnEventBody][]) {
  return { turnId: 't', startedAt: 0, events: bodies.map(([at, body]) => ({ ...body, turnId: 't', at })) };
}

const ended = (outcome: 'confirmed' | 'accepted' | 'denied', reason?: string): TurnEventBody => ({
  type: 'tool-ended',
  requestId: outcome,
  tool: 'home',
  outcome,
  ...(reason === undefined ? {} : { reason }),
});

describe('a turn as a person reads it', () => {
  it('shows the growing words until they are final', () => {
    const growing = turn([10, { type: 'transcript-delta', text: 'turn' }], [20, { type: 'transcript-delta', text: 'turn on the' }]);
    expect(viewTurn(growing)).toMatchObject({ question: 'turn on the', questionFinal: false });
    growing.events.push({ turnId: 't', at: 30, type: 'transcript-ended', text: 'turn on the light', confidence: 1, engine: 'phrases' });
    expect(viewTurn(growing)).toMatchObject({ question: 'turn on the light', questionFinal: true });
  });

  it('keeps what was nearly heard when speech was rejected without a guess', () => {
    const view = viewTurn(
      turn(
        [1, { type: 'transcript-delta', text: 'turn on the zyl' }],
        [2, { type: 'transcript-ended', text: '', confidence: 0, engine: 'p', rejected: true }],
      ),
    );
    expect(view).toMatchObject({ question: 'turn on the zyl', notUnderstood: true });
  });

  it('shows typed words, which no event carries', () => {
    expect(viewTurn(turn([0, { type: 'turn-started', source: 'page', by: 'text' }]), 'hello').question).toBe('hello');
  });

  it('joins the pieces of a reply, and takes the whole once it is there', () => {
    const pieces = turn([1, { type: 'reply-delta', text: 'It is ' }], [2, { type: 'reply-delta', text: 'on.' }]);
    expect(viewTurn(pieces).reply).toBe('It is on.');
    pieces.events.push({ turnId: 't', at: 3, type: 'reply-ended', text: 'It is on now.', expectsAnswer: true });
    expect(viewTurn(pieces)).toMatchObject({ reply: 'It is on now.', expectsAnswer: true });
  });

  it('is as good as the least good thing it did', () => {
    expect(viewTurn(turn([1, ended('confirmed')], [2, ended('accepted', 'not seen yet')], [3, ended('confirmed')]))).toMatchObject({
      outcome: 'accepted',
      reason: 'not seen yet',
    });
    expect(viewTurn(turn([1, ended('denied')], [2, ended('confirmed')])).outcome).toBe('denied');
    expect(viewTurn(turn()).outcome).toBeUndefined();
  });

  it('says what failed in the words of the failure table, but calls a cancelled turn no failure', () => {
    expect(viewTurn(turn([1, { type: 'turn-failed', failure: { code: 'device-unreachable', detail: 'The lamp' } }]))).toMatchObject({
      outcome: 'failed',
      reply: 'The lamp is not answering.',
    });
    expect(viewTurn(turn([1, { type: 'turn-failed', failure: { code: 'cancelled' } }])).outcome).toBeUndefined();
  });

  it('measures from the last spoken word', () => {
    const view = viewTurn(
      turn(
        [0, { type: 'turn-started', source: 'voice', by: 'wake' }],
        [1000, { type: 'speech-ended', reason: 'command-complete' }],
        [1040, { type: 'transcript-ended', text: 'x', confidence: 1, engine: 'p' }],
        [1300, ended('confirmed')],
      ),
    );
    expect(view.latency).toEqual([
      { label: 'Text known', ms: 40 },
      { label: 'Device done', ms: 300 },
    ]);
  });

  it('remembers what it read from outside', () => {
    const taint = { origin: 'web' as const, name: 'example.org' };
    expect(
      viewTurn(turn([1, { type: 'turn-tainted', taint }], [2, { type: 'turn-tainted', taint: { origin: 'clipboard' } }])).taint,
    ).toEqual([taint, { origin: 'clipboard' }]);
    expect(viewTurn(turn()).taint).toEqual([]);
  });
});
