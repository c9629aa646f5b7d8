import { join } from 'node:path';
import type { Logger } from 'pino';
import pino from 'pino';

export type Log = Logger;

/**
 * Structured lines, one JSON object each. A host writes them to `logs/jarvis.log` in its data folder; the command line to stderr.
 * What people say stays out of logs; only lengths and ids go in.
 */
export function openLog(options: { level: string; folder?: string }): Log {
  const base = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (options.folder === undefined) return pino(base, pino.destination({ dest: 2, sync: true }));
  return pino(base, pino.destination({ dest: join(options.folder, 'logs', 'jarvis.log'), mkdir: true, sync: false }));
}
