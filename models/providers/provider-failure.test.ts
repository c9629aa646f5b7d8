import { APICallError, JSONParseError, TypeValidationError, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ProviderFailureKind } from './failure-nature.ts';
import { ProviderFailure, providerFailure } from './provider-failure.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const subject = { name: 'Cloud', model: 'big-model', key: 'the-key-1234567890', now: NOW };

const http = (status: number, body: unknown, headers: Record<string, string> = {}): ProviderFailure =>
  providerFailure({ status, headers: new Headers(headers), body: typeof body === 'string' ? body : JSON.stringify(body) }, subject);

describe('what providers say when they fail', () => {
  // Bodies as the providers document them, or as people have reported them.
  const SAID: readonly [string, number, unknown, ProviderFailureKind][] = [
    [
      'OpenAI, wrong key',
      401,
      { error: { message: 'Incorrect API key provided: sk-abc.', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } },
      'key',
    ],
    [
      'OpenAI, empty account',
      429,
      {
        error: {
          message: 'You exceeded your current quota, please check your plan and billing details.',
          type: 'insufficient_quota',
          param: null,
          code: 'insufficient_quota',
        },
      },
      'quota',
    ],
    [
      'OpenAI, too fast',
      429,
      {
        error: {
          message: 'Rate limit reached for gpt-4o on requests per min (RPM): Limit 3. Please try again in 20s.',
          type: 'requests',
          code: 'rate_limit_exceeded',
        },
      },
      'rate-limit',
    ],
    [
      'OpenAI, one request larger than the limit of a minute',
      429,
      {
        error: {
          message: 'Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 60000.',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
      },
      'too-long',
    ],
    [
      'OpenAI, too long',
      400,
      {
        error: {
          message: "This model's maximum context length is 8192 tokens.",
          type: 'invalid_request_error',
          code: 'context_length_exceeded',
        },
      },
      'too-long',
    ],
    [
      'OpenAI, no such model',
      404,
      {
        error: {
          message: 'The model `gpt-9` does not exist or you do not have access to it.',
          type: 'invalid_request_error',
          code: 'model_not_found',
        },
      },
      'no-such-model',
    ],
    [
      'OpenAI, policy',
      400,
      { error: { message: 'Rejected by our safety system.', type: 'invalid_request_error', code: 'content_policy_violation' } },
      'refused',
    ],
    [
      'OpenAI, country',
      403,
      {
        error: {
          message: 'Country, region, or territory not supported',
          type: 'request_forbidden',
          code: 'unsupported_country_region_territory',
        },
      },
      'refused',
    ],
    [
      'OpenAI, another parameter',
      400,
      { error: { message: "Unsupported value: 'temperature'", type: 'invalid_request_error', code: 'unsupported_value' } },
      'refused',
    ],
    [
      'OpenAI, overloaded',
      503,
      { error: { message: 'The engine is currently overloaded, please try again later', type: 'server_error', code: null } },
      'overloaded',
    ],
    ['Anthropic, wrong key', 401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 'key'],
    [
      'Anthropic, too long',
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' } },
      'too-long',
    ],
    [
      'Anthropic, empty account',
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' } },
      'quota',
    ],
    [
      'Anthropic, limit of the person',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
        },
      },
      'quota',
    ],
    ['Anthropic, no such model', 404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-99' } }, 'no-such-model'],
    ['Anthropic, overloaded', 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded'],
    [
      'Google, wrong key',
      400,
      {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
        },
      },
      'key',
    ],
    [
      'Google, too long',
      400,
      {
        error: {
          code: 400,
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
          status: 'INVALID_ARGUMENT',
        },
      },
      'too-long',
    ],
    [
      'Google, limit of a minute',
      429,
      {
        error: {
          code: 429,
          message: 'You exceeded your current quota.',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }],
        },
      },
      'rate-limit',
    ],
    [
      'Google, limit of the day',
      429,
      {
        error: {
          code: 429,
          message: 'You exceeded your current quota.',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] }, { retryDelay: '37s' }],
        },
      },
      'quota',
    ],
    [
      'Google, no such model',
      404,
      { error: { code: 404, message: 'models/gemini-9 is not found for API version v1beta', status: 'NOT_FOUND' } },
      'no-such-model',
    ],
    ['Google, overloaded', 503, { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }, 'overloaded'],
    ['Google, in a list', 400, [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }], 'key'],
    ['Ollama, no such model', 404, { error: "model 'llama9' not found" }, 'no-such-model'],
    ['Ollama, too long', 400, { error: 'the input length exceeds the context length' }, 'too-long'],
    ['Ollama, too little memory', 500, { error: 'model requires more system memory (48.0 GiB) than is available (11.2 GiB)' }, 'failed'],
    ['Ollama, no tools', 400, { error: 'registry.ollama.ai/library/gemma:latest does not support tools' }, 'refused'],
    ['Ollama, busy', 503, { error: 'server busy, please try again.  maximum pending requests exceeded' }, 'overloaded'],
    [
      'llama.cpp, too long',
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size, try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 9000,
          n_ctx: 4096,
        },
      },
      'too-long',
    ],
    ['llama.cpp, loading', 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'overloaded'],
    [
      'LM Studio, nothing loaded',
      404,
      { error: { message: 'No models loaded. Please load a model in the developer page.', type: 'invalid_request_error' } },
      'no-such-model',
    ],
    [
      'LM Studio, too long',
      400,
      { error: 'The number of tokens to keep from the initial prompt is greater than the context length.' },
      'too-long',
    ],
    ['LiteLLM, budget', 400, { error: { message: 'Budget has been exceeded! Current cost: 1.2', type: 'budget_exceeded' } }, 'quota'],
    ['a proxy, in HTML', 502, '<html>Bad gateway</html>', 'failed'],
    ['a proxy that gave up', 504, '', 'timed-out'],
    ['a server of another kind', 404, 'Not Found', 'failed'],
  ];
  for (const [who, status, body, kind] of SAID) {
    it(`${who}: ${kind}`, () => expect(http(status, body).kind).toBe(kind));
  }

  it('says whether it may do better later', () => {
    const retryable = (status: number, body: unknown) => http(status, body).retryable;
    expect(retryable(500, {})).toBe(true);
    expect(retryable(404, 'Not Found')).toBe(false);
    expect(retryable(500, { error: 'model requires more system memory' })).toBe(false);
    expect(retryable(401, {})).toBe(false);
  });

  it('says whether a key is wrong or missing', () => {
    expect(http(401, {}).sentence).toBe('Cloud does not accept the key.');
    const { key: _, ...withoutKey } = subject;
    expect(providerFailure({ status: 401, headers: {}, body: '' }, withoutKey).sentence).toBe('Cloud wants a key, and none is set.');
  });

  it('knows how long to wait, however it is said', () => {
    const wait = (headers: Record<string, string>, body: unknown = {}) => http(429, body, headers).retryAfterMs;
    expect(wait({ 'retry-after': '30' })).toBe(30_000);
    expect(wait({ 'retry-after': '30', 'retry-after-ms': '1500' })).toBe(1500);
    expect(wait({ 'retry-after': new Date(NOW + 90_000).toUTCString() })).toBe(90_000);
    expect(wait({ 'retry-after': new Date(NOW - 90_000).toUTCString() })).toBe(0);
    expect(wait({ 'retry-after': '99999999' })).toBe(86_400_000);
    for (const nonsense of ['soon', '-5', 'NaN', '1e99', '']) expect(wait({ 'retry-after': nonsense })).toBeUndefined();
    expect(wait({}, { error: { status: 'RESOURCE_EXHAUSTED', message: '', details: [{ retryDelay: '37.5s' }] } })).toBe(37_500);
    expect(wait({}, { error: { message: 'Please try again in 1m6.5s.' } })).toBe(66_500);
    expect(wait({}, { error: { message: 'Please try again in 20ms.' } })).toBe(20);
    expect(wait({}, { error: { message: 'Please try again.' } })).toBeUndefined();
  });
});

describe('other failures', () => {
  const network = (code: string, nested = true): ProviderFailure => {
    const cause = Object.assign(new Error(code), { code });
    return providerFailure(nested ? new TypeError('fetch failed', { cause }) : cause, subject);
  };

  it('knows the ways in which a network fails', () => {
    expect(network('ECONNREFUSED')).toMatchObject({
      kind: 'unreachable',
      retryable: true,
      sentence: expect.stringContaining('Is it running?'),
    });
    expect(network('ENOTFOUND').sentence).toContain('no such host');
    expect(network('UND_ERR_SOCKET', false).kind).toBe('unreachable');
    expect(network('UND_ERR_HEADERS_TIMEOUT').kind).toBe('timed-out');
    expect(network('DEPTH_ZERO_SELF_SIGNED_CERT')).toMatchObject({ kind: 'unreachable', retryable: false });
    expect(network('ERR_SSL_WRONG_VERSION_NUMBER').sentence).toContain('http://');
    expect(network('HPE_INVALID_CONSTANT').kind).toBe('broken-answer');
    const both = new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]);
    expect(providerFailure(new TypeError('fetch failed', { cause: both }), subject).kind).toBe('unreachable');
  });

  it('reads errors of the SDK, and error events', () => {
    const call = { url: 'https://x', requestBodyValues: {} };
    expect(
      providerFailure(
        new APICallError({ ...call, message: 'no', statusCode: 429, responseBody: '{"error":{"code":"insufficient_quota"}}' }),
        subject,
      ).kind,
    ).toBe('quota');
    expect(providerFailure(new JSONParseError({ text: '{"a', cause: new Error('x') }), subject)).toMatchObject({
      kind: 'broken-answer',
      detail: undefined,
    });
    expect(providerFailure(new TypeValidationError({ value: { error: 'server busy' }, cause: new Error('x') }), subject).kind).toBe(
      'overloaded',
    );
    expect(
      providerFailure(
        { message: 'Overloaded', type: 'overloaded_error', data: { type: 'overloaded_error', message: 'Overloaded' } },
        subject,
      ).kind,
    ).toBe('overloaded');
    expect(providerFailure('model requires more system memory', subject)).toMatchObject({ kind: 'failed', retryable: false });
  });

  it('does not try again what cannot even be sent', () => {
    const error = new UnsupportedFunctionalityError({ functionality: 'file part media type audio/ogg' });
    expect(providerFailure(error, subject)).toMatchObject({ kind: 'refused', retryable: false });
  });

  it('takes anything at all without falling over', () => {
    const circle: Record<string, unknown> = { status: 500, headers: {} };
    circle.data = { details: circle, error: { details: [circle] } };
    for (const thing of [
      undefined,
      null,
      7,
      '',
      [],
      {},
      new Error('hm'),
      Symbol('s'),
      () => 1,
      circle,
      { status: 'x' },
      { error: { type: 7 } },
    ]) {
      expect(providerFailure(thing, subject)).toBeInstanceOf(ProviderFailure);
    }
  });

  it('stays what it is', () => {
    const first = http(429, {});
    expect(providerFailure(first, { ...subject, name: 'Other' })).toBe(first);
    expect(providerFailure(new Error('wrapped', { cause: first }), subject)).toBe(first);
  });

  it('tells neither the key nor what was asked, wherever one looks', () => {
    const error = new APICallError({
      message: 'bad: the-key-1234567890 sk-proj-abcdefghijklmnop tell me a secret',
      url: 'https://x',
      requestBodyValues: { messages: ['tell me a secret'] },
      statusCode: 400,
      responseBody: JSON.stringify({
        error: { message: 'bad key the-key-1234567890 sk-proj-abcdefghijklmnop\u0007\n end', input: 'tell me a secret' },
      }),
    });
    const failure = providerFailure(error, subject);
    const written = [JSON.stringify(failure), String(failure.stack), failure.message, failure.detail, String(failure.cause)].join('\n');
    expect(written).not.toMatch(/the-key|sk-proj|secret/u);
    expect(failure.detail).toBe('bad key [key] [key] end');
    expect(http(500, { error: { message: 'x'.repeat(10_000) } }).detail).toHaveLength(201);
  });

  it('is not led by what a server repeats of the request', () => {
    expect(http(422, { detail: [{ msg: 'field required', input: 'why does it say out of memory?' }] }).kind).toBe('refused');
  });
});
