import type { Entity } from '../../contract/home.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { type DeviceCall, NOTICE_LIMIT, type Notice, type PageEvent, type PageState, TURN_LIMIT } from './page-state.ts';

/**
 * The page after an event. Pure: parts that an event does not touch keep their identity, so that what shows them is not drawn again.
 * `now` in ms since the epoch dates a turn whose beginning is first heard of here.
 */
export function apply(state: PageState, event: PageEvent, now: number): PageState {
  switch (event.type) {
    case 'snapshot':
      return {
        ...state,
        connection: 'connected',
        loaded: true,
        status: event.status,
        floors: event.floors,
        areas: event.areas,
        entities: byId(event.entities),
        approvals: event.approvals,
        turns: event.turns.slice(-TURN_LIMIT),
        typed: keepTyped(state.typed, event.turns),
        level: { dbfs: -100, speech: false },
      };
    case 'turn-event': {
      const turns = withTurnEvent(state.turns, event.event, now);
      return { ...state, turns, typed: keepTyped(state.typed, turns) };
    }
    case 'status-changed':
      return { ...state, status: event.status };
    case 'entity-changed':
      return {
        ...state,
        entities: new Map(state.entities).set(event.entity.id, event.entity),
        calls: without(state.calls, [event.entity.id]),
      };
    case 'home-structure':
      return { ...state, floors: event.floors, areas: event.areas, entities: byId(event.entities) };
    case 'approval-asked':
      return { ...state, approvals: [...state.approvals.filter((approval) => approval.id !== event.approval.id), event.approval] };
    case 'approval-ended':
      return { ...state, approvals: state.approvals.filter((approval) => approval.id !== event.approvalId) };
    case 'level':
      return { ...state, level: { dbfs: event.dbfs, speech: event.speech } };
    case 'notice':
      return withNotice(state, event.level, event.text);
    case 'connection-changed':
      return { ...state, connection: event.connection };
    case 'text-sent':
      return { ...state, typed: { ...state.typed, [event.turnId]: event.text } };
    case 'notice-dismissed':
      return { ...state, notices: state.notices.filter((notice) => notice.id !== event.id) };
    case 'call-started': {
      const call: DeviceCall = { callId: event.callId, service: event.service, state: 'pending' };
      return { ...state, calls: { ...state.calls, ...Object.fromEntries(event.entityIds.map((id) => [id, call])) } };
    }
    case 'call-ended':
      return { ...state, calls: settle(state.calls, event.callId, event.entityIds, event.outcomes) };
    case 'call-failed':
      return { ...state, calls: settle(state.calls, event.callId, event.entityIds, [{ outcome: 'failed', reason: event.reason }]) };
    default:
      return event satisfies never;
  }
}

function byId(entities: Entity[]): Map<string, Entity> {
  return new Map(entities.map((entity) => [entity.id, entity]));
}

function withTurnEvent(turns: TurnRecord[], event: TurnEvent, now: number): TurnRecord[] {
  const index = turns.findLastIndex((turn) => turn.turnId === event.turnId);
  const turn = turns[index];
  if (!turn) return [...turns, { turnId: event.turnId, startedAt: now - event.at, events: [event] }].slice(-TURN_LIMIT);
  return turns.with(index, { ...turn, events: [...turn.events, event] });
}

/** Words of turns that have left the page leave it too. A turn that has not begun yet keeps its words. */
function keepTyped(typed: PageState['typed'], turns: TurnRecord[]): PageState['typed'] {
  const entries = Object.entries(typed);
  if (entries.length <= TURN_LIMIT) return typed;
  const shown = new Set(turns.map((turn) => turn.turnId));
  return Object.fromEntries(entries.filter(([turnId], index) => shown.has(turnId) || index === entries.length - 1));
}

function withNotice(state: PageState, level: Notice['level'], text: string): PageState {
  const notice: Notice = { id: state.nextNoticeId, level, text };
  const others = state.notices.filter((other) => other.text !== text);
  return { ...state, notices: [...others, notice].slice(-NOTICE_LIMIT), nextNoticeId: state.nextNoticeId + 1 };
}

/** One outcome for each entity in order, or one for all of them. A newer call to the same device is left alone. */
function settle(calls: PageState['calls'], callId: string, entityIds: string[], outcomes: ToolOutcome[]): PageState['calls'] {
  let settled = calls;
  entityIds.forEach((entityId, index) => {
    const call = calls[entityId];
    if (call?.callId !== callId) return;
    const outcome = outcomes[index] ?? outcomes.at(-1);
    switch (outcome?.outcome) {
      case 'confirmed':
        settled = without(settled, [entityId]);
        break;
      case 'accepted':
      case undefined:
        settled = {
          ...settled,
          [entityId]: { ...call, state: 'sent', ...(outcome?.reason === undefined ? {} : { reason: outcome.reason }) },
        };
        break;
      default:
        settled = {
          ...settled,
          [entityId]: { ...call, state: 'failed', reason: outcome?.reason ?? sentences[outcome?.outcome ?? 'failed'] },
        };
    }
  });
  return settled;
}

const sentences = { rejected: 'The device refused.', denied: 'Not allowed.', failed: 'That did not work.' };

function without(calls: PageState['calls'], entityIds: string[]): PageState['calls'] {
  if (!entityIds.some((id) => id in calls)) return calls;
  return Object.fromEntries(Object.entries(calls).filter(([id]) => !entityIds.includes(id)));
}
