import { type ActOutcome, type HomeAction, HomeActionSchema } from '../contract/home.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { describeAction } from './describe-action.ts';
import type { Home } from './home.ts';
import { riskOfAction } from './risk-of-entity.ts';
import type { UndoJournal } from './undo-journal.ts';

const sentences = (outcomes: ActOutcome[]): string | undefined => {
  const reasons = [...new Set(outcomes.map((outcome) => outcome.reason).filter((reason) => reason !== undefined))];
  if (reasons.length <= 3) return reasons.join(' ') || undefined;
  return `${reasons.slice(0, 2).join(' ')} ${outcomes.length - 2} more did not work either.`;
};

/** Many outcomes as one: the worst decides. Confirmed only where every single one was seen. */
export function foldOutcomes(outcomes: ActOutcome[]): ToolResult {
  const rejected = outcomes.filter((each) => each.outcome === 'rejected');
  if (rejected.length > 0 || outcomes.length === 0)
    return { outcome: 'rejected', reason: sentences(rejected) ?? 'That did not work.', output: outcomes };
  const unseen = outcomes.filter((each) => each.outcome === 'accepted');
  if (unseen.length === 0) return { outcome: 'confirmed', output: outcomes };
  const reason = sentences(unseen);
  return { outcome: 'accepted', ...(reason !== undefined && { reason }), output: outcomes };
}

/**
 * The only way to operate a device: called by the gate, it is the only caller of `Home.act` but for the undoing of what it did. Output: `ActOutcome[]`.
 * @param journal remembers how things were before
 */
export function createHomeTool(home: Home, journal?: UndoJournal): Tool<HomeAction> {
  return {
    manifest: {
      name: 'home.call-service',
      version: '1.0.0',
      title: 'Operate devices',
      description: 'Calls a Home Assistant service on devices of the home and reports for each whether its new state was seen.',
      input: HomeActionSchema,
      permissions: { home: true },
      risk: 'change',
      taints: 'device',
      reversible: true,
      timeoutMs: 20_000,
    },
    describe: (action) => describeAction(action, home),
    riskOf: (action) => riskOfAction(action, (entityId) => home.entity(entityId)),
    async run(action, { turnId, signal }) {
      const before = [...new Set(action.entityIds)].flatMap((entityId) => home.entity(entityId) ?? []);
      const sentence = describeAction(action, home);
      const outcomes = await home.act(action, signal);
      journal?.record({ turnId, sentence, service: action.service, before, outcomes });
      return foldOutcomes(outcomes);
    },
  };
}
