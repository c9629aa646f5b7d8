import type { IntentMatch } from '../../contract/intent.ts';
import { UNDO_TOOL } from '../skills/records.ts';
import type { Plan, SkillView } from '../skills/skill.ts';
import { skillFor } from '../skills/skills.ts';
import { sayUndone } from '../skills/undo.ts';
import { calledOffWords } from './delayed-command.ts';
import type { TimersSet } from './turn-context.ts';

/** What a match leads to where the person's own sentences say nothing else: what was just set is called off, else the skill of the intent. */
export function planFor(match: IntentMatch, view: SkillView, timers: TimersSet | undefined): Plan {
  const skilled = () => skillFor(match.intent)?.plan(match, view);
  return callOff(match, timers, view) ?? skilled() ?? { type: 'answer', text: 'I understood, but nothing is set up to do that.' };
}

/** "Cancel that" and "undo that", said right after a delayed command, mean that command. */
function callOff({ intent }: IntentMatch, timers: TimersSet | undefined, view: SkillView): Plan | undefined {
  const isUndo = intent === 'JarvisUndo';
  if (timers === undefined || (!isUndo && intent !== 'HassNevermind')) return undefined;
  const running = timers.ids.filter((id) => view.timers().some((timer) => timer.id === id));
  if (running.length === 0) return undefined;
  const words = calledOffWords(running, view);
  const cancel = { tool: 'timer.cancel', input: { timerIds: running } };
  if (isUndo && timers.alsoActed) {
    return { type: 'act', calls: [cancel, { tool: UNDO_TOOL, input: {} }], say: ([, undone]) => sayUndone(undone, view) };
  }
  return {
    type: 'act',
    calls: [cancel],
    say: ([result]) => (result?.outcome.outcome === 'confirmed' ? words : (result?.outcome.reason ?? 'That did not work.')),
  };
}
