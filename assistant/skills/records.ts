import type { z } from 'zod';
import type { ToolOutcome } from '../../contract/tool.ts';
import type { CallResult, Plan, PlannedCall } from './skill.ts';

/** What the home remembers and plans, asked for through the gate like everything else. */

export const HISTORY_TOOL = 'home.get-history';
export const EVENTS_TOOL = 'home.get-events';
export const FORECAST_TOOL = 'home.get-forecast';
export const ITEMS_TOOL = 'home.get-items';
export const UNDO_TOOL = 'home.undo';
export const CONVERSE_TOOL = 'home.converse';

/** What a tool gave back, when it has the shape it should have. */
export function outputOf<Output>(outcome: ToolOutcome | undefined, schema: z.ZodType<Output>): Output | undefined {
  if (outcome?.output === undefined) return undefined;
  const parsed = schema.safeParse(outcome.output);
  return parsed.success ? parsed.data : undefined;
}

/** A plan that only looks: every call is for the words, and where none of them gave anything its reason is said. */
export function lookUp<Output>(calls: PlannedCall[], schema: z.ZodType<Output>, say: (found: (Output | undefined)[]) => string): Plan {
  return {
    type: 'act',
    calls,
    say(results) {
      if (results.some(({ outcome }) => outcome.dryRun === true)) return 'I would look that up.';
      const found = results.map(({ outcome }) => outputOf(outcome, schema));
      return found.every((each) => each === undefined) ? whyNot(results) : say(found);
    },
  };
}

function whyNot(results: readonly CallResult[]): string {
  const reason = results.map(({ outcome }) => outcome.reason).find((each) => each !== undefined);
  return reason === undefined ? 'I could not look that up.' : `I could not look that up: ${reason}`;
}
