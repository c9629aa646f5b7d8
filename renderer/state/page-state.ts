import type { Area, Entity, Floor } from '../../contract/home.ts';
import type { InterfaceEvent, Status, TurnRecord } from '../../contract/interface.ts';
import type { Approval, ToolOutcome } from '../../contract/tool.ts';

/** How the page stands with its host. `unauthorised`: the host is there, but does not know this browser. */
export type Connection = 'connecting' | 'connected' | 'lost' | 'unauthorised';

export interface Notice {
  id: number;
  level: 'info' | 'warning' | 'error';
  text: string;
}

/** What the page knows about a command that it sent to a device. `sent` waits for the device's own word. */
export interface DeviceCall {
  callId: string;
  service: string;
  state: 'pending' | 'sent' | 'failed';
  reason?: string;
}

export interface PageState {
  connection: Connection;
  /** False until the first snapshot: the page shows that it is loading, not that the home is empty. */
  loaded: boolean;
  status: Status;
  floors: Floor[];
  areas: Area[];
  entities: ReadonlyMap<string, Entity>;
  approvals: Approval[];
  /** Oldest first, at most `TURN_LIMIT`. */
  turns: TurnRecord[];
  /** What was typed here, by turn id; the stream tells what was heard, not what was typed. */
  typed: Readonly<Record<string, string>>;
  level: { dbfs: number; speech: boolean };
  notices: Notice[];
  nextNoticeId: number;
  /** By entity id. */
  calls: Readonly<Record<string, DeviceCall>>;
}

/** What the reducer takes: the host's events, and what the page itself does or sees. */
export type PageEvent =
  | InterfaceEvent
  | { type: 'connection-changed'; connection: Connection }
  | { type: 'text-sent'; turnId: string; text: string }
  | { type: 'notice-dismissed'; id: number }
  | { type: 'call-started'; callId: string; service: string; entityIds: string[] }
  | { type: 'call-ended'; callId: string; entityIds: string[]; outcomes: ToolOutcome[] }
  | { type: 'call-failed'; callId: string; entityIds: string[]; reason: string };

export const TURN_LIMIT = 20;
export const NOTICE_LIMIT = 4;

/** The page before it has heard from any host. */
export function initialState(): PageState {
  return {
    connection: 'connecting',
    loaded: false,
    status: { presence: 'starting', muted: false, engines: [], services: [], bridges: [] },
    floors: [],
    areas: [],
    entities: new Map(),
    approvals: [],
    turns: [],
    typed: {},
    level: { dbfs: -100, speech: false },
    notices: [],
    nextNoticeId: 1,
    calls: {},
  };
}
