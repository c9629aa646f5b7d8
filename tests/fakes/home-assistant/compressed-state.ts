import { isDeepStrictEqual } from 'node:util';
import type { State } from './state-machine.ts';

/** Seconds since the epoch, as `subscribe_entities` and the history write times. */
const seconds = (at: number) => at / 1000;

/** A whole state with the short keys of `subscribe_entities`: `lu` only where it is not `lc`. */
export function compressedState(state: State): Record<string, unknown> {
  const { id, parent_id, user_id } = state.context;
  return {
    s: state.state,
    a: state.attributes,
    c: parent_id === null && user_id === null ? id : state.context,
    lc: seconds(state.last_changed),
    ...(state.last_changed === state.last_updated ? {} : { lu: seconds(state.last_updated) }),
  };
}

/** What one `state_changed` becomes for `subscribe_entities`: added, removed, or the difference only. */
export function stateDifference(entityId: string, old: State | null, next: State | null): Record<string, unknown> {
  if (next === null) return { r: [entityId] };
  if (old === null) return { a: { [entityId]: compressedState(next) } };
  const additions: Record<string, unknown> = {};
  if (old.state !== next.state) additions.s = next.state;
  if (old.last_changed !== next.last_changed) additions.lc = seconds(next.last_changed);
  else if (old.last_updated !== next.last_updated) additions.lu = seconds(next.last_updated);
  const context = contextDifference(old, next);
  if (context !== undefined) additions.c = context;
  const added = Object.entries(next.attributes).filter(
    ([key, value]) => !(key in old.attributes && isDeepStrictEqual(old.attributes[key], value)),
  );
  if (added.length > 0) additions.a = Object.fromEntries(added);
  const removed = Object.keys(old.attributes).filter((key) => !(key in next.attributes));
  return { c: { [entityId]: { '+': additions, ...(removed.length > 0 ? { '-': { a: removed } } : {}) } } };
}

/** The id alone where only the id is new, else an object of what is new. */
function contextDifference(old: State, next: State): unknown {
  const changed: Record<string, unknown> = {};
  if (old.context.parent_id !== next.context.parent_id) changed.parent_id = next.context.parent_id;
  if (old.context.user_id !== next.context.user_id) changed.user_id = next.context.user_id;
  if (old.context.id === next.context.id) return Object.keys(changed).length > 0 ? changed : undefined;
  if (Object.keys(changed).length === 0) return next.context.id;
  return { ...changed, id: next.context.id };
}
