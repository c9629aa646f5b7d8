import type { ToolOutcome } from '../../contract/tool.ts';
import { asSentence } from './wording.ts';

/** What a call came to where it did not come to what was wanted; undefined where it did. `left`: the words for what a person refused. */
export function shortfall(outcome: ToolOutcome | undefined, left: string): string | undefined {
  if (outcome === undefined) return 'That did not work.';
  if (outcome.dryRun === true) return 'Nothing was done: this was a dry run.';
  switch (outcome.outcome) {
    case 'confirmed':
    case 'accepted':
      return undefined;
    case 'denied':
      return outcome.reason === undefined ? left : asSentence(outcome.reason);
    case 'rejected':
    case 'failed':
      return asSentence(outcome.reason ?? 'That did not work');
    default:
      return outcome.outcome satisfies never;
  }
}
