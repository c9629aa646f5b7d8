import { z } from 'zod';

/**
 * Everything that can go wrong in a turn, as one table: whether trying again may help, and the sentence JARVIS says.
 * `{detail}` is filled from the failure where there is one.
 */
export const FAILURES = {
  'no-speech': { retryable: true, sentence: 'I did not hear anything.' },
  'not-understood': { retryable: true, sentence: 'Sorry, I did not catch that.' },
  'no-match': { retryable: false, sentence: 'I cannot do that yet.' },
  'no-target': { retryable: false, sentence: 'I do not know {detail}.' },
  'speech-engine-failed': { retryable: true, sentence: 'My hearing failed for a moment. Please say it again.' },
  'voice-restarted': { retryable: true, sentence: 'My voice had to restart. Please say it again.' },
  'home-unreachable': { retryable: true, sentence: 'I cannot reach the home just now.' },
  /** Connecting needs a person: the detail is the whole sentence. */
  'home-refused': { retryable: false, sentence: '{detail}' },
  'device-unreachable': { retryable: true, sentence: '{detail} is not answering.' },
  'tool-failed': { retryable: true, sentence: 'That did not work: {detail}' },
  'timed-out': { retryable: true, sentence: 'That took too long, so I stopped.' },
  /** The detail is the whole sentence. */
  refused: { retryable: false, sentence: '{detail}' },
  denied: { retryable: false, sentence: 'I have left it alone.' },
  cancelled: { retryable: false, sentence: 'Cancelled.' },
  'microphone-missing': { retryable: true, sentence: 'I cannot find a microphone.' },
  'bad-audio': { retryable: false, sentence: 'I cannot read that recording: {detail}' },
  internal: { retryable: true, sentence: 'Something went wrong on my side.' },
} as const;

export type FailureCode = keyof typeof FAILURES;

export const failureCodes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

export const FailureSchema = z.object({
  code: z.enum(failureCodes),
  /** For people; never what somebody said. */
  detail: z.string().optional(),
});
export type Failure = z.infer<typeof FailureSchema>;

/** The sentence JARVIS says for a failure. */
export function sentenceFor(failure: Failure): string {
  return FAILURES[failure.code].sentence.replace('{detail}', failure.detail ?? 'that').trim();
}

/** An error that a person should hear about in the words of the table. */
export class JarvisError extends Error {
  readonly failure: Failure;
  constructor(code: FailureCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
    this.name = 'JarvisError';
    this.failure = detail === undefined ? { code } : { code, detail };
  }
}
