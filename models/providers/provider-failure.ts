import type { FailureNature, FailureSubject, ProviderFailureKind } from './failure-nature.ts';
import { readFailure } from './read-failure.ts';

const KINDS: Readonly<Record<ProviderFailureKind, { retryable: boolean; sentence: string }>> = {
  key: { retryable: false, sentence: '{name} does not accept the key.' },
  quota: { retryable: false, sentence: 'The account at {name} has nothing left to spend.' },
  'rate-limit': { retryable: true, sentence: '{name} has had too many requests for now.' },
  overloaded: { retryable: true, sentence: '{name} has too much to do just now.' },
  'too-long': { retryable: false, sentence: 'That is more text than {model} can take in.' },
  unreachable: { retryable: true, sentence: '{name} cannot be reached.' },
  'timed-out': { retryable: true, sentence: '{name} did not answer in time.' },
  'broken-answer': { retryable: true, sentence: '{name} sent an answer that cannot be read.' },
  'no-such-model': { retryable: false, sentence: '{name} has no model called {model}.' },
  refused: { retryable: false, sentence: '{name} refused to answer that.' },
  failed: { retryable: true, sentence: '{name} failed.' },
};

/**
 * Why a provider gave no answer, or not the whole of it. `message` is the sentence for people and holds nothing of what was asked. There is no `cause`:
 * errors of the SDK carry request and answer with them, and those must not get into a log.
 */
export class ProviderFailure extends Error {
  readonly kind: ProviderFailureKind;
  readonly retryable: boolean;
  /** How long the provider asks to be left alone; at most a day. */
  readonly retryAfterMs: number | undefined;
  readonly sentence: string;
  /** What the server said, cut short and without the key. It may repeat what was asked: for the person at the page, never for a log. */
  readonly detail: string | undefined;

  constructor(nature: FailureNature, subject: Omit<FailureSubject, 'now'>) {
    const usual = KINDS[nature.kind];
    const sentence = (nature.sentence ?? usual.sentence)
      .replaceAll('{name}', () => subject.name)
      .replaceAll('{model}', () => subject.model ?? 'the model');
    super(sentence);
    this.name = 'ProviderFailure';
    this.kind = nature.kind;
    this.retryable = nature.retryable ?? usual.retryable;
    this.retryAfterMs = nature.retryAfterMs;
    this.sentence = sentence;
    // not listed, so that nobody writes it out by accident
    Object.defineProperty(this, 'detail', { value: presentable(nature.detail, subject.key), enumerable: false });
  }
}

/**
 * Makes a failure of whatever was thrown or sent: errors of the AI SDK, an HTTP answer `{ status, headers, body }`, an error event of a stream, an error of
 * the network. What is one already stays itself. An abort is no failure: ask the signal first.
 */
export function providerFailure(error: unknown, subject: FailureSubject): ProviderFailure {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if (each instanceof ProviderFailure) return each;
  }
  return new ProviderFailure(readFailure(error, subject), subject);
}

const LONGEST_DETAIL = 200;

function presentable(detail: string | undefined, key: string | undefined): string | undefined {
  if (detail === undefined) return undefined;
  const struck = key === undefined || key === '' ? detail : detail.replaceAll(key, '[key]');
  const text = struck
    .replace(/\b(?:sk|pk|gsk|xai|AIza)[-_\w]{12,}/gu, '[key]')
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (text === '') return undefined;
  return text.length <= LONGEST_DETAIL ? text : `${text.slice(0, LONGEST_DETAIL)}…`;
}
