import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { ActOutcomeSchema } from '../../contract/home.ts';
import { numeric } from './numeric.ts';
import { outputOf, UNDO_TOOL } from './records.ts';
import type { CallResult, Skill, SkillView } from './skill.ts';
import { lastStateInWords } from './state-words.ts';
import { unitOf } from './temperature.ts';
import { asSentence, isOrAre, listed, rounded, theEntity, theOne } from './wording.ts';

const OutcomesSchema = z.array(ActOutcomeSchema);

/** More are only counted. */
const MOST_TOLD = 4;

/** "The kitchen light is off again." Those of the same state share a sentence. */
function whatTheyAre(seen: readonly Entity[], view: SkillView): string[] {
  const byState = Map.groupBy(seen, again);
  return [...byState].map(([state, entities]) => {
    const are = entities.length > 1 ? 'are' : isOrAre(entities[0]!.name);
    return asSentence(`${listed(entities.map((entity) => theOne(entity, view)))} ${are} ${state} again`);
  });
}

/** A thermostat is put back to what it was set to, not to what it measures. */
function again(entity: Entity): string {
  const goal = entity.domain === 'climate' && entity.state !== 'off' ? numeric(entity.attributes.temperature) : undefined;
  return goal === undefined ? lastStateInWords(entity) : `set to ${rounded(goal)} ${unitOf(entity)}`;
}

/** Puts back what was done last; says what the devices are again by what was seen. */
export const undo: Skill = {
  intents: ['JarvisUndo'],
  plan({ targets }, view) {
    if (targets.length === 0) return { type: 'act', calls: [{ tool: UNDO_TOOL, input: {} }], say: ([result]) => sayUndone(result, view) };
    // "no, the hall": what was meant by mistake goes back, if it changed at all.
    return {
      type: 'act',
      calls: [{ tool: UNDO_TOOL, input: { about: targets } }],
      say: ([result]) => ((outputOf(result?.outcome, OutcomesSchema) ?? []).length === 0 ? '' : sayUndone(result, view)),
    };
  },
};

export function sayUndone(result: CallResult | undefined, view: SkillView): string {
  const outcome = result?.outcome;
  if (outcome?.dryRun === true) return 'Nothing was done: this was a dry run.';
  const outcomes = outputOf(outcome, OutcomesSchema) ?? [];
  if (outcome === undefined || outcomes.length === 0) {
    return outcome?.outcome === 'denied' ? 'I have left it as it is.' : asSentence(outcome?.reason ?? 'There is nothing to put back.');
  }
  const seen = outcomes.flatMap((each) => (each.outcome === 'confirmed' ? (view.entity(each.entityId) ?? []) : []));
  const parts = seen.length > MOST_TOLD ? [`${seen.length} devices are as they were.`] : whatTheyAre(seen, view);
  for (const each of outcomes) {
    const entity = view.entity(each.entityId);
    const name = entity === undefined ? 'it' : theEntity(entity);
    if (each.outcome === 'accepted') parts.push(`I asked ${name}, but it has not answered.`);
    if (each.outcome === 'rejected') parts.push(asSentence(each.reason ?? `${name} did not go back`));
  }
  return [...new Set(parts)].join(' ');
}
