import type { MessageBase } from 'home-assistant-js-websocket';
import { z } from 'zod';
import { JarvisError } from '../../contract/failure.ts';
import { refusalOf } from './call-refusal.ts';
import { ConnectionProblem } from './connection-problem.ts';
import { type CommandChannel, CommandError, NoAnswerError } from './session.ts';

/** A question that a person waits for. @throws JarvisError `home-unreachable`, `timed-out`, `tool-failed` with a reason; the signal's reason */
export async function ask<Result>(
  channel: CommandChannel,
  schema: z.ZodType<Result>,
  message: MessageBase,
  signal: AbortSignal,
  limitMs?: number,
): Promise<Result> {
  try {
    return await channel.request(schema, message, signal, limitMs);
  } catch (error) {
    signal.throwIfAborted();
    throw asJarvisError(error, message.type);
  }
}

export function asJarvisError(error: unknown, what: string): unknown {
  if (error instanceof CommandError) {
    if (error.code === 'unknown_command')
      return new JarvisError('tool-failed', 'This Home Assistant cannot do that; the part for it is missing or too old.', { cause: error });
    return new JarvisError('tool-failed', refusalOf(error, what), { cause: error });
  }
  if (error instanceof NoAnswerError) return new JarvisError('timed-out', undefined, { cause: error });
  if (error instanceof ConnectionProblem) return new JarvisError('home-unreachable', undefined, { cause: error });
  if (error instanceof z.ZodError)
    return new JarvisError('tool-failed', 'Home Assistant gave an answer that I cannot read.', { cause: error });
  return error;
}
