import { z } from 'zod';
import type { ActOutcome, Entity, TodoItem } from '../../contract/home.ts';
import { sentenceName, theName } from '../services/entity-words.ts';
import type { Refusal, ServicePlan } from '../services/service-rule.ts';
import { ask } from './ask-home-assistant.ts';
import { refusalOf } from './call-refusal.ts';
import type { CallContext } from './call-service.ts';
import { ConnectionProblem } from './connection-problem.ts';
import { type CommandChannel, CommandError } from './session.ts';

const ItemsSchema = z.object({
  items: z.array(
    z.object({
      uid: z.string().optional(),
      summary: z.string().optional(),
      status: z.enum(['needs_action', 'completed']).optional(),
      due: z.string().optional(),
    }),
  ),
});

/** What `planService` lets through. */
const ChangeSchema = z.object({
  item: z.union([z.string(), z.array(z.string())]).optional(),
  rename: z.string().optional(),
  status: z.enum(['needs_action', 'completed']).optional(),
});

/** ms between two readings of the list while it does not show the change. */
const rereadEvery = 400;

export const isTodoList = (entity: Entity): boolean => entity.domain === 'todo';

/** @throws JarvisError */
export async function readTodoItems(channel: CommandChannel, entityId: string, signal: AbortSignal): Promise<TodoItem[]> {
  const { items } = await ask(channel, ItemsSchema, { type: 'todo/item/list', entity_id: entityId }, signal);
  return items.flatMap(({ uid, summary, status, due: when }) =>
    summary === undefined
      ? []
      : [{ uid: uid ?? summary, summary, status: status ?? 'needs_action', ...(when !== undefined && { due: when }) }],
  );
}

/** By uid, or by name as people write it; of two with one name the one that is still to be done. */
function find(items: readonly TodoItem[], wanted: string): TodoItem | undefined {
  const name = wanted.toLowerCase();
  const named = items.filter(({ summary }) => summary.toLowerCase() === name);
  return items.find(({ uid }) => uid === wanted) ?? named.find(({ status }) => status === 'needs_action') ?? named[0];
}

interface Change {
  data: Record<string, unknown>;
  /** Does the list show it? */
  shownBy(items: readonly TodoItem[]): boolean;
}

/** Home Assistant finds items by their exact name or their uid, so the uid is what it is given. */
function planChange(entity: Entity, { service, data }: ServicePlan, before: readonly TodoItem[]): Change | Refusal {
  const { item, rename, status } = ChangeSchema.parse(data);
  const names = item === undefined ? [] : [item].flat();
  if (service === 'todo.remove_completed_items') return { data, shownBy: (items) => items.every((each) => each.status !== 'completed') };
  if (service === 'todo.add_item') {
    const count = (items: readonly TodoItem[]): number => items.filter(({ summary }) => summary === names[0]).length;
    return { data, shownBy: (items) => count(items) > count(before) };
  }
  const uids: string[] = [];
  for (const name of names) {
    const found = find(before, name);
    if (!found) return { refusal: `${sentenceName(entity)} has no ${name.slice(0, 60)}.` };
    uids.push(found.uid);
  }
  if (service === 'todo.remove_item')
    return { data: { ...data, item: uids }, shownBy: (items) => !items.some(({ uid }) => uids.includes(uid)) };
  return {
    data: { ...data, item: uids[0] },
    shownBy: (items) => {
      // a list without uids of its own knows the item by its new name only
      const now = items.find(({ uid }) => uid === uids[0]) ?? (rename === undefined ? undefined : find(items, rename));
      return now !== undefined && (rename === undefined || now.summary === rename) && (status === undefined || now.status === status);
    },
  };
}

/** Changes a list and reads it again until it shows the change. */
export async function todoAct(
  entity: Entity,
  plan: ServicePlan,
  { session, clock, limitMs }: CallContext,
  signal: AbortSignal,
): Promise<ActOutcome[]> {
  const entityId = entity.id;
  const rejected = (reason: string): ActOutcome[] => [{ entityId, outcome: 'rejected', reason, state: entity.state }];
  const service = plan.service.slice('todo.'.length);
  let sent = false;
  try {
    const change = planChange(entity, plan, await readTodoItems(session, entityId, signal));
    if ('refusal' in change) return rejected(change.refusal);
    sent = true;
    const target = { entity_id: [entityId] };
    await session.request(z.unknown(), { type: 'call_service', domain: 'todo', service, target, service_data: change.data }, signal);
    const begun = clock.monotonic();
    for (;;) {
      const items = await readTodoItems(session, entityId, signal);
      const state = String(items.filter(({ status }) => status === 'needs_action').length);
      if (change.shownBy(items)) return [{ entityId, outcome: 'confirmed', state }];
      if (clock.monotonic() - begun >= limitMs(entity.domain))
        return [{ entityId, outcome: 'accepted', reason: `${sentenceName(entity)} does not show it yet.`, state }];
      await clock.sleep(rereadEvery, signal);
    }
  } catch (error) {
    if (error instanceof CommandError) return rejected(refusalOf(error, plan.service, entity));
    if (!sent) return rejected(signal.aborted ? 'Cancelled.' : `I cannot read ${theName(entity)} just now.`);
    const lost = error instanceof ConnectionProblem || session.over.aborted;
    const reason = lost
      ? 'The connection to Home Assistant was lost before it answered.'
      : `${sentenceName(entity)} has not said that it is done.`;
    return [{ entityId, outcome: 'accepted', reason }];
  }
}
