import type { ApprovalAnswer } from '../contract/tool.ts';

/** Ways in which a person answers; the others are ours to say. */
export type AnsweredBy = Exclude<ApprovalAnswer['by'], 'expiry' | 'cancel' | 'nobody' | 'wrong-code'>;

/** What comes of an answer that is given. All but `taken` and `codes-spent` leave the question as it was. */
export type AnswerResult =
  | 'taken'
  /** There is no such question, or no more. */
  | 'unknown'
  | 'expired'
  | 'code-needed'
  | 'code-wrong'
  /** Wrong once too often: the question is ended with a no. */
  | 'codes-spent'
  /** From before a restart, and it cannot be asked for again as it was. */
  | 'gone';

/** Why an answer was not taken, for the person who gave it. */
export const NOT_TAKEN: Readonly<Record<Exclude<AnswerResult, 'taken'>, string>> = {
  unknown: 'Nothing of that name waits for an answer any more.',
  expired: 'That is too late; the question had expired.',
  'code-needed': 'A yes alone is not enough for this: it needs the code that is shown with it, or a click on the page.',
  'code-wrong': 'That is not the code.',
  'codes-spent': 'That was the wrong code once too often, so I have left it alone.',
  gone: 'I was started again since then and did not keep what it was about. Please ask for it again.',
};

/** Why a call was denied after it was asked about. */
export function refusalWords(by: ApprovalAnswer['by']): string {
  switch (by) {
    case 'expiry':
      return 'Nobody answered in time.';
    case 'cancel':
      return 'It was called off.';
    case 'nobody':
      return 'Nobody was there to approve it.';
    case 'wrong-code':
      return 'The code was wrong too often.';
    case 'page':
    case 'cli':
    case 'api':
    case 'voice':
    case 'notification':
      return 'You said no.';
    default:
      return by satisfies never;
  }
}
