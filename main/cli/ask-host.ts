import type { TurnEvent } from '../../contract/turn-event.ts';
import { withChatDoor } from './chat-door.ts';
import { PLAN_QUESTION, planLines, readPlanAnswer } from './chat-plan.ts';
import { ChatTerminal } from './chat-terminal.ts';
import { TurnFollower } from './chat-turn.ts';
import { complain } from './output.ts';
import { askInTerminal } from './run-host.ts';
import { isTerminal } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface AskOptions {
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  room?: string;
  dryRun?: boolean;
  verbose?: boolean;
}

/** The events of one written turn: of the JARVIS that runs already, unless its home or sentences are given; else of one started for it. */
export function askHost(text: string, options: AskOptions, tell: (event: TurnEvent) => void): Promise<TurnEvent[]> {
  return withChatDoor(options, async (door, ended) => {
    using interrupted = untilInterrupted();
    const listening = new AbortController();
    const follower = new TurnFollower(door, {
      tell,
      approve: async (approval, signal) => (isTerminal() ? askInTerminal(approval, signal) : undefined),
      async agree(plan, signal) {
        for (const line of planLines(plan)) complain(line);
        if (isTerminal()) {
          using terminal = new ChatTerminal({ input: process.stdin, output: process.stderr, isTerminal: true });
          terminal.onInterrupt = () => listening.abort(new Error('interrupted'));
          for (;;) {
            const agreed = readPlanAnswer(await terminal.ask(PLAN_QUESTION, signal), plan);
            if (agreed !== undefined) return agreed;
          }
        }
        complain('Nobody is here to agree to it, so nothing of it is done.');
        return [];
      },
    });
    const stop = AbortSignal.any([interrupted.signal, ended, listening.signal]);
    const following = new AbortController();
    await follower.start(following.signal);
    try {
      const { room, dryRun } = options;
      return await follower.run({ text, dryRun: dryRun ?? false, ...(room === undefined ? {} : { room }) }, stop);
    } finally {
      following.abort(new Error('over'));
    }
  });
}
