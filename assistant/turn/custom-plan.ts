import type { IntentMatch } from '../../contract/intent.ts';
import type { Phrasebook } from '../phrasebook.ts';
import type { CallResult, Plan, SkillView } from '../skills/skill.ts';

/** `{size} {coffeeDrink}` with the slots of the match; a slot that was not said leaves no trace. */
export function filled(template: string, slots: IntentMatch['slots']): string {
  return template
    .replace(/\{(\w+)\}/gu, (_whole, slot: string) => String(slots[slot] ?? ''))
    .replace(/\s{2,}/gu, ' ')
    .trim();
}

/** The plan a phrasebook entry asks for with its own `tool` or `reply`; undefined where it leaves the intent to JARVIS. */
export function customPlan(match: IntentMatch, phrasebook: Phrasebook, view: SkillView): Plan | undefined {
  const entry = phrasebook.entryOf(match);
  const [first, ...others] = entry?.reply ?? [];
  const words = first === undefined ? undefined : filled(view.pick([first, ...others]), match.slots);
  if (entry?.tool !== undefined) {
    const done = words ?? 'Done.';
    return {
      type: 'act',
      calls: [{ tool: entry.tool, input: match.slots }],
      say: ([result]) => wordsFor(result, done),
    };
  }
  return words === undefined ? undefined : { type: 'answer', text: words };
}

function wordsFor(result: CallResult | undefined, done: string): string {
  const outcome = result?.outcome;
  if (outcome === undefined || outcome.dryRun === true) return 'Nothing was done: this was a dry run.';
  switch (outcome.outcome) {
    case 'confirmed':
      return done;
    case 'accepted':
      return 'I have passed it on, but have not seen it happen yet.';
    case 'denied':
      return 'I have left it alone.';
    default:
      return outcome.reason ?? 'That did not work.';
  }
}
