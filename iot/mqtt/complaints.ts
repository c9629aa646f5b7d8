import { ZodError } from 'zod';
import type { Log } from '../log.ts';

/** Complaints remembered, so that a device that keeps sending nonsense is told once. */
const kept = 2000;

export function reasonOf(error: unknown): string {
  if (!(error instanceof ZodError)) return error instanceof Error ? error.message : String(error);
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
}

/** Says what is wrong with a message, once for each topic and reason. */
export class Complaints {
  readonly #log: Log;
  readonly #made = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  about(topic: string, error: unknown): void {
    const reason = reasonOf(error);
    const key = `${topic}\n${reason.slice(0, 300)}`;
    if (this.#made.has(key) || this.#made.size >= kept) return;
    this.#made.add(key);
    this.#log.warn(`MQTT message on ${JSON.stringify(topic.slice(0, 200))} ignored: ${reason.slice(0, 300)}`);
  }
}
