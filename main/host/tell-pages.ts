import { timerName } from '../../assistant/skills/timing.ts';
import { capitalised } from '../../assistant/skills/wording.ts';
import type { TimerService } from '../../assistant/timers/timer-service.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Home } from '../../iot/home.ts';
import type { UndoJournal } from '../../iot/undo-journal.ts';
import type { Approvals } from '../../tools/approvals.ts';
import type { Conversation } from './conversation.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import type { TurnJournal } from './turn-journal.ts';

/** Every turn event goes to the pages, and to the log without its words. Ends with `signal`. */
export async function tellTurns(journal: TurnJournal, state: HostState, log: Log, signal: AbortSignal): Promise<void> {
  for await (const event of journal.events(signal)) {
    const before = state.presenceNow();
    state.presence.apply(event);
    state.changes.publish({ type: 'turn-event', event });
    log.debug({ turnId: event.turnId, event: event.type, at: event.at }, 'turn');
    if (state.presenceNow() !== before) state.changed();
  }
}

/** ms between two whole pictures of the home: few devices come one by one, thousands come in a rush. */
const PICTURE_MS = { few: 50, many: 500 };
const MANY = 500;

/** Every new state at once; what came, went or was renamed soon after, many of them in one picture. */
export async function tellHome(home: Home, state: HostState, clock: Clock, signal: AbortSignal): Promise<void> {
  let picture: Promise<void> | undefined;
  const showSoon = async (): Promise<void> => {
    await clock.sleep(home.snapshot().entities.length < MANY ? PICTURE_MS.few : PICTURE_MS.many, signal);
    picture = undefined;
    state.changes.publish({ type: 'home-structure', ...home.snapshot() });
    state.changed();
  };
  for await (const change of home.changes(signal)) {
    if (change.type === 'entity-changed') state.changes.publish({ type: 'entity-changed', entity: change.entity });
    else if (picture === undefined) {
      picture = showSoon();
      // Its only failure is the signal's, which ends this loop as well.
      picture.catch(() => undefined);
    }
  }
}

/** What can be put back, and what no longer. */
export async function tellUndo(journal: Pick<UndoJournal, 'changes'>, state: HostState, signal: AbortSignal): Promise<void> {
  for await (const change of journal.changes(signal)) {
    if (change.type === 'offered') state.changes.publish({ type: 'undo-offered', offer: change.offer });
    else state.changes.publish({ type: 'undo-ended', undoId: change.undoId });
  }
}

/** The card on the page. */
export async function tellApprovals(approvals: Approvals, state: HostState, signal: AbortSignal): Promise<void> {
  for await (const change of approvals.changes(signal)) {
    if (change.type === 'asked') state.changes.publish({ type: 'approval-asked', approval: change.approval });
    else {
      const { approvalId, approved } = change.answer;
      state.changes.publish({ type: 'approval-ended', approvalId, approved });
    }
  }
}

/** A timer says its name, or carries out what it was set for. */
export async function ringTimers(timers: TimerService, conversation: Conversation, signal: AbortSignal): Promise<void> {
  for await (const timer of timers.rings(signal)) {
    if (timer.command === undefined) conversation.announce(`${capitalised(timerName(timer))} is up.`, timer.room);
    else conversation.ring(timer);
  }
}
