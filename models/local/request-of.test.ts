import { describe, expect, it } from 'vitest';
import { GenerateRequestSchema } from '../../contract/models-message.ts';
import { requestOf } from './request-of.ts';

describe('what the models process is asked', () => {
  it('is the whole conversation, with calls and their results', () => {
    const { request, warnings } = requestOf({
      prompt: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'two' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'text', text: 'I look.' },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'lights', input: { on: true } },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'c1', toolName: 'lights', output: { type: 'json', value: { on: true } } },
            { type: 'tool-result', toolCallId: 'c2', toolName: 'door', output: { type: 'execution-denied', reason: 'not now' } },
            { type: 'tool-result', toolCallId: 'c3', toolName: 'door', output: { type: 'execution-denied' } },
            { type: 'tool-result', toolCallId: 'c4', toolName: 'door', output: { type: 'error-text', value: 'jammed' } },
            { type: 'tool-result', toolCallId: 'c5', toolName: 'door', output: { type: 'error-json', value: { code: 7 } } },
            { type: 'tool-result', toolCallId: 'c6', toolName: 'door', output: { type: 'text', value: 'shut' } },
            {
              type: 'tool-result',
              toolCallId: 'c7',
              toolName: 'door',
              output: {
                type: 'content',
                value: [
                  { type: 'text', text: 'left' },
                  { type: 'text', text: 'right' },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(warnings).toEqual([]);
    expect(GenerateRequestSchema.parse(request)).toEqual(request);
    expect(request.prompt.slice(0, 3)).toEqual([
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'One\ntwo' },
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', toolCallId: 'c1', name: 'lights', input: { on: true } },
        ],
      },
    ]);
    const results = request.prompt[3];
    expect(results?.role === 'tool' ? results.parts.map((part) => part.text) : []).toEqual([
      '{"on":true}',
      'Not done: not now',
      'Not done: it was not allowed.',
      'Error: jammed',
      'Error: {"code":7}',
      'shut',
      'left\nright',
    ]);
  });

  it('names pictures and files in their place, and warns of them', () => {
    const png = { type: 'file' as const, filename: 'cat.png', mediaType: 'image/png', data: { type: 'data' as const, data: 'AAAA' } };
    const text = {
      type: 'file' as const,
      filename: 'list.txt',
      mediaType: 'text/plain',
      data: { type: 'text' as const, text: 'milk' },
    };
    const { request, warnings } = requestOf({ prompt: [{ role: 'user', content: [png, text] }] });
    expect(request.prompt).toEqual([
      { role: 'user', text: '(cat.png of type image/png was given here, which you cannot see.)\nlist.txt:\nmilk' },
    ]);
    expect(warnings).toEqual([{ type: 'unsupported', feature: 'files of type image/png', details: 'this model reads text alone' }]);
  });

  it('carries tools, choice, format and sampling, and warns of what the engine cannot do', () => {
    const schema = { type: 'object' as const, properties: { on: { type: 'boolean' as const } } };
    const { request, warnings } = requestOf({
      prompt: [],
      tools: [
        { type: 'function', name: 'lights', description: 'Sets lights.', inputSchema: schema },
        { type: 'provider', id: 'open.search', name: 'search', args: {} },
      ],
      toolChoice: { type: 'tool', toolName: 'lights' },
      responseFormat: { type: 'json', schema },
      maxOutputTokens: 12,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: 4,
      stopSequences: ['END'],
      presencePenalty: 1,
      frequencyPenalty: 1,
      reasoning: 'high',
    });
    expect(request).toEqual({
      prompt: [],
      tools: [{ name: 'lights', description: 'Sets lights.', input: schema }],
      toolChoice: { name: 'lights' },
      json: { schema },
      maximumTokens: 12,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: 4,
      stop: ['END'],
    });
    expect(warnings.map((warning) => (warning.type === 'unsupported' ? warning.feature : ''))).toEqual([
      'presencePenalty',
      'frequencyPenalty',
      'reasoning',
      'provider tool open.search',
    ]);
  });

  it('asks for nothing that was not asked for', () => {
    expect(requestOf({ prompt: [], reasoning: 'provider-default', responseFormat: { type: 'text' }, stopSequences: [] })).toEqual({
      request: { prompt: [], tools: [], toolChoice: 'auto' },
      warnings: [],
    });
    expect(requestOf({ prompt: [], responseFormat: { type: 'json' }, toolChoice: { type: 'none' } }).request).toMatchObject({
      json: {},
      toolChoice: 'none',
    });
  });
});
