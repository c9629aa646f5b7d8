import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomeSnapshot } from '../../contract/home.ts';
import { type InterfaceEvent, InterfaceEventSchema, TurnRecordSchema } from '../../contract/interface.ts';
import { type Approval, ApprovalSchema } from '../../contract/tool.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { dataFolderPath } from '../../store/data-folder.ts';
import { takeInstanceLock } from '../../store/instance-lock.ts';
import { API_TOKEN_FILE } from '../gateway/api-token.ts';
import { eventData } from './event-data.ts';
import { firstSnapshot } from './first-snapshot.ts';
import { systemClock } from './system-clock.ts';

/** How often a running JARVIS is asked how far a turn is, in ms. */
const LOOK_MS = 100;

/** The running JARVIS refused or does not answer; the message is for people. */
export class RunningHostError extends Error {
  override name = 'RunningHostError';
}

/** A JARVIS that runs already on this data folder, spoken to through its API. */
export interface RunningHost {
  /** Resolves with the turn's events when it has ended. `approve` is asked for each approval of this turn; undefined leaves it to the page. */
  ask(
    question: { text: string; room?: string; dryRun: boolean },
    approve: (approval: Approval) => Promise<{ approved: boolean; code?: string } | undefined>,
    signal: AbortSignal,
  ): Promise<TurnEvent[]>;
  /** `http://127.0.0.1:7400` */
  origin: string;
  /** Any procedure of the contract, by its route. @throws RunningHostError with the sentence of the running JARVIS */
  request<Answer>(schema: z.ZodType<Answer>, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
  /** First everything, then every change, until the signal aborts. Rejects when the stream breaks off. */
  events(signal: AbortSignal): AsyncGenerator<InterfaceEvent>;
  /** The home as it is now. */
  snapshot(signal: AbortSignal): Promise<HomeSnapshot>;
  /** A fresh address for a browser. */
  newAddress(): Promise<string>;
}

/** The running JARVIS of this data folder; undefined when there is none, or it is only starting. */
export async function findRunningHost(dataFolder = dataFolderPath()): Promise<RunningHost | undefined> {
  let origin: string;
  try {
    const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', now: systemClock.now() });
    if (lock.taken) {
      await lock.release();
      return undefined;
    }
    origin = lock.holder.address;
  } catch {
    // No data folder yet: nothing runs on it. What is wrong with it, if anything, is told by whoever opens it next.
    return undefined;
  }
  if (origin === '') return undefined;
  const token = (await readFile(join(dataFolder, API_TOKEN_FILE), 'utf8')).trim();
  return connectedTo(origin, token);
}

function connectedTo(origin: string, token: string): RunningHost {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new RunningHostError(`JARVIS at ${origin} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const { message } = z
        .object({ message: z.string() })
        .catch({ message: `status ${response.status}` })
        .parse(answer);
      throw new RunningHostError(message);
    }
    return answer;
  };
  return {
    async ask(question, approve, signal) {
      const { turnId } = z.object({ turnId: z.string() }).parse(await call('POST', '/api/ask', question));
      const asked = new Set<string>();
      for (;;) {
        const turns = z.array(TurnRecordSchema).parse(await call('GET', '/api/turns'));
        const events = turns.find((turn) => turn.turnId === turnId)?.events ?? [];
        if (events.some((event) => event.type === 'turn-ended')) return events;
        if (signal.aborted) {
          await call('POST', '/api/cancel');
          return events;
        }
        for (const approval of z.array(ApprovalSchema).parse(await call('GET', '/api/approvals'))) {
          if (approval.turnId !== turnId || asked.has(approval.id)) continue;
          asked.add(approval.id);
          const answer = await approve(approval);
          if (answer !== undefined) await call('POST', '/api/approvals/answer', { approvalId: approval.id, by: 'cli', ...answer });
        }
        await systemClock.sleep(LOOK_MS);
      }
    },
    origin,
    async request(schema, method, path, body) {
      return schema.parse(await call(method, `/api${path}`, body));
    },
    async *events(signal) {
      const gone = new RunningHostError(`JARVIS at ${origin} has gone away.`);
      try {
        const stream = await fetch(`${origin}/api/events`, { headers: { authorization: `Bearer ${token}` }, signal });
        if (!stream.ok) throw new RunningHostError(`JARVIS does not tell what happens (status ${stream.status}).`);
        for await (const data of eventData(stream.body ?? [])) {
          // The stream's own end carries no event of ours.
          const event = InterfaceEventSchema.safeParse(JSON.parse(data)).data;
          if (event !== undefined) yield event;
        }
      } catch (error) {
        if (signal.aborted) return;
        throw error instanceof RunningHostError ? error : gone;
      }
      if (!signal.aborted) throw gone;
    },
    async snapshot(signal) {
      const reading = new AbortController();
      const events = await fetch(`${origin}/api/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, reading.signal]),
      });
      try {
        const snapshot = await firstSnapshot(events.body ?? []);
        if (snapshot === undefined) throw new RunningHostError(`JARVIS does not show its home (status ${events.status}).`);
        return snapshot;
      } finally {
        reading.abort();
      }
    },
    async newAddress() {
      return z.object({ address: z.string() }).parse(await call('POST', '/address')).address;
    },
  };
}
