import { expect } from 'vitest';
import { verifyAudit } from '../../tools/verify-audit.ts';
import type { RunningHost } from './running-host.ts';

/** Longest reply in characters; far more than anybody wants to hear. */
const LONGEST_REPLY = 800;
/** Controls, and the marks that turn the direction of what follows. */
export const unspeakable = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** A reply that can be shown and said as it is. */
export function expectSpeakable(text: string, reply: string): void {
  expect(reply, `to "${text}"`).not.toBe('');
  expect(reply.length, `to "${text}"`).toBeLessThanOrEqual(LONGEST_REPLY);
  expect(reply, `to "${text}"`).not.toMatch(unspeakable);
}

/** It runs, answers about itself, has printed no stack, failed within no turn, and its audit is whole. */
export async function expectSound(host: RunningHost, lines = 1): Promise<void> {
  expect(host.running()).toBe(true);
  for (const path of ['/status', '/help', '/doctor', '/turns', '/approvals', '/home/connections'])
    expect([path, (await host.call('GET', path)).status]).toEqual([path, 200]);
  const audit = await verifyAudit(`${host.data}/audit`);
  expect(audit.problems).toEqual([]);
  expect(audit.lines).toBeGreaterThanOrEqual(lines);
  expect(host.printed()).not.toMatch(/^\s+at /mu);
  expect(
    host.events.flatMap((event) => (event.type === 'turn-event' && event.event.type === 'turn-failed' ? [event.event.failure] : [])),
  ).not.toContainEqual(expect.objectContaining({ code: 'internal' }));
}
