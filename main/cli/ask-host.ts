import type { TurnEvent } from '../../contract/turn-event.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { roomIn } from './home-of.ts';
import { askInTerminal, withHost } from './run-host.ts';
import { isTerminal } from './terminal.ts';

export interface AskOptions {
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  room?: string;
  dryRun?: boolean;
  verbose?: boolean;
}

/** The events of one written turn: of the JARVIS that runs already, unless its home or sentences are given; else of one started for it. */
export async function askHost(text: string, options: AskOptions): Promise<TurnEvent[]> {
  const own = options.home !== undefined || options.phrasebook.length > 0 || !options.builtIn;
  const running = own ? undefined : await findRunningHost();
  return running === undefined ? askOwnHost(text, options) : askRunningHost(running, text, options);
}

/** A host for this one question. */
function askOwnHost(text: string, options: AskOptions): Promise<TurnEvent[]> {
  return withHost({ ...options, voice: false }, async (host, signal) => {
    const room = options.room === undefined ? host.settings.room : roomIn(host.home.snapshot(), options.room);
    signal.addEventListener('abort', () => host.conversation.cancel());
    const turnId = host.conversation.ask(text, { source: 'cli', dryRun: options.dryRun ?? false, ...(room === undefined ? {} : { room }) });
    await host.conversation.settled();
    return host.journal.recent().find((turn) => turn.turnId === turnId)?.events ?? [];
  });
}

/** The JARVIS that runs already: its home, its page, its timers. */
async function askRunningHost(running: RunningHost, text: string, options: AskOptions): Promise<TurnEvent[]> {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt);
  try {
    return await running.ask(
      { text, dryRun: options.dryRun ?? false, ...(options.room === undefined ? {} : { room: options.room }) },
      // Without a terminal the page may still answer.
      async (approval) => (isTerminal() ? askInTerminal(approval, stopping.signal) : undefined),
      stopping.signal,
    );
  } finally {
    process.off('SIGINT', interrupt);
  }
}
