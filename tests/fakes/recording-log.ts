import pino from 'pino';
import { z } from 'zod';

const LineSchema = z.object({ msg: z.string() });

/** A real log whose messages a test reads. */
export function recordingLog(onMessage: (message: string) => void): pino.Logger {
  return pino({ level: 'debug' }, { write: (line: string) => onMessage(LineSchema.parse(JSON.parse(line)).msg) });
}
