import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import type { Gate } from '../../tools/gate.ts';
import type { HostState } from './host-state.ts';

/** Puts what was asked before a restart to the gate anew, and tells the pages what came of it: the turn that would have told it is gone. */
export function putAnew(gate: Gate, state: Pick<HostState, 'notice'>, signal: AbortSignal): (request: ToolRequest) => Promise<void> {
  return async (request) => {
    const outcome = await gate.call(request, signal);
    state.notice(outcome.outcome === 'confirmed' ? 'info' : 'warning', wordsFor(outcome));
  };
}

function wordsFor({ outcome, reason }: ToolOutcome): string {
  switch (outcome) {
    case 'confirmed':
      return 'What was asked before I restarted is done.';
    case 'accepted':
      return 'What was asked before I restarted is under way, but nothing has answered yet.';
    case 'rejected':
    case 'denied':
    case 'failed':
      return `What was asked before I restarted was not done${reason === undefined ? '.' : `: ${reason}`}`;
    default:
      return outcome satisfies never;
  }
}
