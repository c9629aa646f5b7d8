import { withChatDoor } from './chat-door.ts';
import type { ChatOptions } from './chat-options.ts';
import { ChatSession } from './chat-session.ts';
import { ShowTurn } from './chat-show.ts';
import { ChatTerminal } from './chat-terminal.ts';
import { CommandError, outputClosed, printJson } from './output.ts';
import { isTerminal } from './terminal.ts';

/** False: the last question was not answered. */
export function chat(options: ChatOptions): Promise<boolean> {
  if (options.new === true && options.conversation !== undefined) throw new CommandError('Either --new or --conversation, not both.', 2);
  return withChatDoor(options, async (door, ended) => {
    using terminal = new ChatTerminal({ input: process.stdin, output: process.stderr, isTerminal: isTerminal() });
    const show = new ShowTurn({
      styled: options.plain !== true && process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
      steps: true,
      verbose: options.verbose === true,
      streamed: true,
    });
    const session = new ChatSession({
      door,
      terminal,
      tell: (event) => (options.json === true ? printJson(event) : show.tell(event)),
      conversation: options.new === true ? { new: true } : options.conversation === undefined ? undefined : { id: options.conversation },
      ...(options.room === undefined ? {} : { room: options.room }),
    });
    // At a terminal readline tells of Ctrl-C; elsewhere the system does.
    const interrupt = (): void => session.interrupt();
    process.on('SIGINT', interrupt);
    try {
      return await session.run(AbortSignal.any([ended, outputClosed]));
    } finally {
      process.off('SIGINT', interrupt);
    }
  });
}
