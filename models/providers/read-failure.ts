import { type FailureFacts, factsOf, isUnreadable } from './failure-facts.ts';
import type { FailureNature, FailureSubject } from './failure-nature.ts';
import { networkFailure } from './network-failure.ts';
import { retryAfterMs } from './retry-after.ts';

interface Rule {
  when(facts: FailureFacts): boolean;
  is: FailureNature;
}

const codes =
  (...wanted: string[]) =>
  (facts: FailureFacts): boolean =>
    wanted.some((code) => facts.codes.has(code));
const status =
  (...wanted: number[]) =>
  ({ status: given }: FailureFacts): boolean =>
    given !== undefined && wanted.includes(given);
const says =
  (pattern: RegExp) =>
  ({ text }: FailureFacts): boolean =>
    pattern.test(text);
const any =
  (...tests: ((facts: FailureFacts) => boolean)[]) =>
  (facts: FailureFacts): boolean =>
    tests.some((test) => test(facts));
const all =
  (...tests: ((facts: FailureFacts) => boolean)[]) =>
  (facts: FailureFacts): boolean =>
    tests.every((test) => test(facts));

/** The first that fits holds. What a body says goes before its status: OpenAI's 429 is a rate limit, an empty account or a prompt too long. */
const RULES: readonly Rule[] = [
  // Google speaks of quota for a minute's limit too, and then says when to come back.
  {
    when: all(codes('resource_exhausted'), says(/perday|per day/u)),
    is: { kind: 'quota', sentence: "{name}'s limit for today is reached." },
  },
  { when: all(codes('resource_exhausted'), says(/retrydelay|retry in/u)), is: { kind: 'rate-limit' } },
  {
    when: any(
      codes(
        'context_length_exceeded',
        'exceed_context_size_error',
        'request_too_large',
        'string_above_max_length',
        'input_too_long',
        'max_tokens_exceeded',
      ),
      status(413),
      says(
        /prompt is too long|maximum context|context (?:length|window|size)|input is too long|input token count|too many (?:input )?tokens|request too large for|reduce the length of|tokens to keep from the initial prompt/u,
      ),
    ),
    is: { kind: 'too-long' },
  },
  {
    when: any(
      codes(
        'insufficient_quota',
        'billing_hard_limit_reached',
        'billing_not_active',
        'billing_error',
        'budget_exceeded',
        'quota_exceeded',
        'insufficient_balance',
      ),
      status(402),
      says(
        /credit balance is too low|exceeded your current quota|usage limits?\b|insufficient (?:funds|credits?|balance)|budget has been exceeded/u,
      ),
    ),
    is: { kind: 'quota' },
  },
  {
    when: says(/(?:country|region|territory|location).{0,40}(?:not supported|unsupported)|unsupported_country/u),
    is: { kind: 'refused', sentence: '{name} does not serve this part of the world.' },
  },
  {
    when: any(
      codes('model_not_found', 'model_not_available'),
      says(
        /model\b.{0,120}(?:not found|does not exist|not supported in the v1\/chat)|no models? (?:is |are )?loaded|models\/\S+ is not found|unknown model/u,
      ),
      all(codes('not_found_error'), says(/model/u)),
    ),
    is: { kind: 'no-such-model' },
  },
  {
    when: any(
      codes('invalid_api_key', 'authentication_error', 'unauthenticated', 'api_key_invalid', 'auth_error', 'token_not_found_in_db'),
      status(401),
      says(/api key not valid|(?:invalid|incorrect|missing) api key/u),
    ),
    is: { kind: 'key' },
  },
  {
    when: any(codes('content_filter', 'content_policy_violation', 'safety', 'prohibited_content', 'cyber_policy')),
    is: { kind: 'refused' },
  },
  {
    when: any(codes('permission_denied', 'permission_error'), status(403)),
    is: { kind: 'key', sentence: 'The key of {name} may not be used for that.' },
  },
  { when: any(codes('resource_exhausted')), is: { kind: 'quota' } },
  {
    when: any(
      codes('rate_limit_exceeded', 'rate_limit_error', 'rate_limit', 'too_many_requests', 'throttling_error', 'requests', 'tokens'),
      status(429),
    ),
    is: { kind: 'rate-limit' },
  },
  {
    when: says(/loading model|model is (?:currently )?loading/u),
    is: { kind: 'overloaded', sentence: '{name} is still loading its model.' },
  },
  {
    when: says(/requires more system memory|out of memory|insufficient (?:memory|resources)|failed to allocate/u),
    is: { kind: 'failed', retryable: false, sentence: '{name} has too little memory for {model}.' },
  },
  {
    when: any(
      codes(
        'overloaded_error',
        'unavailable',
        'unavailable_error',
        'server_overloaded',
        'engine_overloaded',
        'slow_down',
        'server_is_overloaded',
      ),
      status(503, 529),
      says(/overloaded|server busy|at capacity/u),
    ),
    is: { kind: 'overloaded' },
  },
  { when: any(codes('timeout_error', 'deadline_exceeded'), status(408, 504, 524)), is: { kind: 'timed-out' } },
  {
    when: says(/does not support (?:tools|functions)|tool.{0,30}not supported/u),
    is: { kind: 'refused', sentence: '{model} of {name} cannot use tools.' },
  },
  {
    when: says(/does not support (?:images|vision|image input)/u),
    is: { kind: 'refused', sentence: '{model} of {name} cannot look at pictures.' },
  },
  {
    when: status(301, 302, 303, 307, 308),
    is: { kind: 'failed', retryable: false, sentence: '{name} sends its callers on to another address; set that one instead.' },
  },
  {
    when: status(404, 405),
    is: { kind: 'failed', retryable: false, sentence: 'There is a server at the address of {name}, but not one of that kind.' },
  },
  {
    when: all(
      any(codes('invalid_request_error', 'invalid_argument', 'failed_precondition'), status(400, 409, 422, 501)),
      ({ status: given = 400 }) => given < 500 || given === 501,
    ),
    is: { kind: 'refused', sentence: '{name} did not accept the request.' },
  },
];

/** Names of the SDK's errors for what cannot even be asked of this provider: a kind of file, a prompt that makes no sense to it. */
const UNSENDABLE = new Set(['AI_UnsupportedFunctionalityError', 'AI_InvalidPromptError', 'AI_InvalidArgumentError']);

/** Says what kind of failure it is. Never throws, whatever it is given. */
export function readFailure(error: unknown, subject: FailureSubject): FailureNature {
  const network = networkFailure(error);
  if (network !== undefined) return network;
  if (error instanceof Error && UNSENDABLE.has(error.name))
    return { kind: 'refused', sentence: '{name} cannot take in what it was to be given.' };
  const facts = factsOf(error);
  if (facts === undefined) return isUnreadable(error) ? { kind: 'broken-answer' } : { kind: 'failed' };
  const nature = RULES.find((rule) => rule.when(facts))?.is ?? { kind: 'failed' as const };
  const wait = retryAfterMs(facts, subject.now);
  return {
    ...(nature.kind === 'key' && nature.sentence === undefined && subject.key === undefined
      ? { ...nature, sentence: '{name} wants a key, and none is set.' }
      : nature),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(facts.message === undefined ? {} : { detail: facts.message }),
  };
}
