import type { Clock } from '../contract/clock.ts';
import type { ActOutcome, Entity } from '../contract/home.ts';
import type { EntityTable } from './entity-table.ts';
import { notAnswering, sentenceName } from './services/entity-words.ts';
import { expectTarget } from './services/expectation.ts';
import type { Target } from './services/service-rule.ts';

/** ms that a device which is there already gets to object before it is believed. */
const settleMs = 1000;

interface Observation {
  table: EntityTable;
  entity: Entity;
  target: Target;
  /** ms */
  limitMs: number;
  clock: Clock;
  signal: AbortSignal;
  /** Sends the command; called once, after the watching has begun. Its rejection is the device's. */
  send: () => Promise<void>;
}

/**
 * Sends a command and watches the entity until its new state is seen, refused or the time is up.
 * A state that fitted before the command counts only once the device has spoken again or has kept still for a second.
 */
export async function observeOutcome({ table, entity, target, limitMs, clock, signal, send }: Observation): Promise<ActOutcome> {
  const expect = expectTarget(target);
  const waiting = new AbortController();
  const stop = AbortSignal.any([signal, waiting.signal]);
  const { promise, resolve } = Promise.withResolvers<ActOutcome>();
  const entityId = entity.id;
  using _watch = table.watch(entityId, (now) => {
    const verdict = expect(now.state, now.attributes);
    if (!now.available) resolve({ entityId, outcome: 'rejected', reason: notAnswering(now) });
    else if (verdict === 'reached') resolve({ entityId, outcome: 'confirmed', state: now.state });
    else if (verdict === 'contradicted')
      resolve({ entityId, outcome: 'rejected', reason: target.failures?.[now.state] ?? 'It did not work.', state: now.state });
  });
  const already = expect(entity.state, entity.attributes) === 'reached';
  const timeUp = async (): Promise<void> => {
    try {
      await clock.sleep(already ? Math.min(settleMs, limitMs) : limitMs, stop);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
    const now = table.get(entityId);
    if (now && already && !signal.aborted && expect(now.state, now.attributes) === 'reached')
      resolve({ entityId, outcome: 'confirmed', state: now.state });
    else
      resolve({
        entityId,
        outcome: 'accepted',
        reason: `${sentenceName(entity)} has not said that it is done.`,
        ...(now && { state: now.state }),
      });
  };
  const limit = timeUp();
  try {
    await Promise.race([send(), promise]);
    return await promise;
  } catch (error) {
    return {
      entityId,
      outcome: 'rejected',
      reason: `The command did not get through: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    waiting.abort();
    await limit;
  }
}
