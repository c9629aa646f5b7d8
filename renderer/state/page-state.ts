import type { ChatConversation } from '../../contract/chat.ts';
import type { InterfaceEvent, Status, TurnRecord } from '../../contract/interface.ts';
import type { Download, EnginePack, PoolStatus } from '../../contract/models.ts';
import type { Approval } from '../../contract/tool.ts';
import type { Undoable } from './undoable.ts';

/** How the page stands with its host. `unauthorised`: the host is there, but does not know this browser. */
export type Connection = 'connecting' | 'connected' | 'lost' | 'unauthorised';

export interface Notice {
  id: number;
  level: 'info' | 'warning' | 'error';
  text: string;
}

/** What the page shows, but for the devices: those live in `HomeStore` and `DeviceCalls`, where one of them changes without the others. */
export interface PageState {
  connection: Connection;
  /** False until the first snapshot: the page shows that it is loading, not that the home is empty. */
  loaded: boolean;
  status: Status;
  approvals: Approval[];
  /** Oldest first. */
  undo: Undoable[];
  /** Oldest first, at most `TURN_LIMIT`. */
  turns: TurnRecord[];
  /** What was typed here, by turn id; the stream tells what was heard, not what was typed. */
  typed: Readonly<Record<string, string>>;
  level: { dbfs: number; speech: boolean };
  /** Undefined until one of them changes: what was there before is fetched. */
  models: { downloads: Download[]; pack: EnginePack; pool: PoolStatus } | undefined;
  /** Counts the changes of providers, budget and persona: who shows them fetches them anew. */
  mindVersion: number;
  /** Those that changed since the page is here, by id; null: deleted. */
  conversations: Readonly<Record<string, ChatConversation | null>>;
  notices: Notice[];
  nextNoticeId: number;
}

/** What the reducer takes: the host's events, and what the page itself does or sees. */
export type PageEvent =
  | InterfaceEvent
  | { type: 'connection-changed'; connection: Connection }
  | { type: 'text-sent'; turnId: string; text: string }
  | { type: 'notice-dismissed'; id: number }
  /** Something that was done here and that the page itself can take back. */
  | { type: 'undoable-added'; undoable: Undoable }
  | { type: 'undoable-ended'; id: string };

export const TURN_LIMIT = 20;
export const NOTICE_LIMIT = 4;
export const UNDO_LIMIT = 30;

/** The page before it has heard from any host. */
export function initialState(): PageState {
  return {
    connection: 'connecting',
    loaded: false,
    status: { presence: 'starting', muted: false, engines: [], services: [], bridges: [] },
    approvals: [],
    undo: [],
    turns: [],
    typed: {},
    level: { dbfs: -100, speech: false },
    models: undefined,
    mindVersion: 0,
    conversations: {},
    notices: [],
    nextNoticeId: 1,
  };
}
