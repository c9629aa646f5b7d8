import type { TurnRecord } from '../../contract/interface.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { NOTICE_LIMIT, type Notice, type PageEvent, type PageState, TURN_LIMIT, UNDO_LIMIT } from './page-state.ts';
import { fromOffer, type Undoable } from './undoable.ts';

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
        approvals: event.approvals,
        undo: [...event.undo.map(fromOffer), ...state.undo.filter(({ by }) => by.type === 'setting')].sort((a, b) => a.at - b.at),
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
    // `HomeStore` follows these.
    case 'entity-changed':
    case 'home-structure':
      return state;
    case 'approval-asked':
      return { ...state, approvals: [...state.approvals.filter((approval) => approval.id !== event.approval.id), event.approval] };
    case 'approval-ended':
      return { ...state, approvals: state.approvals.filter((approval) => approval.id !== event.approvalId) };
    case 'undo-offered':
      return withUndoable(state, fromOffer(event.offer));
    case 'undo-ended':
      return { ...state, undo: state.undo.filter((each) => each.id !== event.undoId) };
    case 'undoable-added':
      return withUndoable(state, event.undoable);
    case 'undoable-ended':
      return { ...state, undo: state.undo.filter((each) => each.id !== event.id) };
    case 'models-changed':
      return { ...state, models: { downloads: event.downloads, pack: event.pack, pool: event.pool } };
    case 'mind-changed':
      return { ...state, mindVersion: state.mindVersion + 1 };
    case 'conversation-changed':
      return { ...state, conversations: { ...state.conversations, [event.conversation.id]: event.conversation } };
    case 'conversation-deleted':
      return { ...state, conversations: { ...state.conversations, [event.id]: null } };
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
    default:
      return event satisfies never;
  }
}

function withUndoable(state: PageState, undoable: Undoable): PageState {
  return { ...state, undo: [...state.undo.filter((each) => each.id !== undoable.id), undoable].slice(-UNDO_LIMIT) };
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
