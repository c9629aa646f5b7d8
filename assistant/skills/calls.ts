import { z } from 'zod';
import type { Entity, HomeAction } from '../../contract/home.ts';
import { ActOutcomeSchema } from '../../contract/home.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { riskOfEntity } from '../../iot/risk-of-entity.ts';
import type { CallResult, Plan, PlannedCall, SkillView } from './skill.ts';
import { fail } from './skill.ts';
import { asSentence, capitalised, listed, theEntity } from './wording.ts';

export const HOME_TOOL = 'home.call-service';

/** One call per service, and per device where a person is asked: each part is judged by itself. */
export function homeCalls(
  entities: readonly Entity[],
  serviceOf: (entity: Entity) => { service: string; data?: Record<string, unknown> },
  /** Finds the members of a group, which may be doors. */
  lookUp: (entityId: string) => Entity | undefined = () => undefined,
): PlannedCall[] {
  const groups = new Map<string, HomeAction>();
  for (const entity of entities) {
    const { service, data = {} } = serviceOf(entity);
    const key = riskOfEntity(entity.id, entity, lookUp) === 'guarded' ? entity.id : `${service} ${JSON.stringify(data)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { service, entityIds: [entity.id], data });
    else group.entityIds.push(entity.id);
  }
  return [...groups.values()].map((input) => ({ tool: HOME_TOOL, input }));
}

interface Seen {
  confirmed: Entity[];
  accepted: Entity[];
  /** Sentences about what did not happen. */
  troubles: string[];
}

const OutputSchema = z.array(ActOutcomeSchema);
/** Did a call come to anything? One device that refuses does not undo what the others did. */
export function cameToSomething({ outcome, output, dryRun }: ToolOutcome): boolean {
  if (dryRun === true) return false;
  if (outcome === 'confirmed' || outcome === 'accepted') return true;
  const each = OutputSchema.safeParse(output);
  return each.success && each.data.some((one) => one.outcome !== 'rejected');
}

const EntityIdsSchema = z.object({ entityIds: z.array(z.string()) });

function seenIn(results: readonly CallResult[], view: SkillView): Seen {
  const seen: Seen = { confirmed: [], accepted: [], troubles: [] };
  for (const { call, outcome } of results) {
    const output = OutputSchema.safeParse(outcome.output);
    if (output.success && output.data.length > 0) {
      for (const each of output.data) {
        const entity = view.entity(each.entityId);
        if (entity === undefined) continue;
        if (each.outcome === 'rejected') seen.troubles.push(each.reason ?? `${capitalised(theEntity(entity))} refused.`);
        else seen[each.outcome].push(entity);
      }
      continue;
    }
    const ids = EntityIdsSchema.safeParse(call.input);
    const entities = (ids.success ? ids.data.entityIds : []).flatMap((id) => view.entity(id) ?? []);
    if (outcome.outcome === 'confirmed') seen.confirmed.push(...entities);
    else if (outcome.outcome === 'accepted') seen.accepted.push(...entities);
    else seen.troubles.push(troubleOf(outcome.outcome, outcome.reason, entities));
  }
  return seen;
}

function troubleOf(outcome: 'rejected' | 'denied' | 'failed', reason: string | undefined, entities: readonly Entity[]): string {
  const subject = entities.length === 0 ? 'that' : listed(entities.slice(0, 3).map(theEntity));
  if (outcome === 'denied') return `I have left ${subject} alone${reason === undefined ? '.' : `: ${reason}`}`;
  return reason ?? `${capitalised(subject)} did not do it.`;
}

/**
 * A plan that acts on entities and then says what was seen: `done` words the confirmed ones; what was only accepted, refused or denied is
 * said as that, never as done.
 */
export function actPlan(
  entities: readonly Entity[],
  view: SkillView,
  serviceOf: (entity: Entity) => { service: string; data?: Record<string, unknown> },
  done: (confirmed: Entity[]) => string,
): Plan {
  if (entities.length === 0) return fail('no-target', 'anything like that here');
  return {
    type: 'act',
    calls: homeCalls(entities, serviceOf, (id) => view.entity(id)),
    say(results) {
      if (results.some((result) => result.outcome.dryRun)) return 'Nothing was done: this was a dry run.';
      const seen = seenIn(results, view);
      const parts: string[] = [];
      if (seen.confirmed.length > 0) parts.push(asSentence(done(seen.confirmed)));
      if (seen.accepted.length > 0) {
        const waiting = seen.accepted.length > 3 ? `${seen.accepted.length} devices` : listed(seen.accepted.map(theEntity));
        parts.push(`I asked ${waiting}, but ${seen.accepted.length === 1 ? 'it has' : 'they have'} not answered.`);
      }
      parts.push(...new Set(seen.troubles.map(asSentence)));
      return parts.join(' ');
    },
  };
}

/** The entities a match means, in the order the phrasebook gave. */
export function targetsOf(match: { targets: readonly string[] }, view: SkillView): Entity[] {
  return match.targets.flatMap((id) => view.entity(id) ?? []);
}
