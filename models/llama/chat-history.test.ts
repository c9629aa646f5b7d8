import { expect, it } from 'vitest';
import { chatHistory } from './chat-history.ts';

it('puts results beside their calls, and opens the turn that is to be written', () => {
  const history = chatHistory([
    { role: 'system', text: 'Be brief.' },
    { role: 'user', text: 'Lights on, and how warm is it?' },
    {
      role: 'assistant',
      parts: [
        { type: 'text', text: 'One moment.' },
        { type: 'tool-call', toolCallId: '1', name: 'light', input: { on: true } },
        { type: 'tool-call', toolCallId: '2', name: 'warmth', input: {} },
      ],
    },
    {
      role: 'tool',
      parts: [
        { type: 'tool-result', toolCallId: '2', name: 'warmth', text: '{"celsius":21}' },
        { type: 'tool-result', toolCallId: '1', name: 'light', text: 'It is on.' },
        { type: 'tool-result', toolCallId: 'unknown', name: 'light', text: 'never asked' },
      ],
    },
  ]);
  expect(history).toEqual([
    { type: 'system', text: 'Be brief.' },
    { type: 'user', text: 'Lights on, and how warm is it?' },
    {
      type: 'model',
      response: [
        'One moment.',
        { type: 'functionCall', name: 'light', params: { on: true }, result: 'It is on.', startsNewChunk: true },
        { type: 'functionCall', name: 'warmth', params: {}, result: { celsius: 21 } },
      ],
    },
  ]);
});

it('ends with an empty turn of the model, and says where a call has no result', () => {
  expect(chatHistory([{ role: 'user', text: 'Hello' }]).at(-1)).toEqual({ type: 'model', response: [] });
  const [lonely] = chatHistory([{ role: 'assistant', parts: [{ type: 'tool-call', toolCallId: '1', name: 'light', input: {} }] }]);
  expect(lonely).toMatchObject({ response: [{ result: 'There is no result.' }] });
});

it('leaves a result that only looks like JSON as it is', () => {
  const history = chatHistory([
    { role: 'assistant', parts: [{ type: 'tool-call', toolCallId: '1', name: 'read', input: {} }] },
    { role: 'tool', parts: [{ type: 'tool-result', toolCallId: '1', name: 'read', text: '{not json' }] },
  ]);
  expect(history[0]).toMatchObject({ response: [{ result: '{not json' }] });
});
