import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { CallResult, PlannedCall } from '../skills/skill.ts';
import { callTool, type TurnContext } from './turn-context.ts';

/** Tells when something that is under way waits for a person's yes. */
export interface Waiting {
  /** Hears the events of what is under way. */
  emit(event: TurnEventBody): void;
  /** Starts the next one when the one before has ended or waits for a yes, so that several are asked about together; each ends in its own time. */
  each<Item, Result>(items: readonly Item[], start: (item: Item) => Promise<Result>): Promise<Result[]>;
}

export function waitingFor(emit: (event: TurnEventBody) => void): Waiting {
  let asked: () => void = () => undefined;
  return {
    emit(event) {
      emit(event);
      if (event.type === 'approval-asked') asked();
    },
    async each(items, start) {
      const started: ReturnType<typeof start>[] = [];
      try {
        for (const item of items) {
          const waits = new Promise<void>((resolve) => (asked = resolve));
          const one = start(item);
          started.push(one);
          await Promise.race([one, waits]);
        }
      } finally {
        // Nothing of a turn goes on behind its back, whatever became of the others.
        await Promise.allSettled(started);
      }
      return Promise.all(started);
    },
  };
}

/** The calls of one plan, in their order. */
export function callTogether(calls: readonly PlannedCall[], context: TurnContext): Promise<CallResult[]> {
  const waiting = waitingFor(context.emit);
  return waiting.each(calls, async (call) => ({ call, outcome: await callTool(call, { ...context, emit: waiting.emit }) }));
}
