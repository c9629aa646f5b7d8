import { type ActOutcome, type Entity, type HomeAction, HomeActionSchema } from '../contract/home.ts';
import type { Risk } from '../contract/tool.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { describeAction } from './describe-action.ts';
import type { Home } from './home.ts';

/** Domains that let people in, keep them out or wake the street. */
const guardedDomains = new Set(['lock', 'alarm_control_panel', 'siren']);
const guardedCovers = new Set(['garage', 'gate', 'door']);
/** A press or a relay may move a door too; only its name tells. */
const doorWords = /garage[ _-]?door|\bgate\b|_gate\b|unlock|door[ _-]?(opener|lock|strike|release)/i;

/** `guarded` for what lets people in, keeps them out or wakes the street: a person is asked. */
export function riskOfEntity(entityId: string, entity: Entity | undefined): Risk {
  const domain = entity?.domain ?? entityId.split('.', 1)[0] ?? '';
  const words = `${entityId} ${entity?.name ?? ''}`;
  if (guardedDomains.has(domain)) return 'guarded';
  if (domain === 'cover')
    return guardedCovers.has(entity?.device_class ?? '') || /garage|\bgate\b|_gate\b/i.test(words) ? 'guarded' : 'change';
  if (['button', 'switch', 'script', 'input_button', 'valve'].includes(domain) && doorWords.test(words)) return 'guarded';
  return 'change';
}

const sentences = (outcomes: ActOutcome[]): string | undefined => {
  const reasons = [...new Set(outcomes.map((outcome) => outcome.reason).filter((reason) => reason !== undefined))];
  if (reasons.length <= 3) return reasons.join(' ') || undefined;
  return `${reasons.slice(0, 2).join(' ')} ${outcomes.length - 2} more did not work either.`;
};

/** Many outcomes as one: the worst decides. */
function fold(outcomes: ActOutcome[]): ToolResult {
  const rejected = outcomes.filter((each) => each.outcome === 'rejected');
  if (rejected.length > 0) return { outcome: 'rejected', reason: sentences(rejected) ?? 'That did not work.', output: outcomes };
  const unseen = outcomes.filter((each) => each.outcome === 'accepted');
  if (unseen.length === 0) return { outcome: 'confirmed', output: outcomes };
  const reason = sentences(unseen);
  return { outcome: 'accepted', ...(reason !== undefined && { reason }), output: outcomes };
}

/** The only way to operate a device: called by the gate, it is the only caller of `Home.act`. Output: `ActOutcome[]`. */
export function createHomeTool(home: Home): Tool<HomeAction> {
  return {
    manifest: {
      name: 'home.call-service',
      version: '1.0.0',
      title: 'Operate devices',
      description: 'Calls a Home Assistant service on devices of the home and reports for each whether its new state was seen.',
      input: HomeActionSchema,
      permissions: ['home'],
      risk: 'change',
      reversible: true,
      timeoutMs: 20_000,
    },
    describe: (action) => describeAction(action, home),
    riskOf: (action) => (action.entityIds.some((id) => riskOfEntity(id, home.entity(id)) === 'guarded') ? 'guarded' : 'change'),
    run: async (action, context) => fold(await home.act(action, context.signal)),
  };
}
