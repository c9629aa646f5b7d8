import type {
  ActOutcome,
  Area,
  BridgeStatus,
  CalendarEvent,
  Entity,
  Floor,
  Forecast,
  HomeAction,
  HomeChange,
  StatePoint,
  TodoItem,
} from '../contract/home.ts';

/** One way into the home (MQTT, a file, Home Assistant). */
export interface HomeBridge {
  readonly name: string;
  readonly status: BridgeStatus;
  /** Grows with every change of names or places, not of state. */
  readonly structureVersion: number;
  /** Grows with every change at all, the bridge's own status included. Without it every snapshot of the home looks at every entity again. */
  readonly version?: number;
  /** Resolves when the first whole picture of the home is there; keeps reconnecting until `signal` aborts. */
  connect(signal: AbortSignal): Promise<void>;
  snapshot(): { floors: Floor[]; areas: Area[]; entities: Entity[] };
  entity(entityId: string): Entity | undefined;
  /** Every change from now on, status changes included as `structure-changed`; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<HomeChange>;
  /** Acts, watches, and says what was seen, one outcome per entity. Never throws for a device that refuses. */
  act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]>;
  /** What this bridge can look up beside the present state; absent where it knows nothing more. */
  readonly records?: HomeRecords;
}

/**
 * What a home remembers and plans. Every member is asked for entities of that bridge only. Each rejects with a `JarvisError`
 * (`home-unreachable`, `timed-out`, `tool-failed` with a reason) when it cannot answer.
 */
export interface HomeRecords {
  /** States of each entity from `from` to `to` (ms since the epoch), oldest first; the first point is the state at `from`, where known. */
  history?(entityIds: readonly string[], from: number, to: number, signal: AbortSignal): Promise<Map<string, StatePoint[]>>;
  calendarEvents?(entityId: string, from: number, to: number, signal: AbortSignal): Promise<CalendarEvent[]>;
  forecast?(entityId: string, type: 'daily' | 'hourly', signal: AbortSignal): Promise<Forecast[]>;
  todoItems?(entityId: string, signal: AbortSignal): Promise<TodoItem[]>;
  /** The bridge's own conversation agent answers; it may act by itself, so only the gate calls it. */
  converse?(text: string, options: { conversationId?: string; language?: string }, signal: AbortSignal): Promise<ConversationAnswer>;
}

export interface ConversationAnswer {
  speech: string;
  /** Home Assistant's `response_type`. */
  type: 'action_done' | 'query_answer' | 'error';
  conversationId?: string;
  /** It asked something back. */
  continues: boolean;
}
