import { z } from 'zod';
import type { ActOutcome } from '../contract/home.ts';
import type { Tool } from '../tools/tool.ts';
import type { Home } from './home.ts';
import { foldOutcomes } from './home-tool.ts';
import { riskOfAction } from './risk-of-entity.ts';
import type { UndoJournal } from './undo-journal.ts';

type UndoInput = { undoId: string };

function lastAbout(journal: UndoJournal, about: readonly string[] | undefined): string | undefined {
  const last = journal.last()?.undoId;
  if (last === undefined || about === undefined) return last;
  return journal.plan(last)?.before.every(({ id }) => about.includes(id)) === true ? last : undefined;
}

/** Worst of what the steps of one entity came to. */
const rank = { confirmed: 0, accepted: 1, rejected: 2 } as const;

/**
 * Puts back what was done last, or what `undoId` names. As risky as the devices it moves. What it did can itself be put back. Output: `ActOutcome[]`.
 */
export function createUndoTool(home: Home, journal: UndoJournal): Tool<UndoInput> {
  return {
    manifest: {
      name: 'home.undo',
      version: '1.0.0',
      title: 'Put back',
      description: 'Brings devices back to how they were before the last change, or before the change that undoId names.',
      // "the last" is settled here, so that a person approves this one and no later one
      input: z
        .strictObject({
          undoId: z.string().max(200).optional(),
          /** Only if the last change was about none but these. */
          about: z.array(z.string().max(255)).max(10_000).optional(),
        })
        .transform(({ undoId, about }) => ({ undoId: undoId ?? lastAbout(journal, about) ?? '' })),
      permissions: { home: true },
      risk: 'change',
      taints: 'device',
      reversible: true,
      timeoutMs: 30_000,
    },
    describe({ undoId }) {
      const offer = journal.plan(undoId)?.offer;
      return offer ? `Take back: ${offer.sentence}` : 'Take back nothing: there is nothing to put back';
    },
    riskOf({ undoId }) {
      const entityIds = journal.plan(undoId)?.before.map(({ id }) => id) ?? [];
      return riskOfAction({ service: 'homeassistant.undo', entityIds }, (entityId) => home.entity(entityId));
    },
    async run({ undoId }, { turnId, signal }) {
      const plan = journal.plan(undoId);
      if (!plan)
        return {
          outcome: 'rejected',
          reason: undoId === '' ? 'There is nothing to put back.' : 'It is too late to put that back.',
          output: [],
        };
      const before = plan.before.flatMap(({ id }) => home.entity(id) ?? []);
      const outcomes = new Map<string, ActOutcome>();
      for (const action of plan.actions) {
        // what has refused one step is left alone
        const entityIds = action.entityIds.filter((id) => outcomes.get(id)?.outcome !== 'rejected');
        if (entityIds.length === 0) continue;
        for (const outcome of await home.act({ ...action, entityIds }, signal)) {
          const earlier = outcomes.get(outcome.entityId);
          if (!earlier || rank[outcome.outcome] >= rank[earlier.outcome]) outcomes.set(outcome.entityId, outcome);
        }
      }
      for (const { id } of plan.before) {
        const state = home.entity(id)?.state;
        // nothing had to be done: it is as it was
        if (!outcomes.has(id)) outcomes.set(id, { entityId: id, outcome: 'confirmed', ...(state !== undefined && { state }) });
      }
      const all = [...outcomes.values()];
      if (all.some(({ outcome }) => outcome !== 'rejected')) {
        journal.end(undoId);
        journal.record({ turnId, sentence: `Take back: ${plan.offer.sentence}`, service: 'home.undo', before, outcomes: all });
      }
      return foldOutcomes(all);
    },
  };
}
