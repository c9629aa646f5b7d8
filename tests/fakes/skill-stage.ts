import type { CallResult, Plan } from '../../assistant/skills/skill.ts';
import { skillFor } from '../../assistant/skills/skills.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import type { Scene } from './home-scene.ts';
import { viewOf } from './home-scene.ts';

const CONFIRMED: ToolOutcome = { outcome: 'confirmed' };

export function planOf(of: IntentMatch, scene: Scene): Plan {
  const made = skillFor(of.intent)?.plan(of, viewOf(scene));
  if (made === undefined) throw new Error(`no skill for ${of.intent}`);
  return made;
}

/** The inputs of the calls a match leads to. */
export function callsOf(of: IntentMatch, scene: Scene): unknown[] {
  const made = planOf(of, scene);
  return made.type === 'act' ? made.calls.map(({ input }) => input) : [];
}

/** What is said when the calls end like this, one outcome for each call or one for all. */
export function saidOf(of: IntentMatch, scene: Scene, ...outcomes: ToolOutcome[]): string {
  const made = planOf(of, scene);
  switch (made.type) {
    case 'act':
      return made.say(made.calls.map((call, index): CallResult => ({ call, outcome: outcomes[index] ?? outcomes[0] ?? CONFIRMED })));
    case 'answer':
      return made.text;
    case 'ask':
      return `Which of ${made.which.join(', ')}?`;
    case 'fail':
      return sentenceFor(made.failure);
    case 'end':
      return made.text ?? '';
    default:
      return made satisfies never;
  }
}
