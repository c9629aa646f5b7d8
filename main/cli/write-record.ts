import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openAudit } from '../../tools/audit.ts';
import type { AuditBody } from '../../tools/audit-entry.ts';
import { systemClock } from '../host/system-clock.ts';

/** One line in the record by a command that runs without a host. */
export async function writeRecord(dataFolder: string, body: AuditBody): Promise<void> {
  await using audit = await openAudit({ folder: join(dataFolder, 'audit'), clock: systemClock, runId: randomUUID(), pid: process.pid });
  await audit.write(body, { durable: true });
}

export const recordStop = (dataFolder: string, act: 'stopped' | 'released'): Promise<void> =>
  writeRecord(dataFolder, { kind: 'stop', act, by: 'cli' });
