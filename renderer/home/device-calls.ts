import { type ShallowRef, shallowReactive, shallowRef, toRaw } from 'vue';
import { z } from 'zod';
import { type ActOutcome, ActOutcomeSchema } from '../../contract/home.ts';
import type { Outcome, ToolOutcome } from '../../contract/tool.ts';

/** What the page knows about a command that it sent to a device. `asked`: nothing has come back; `sent`: it went out, and no new state was seen. */
export interface DeviceCall {
  callId: string;
  state: 'asked' | 'confirmed' | 'sent' | 'failed';
  reason?: string;
}

/** ms that an outcome stays on show. A device that has not answered is marked until it does. */
const SHOWN = { confirmed: 2500, failed: 20_000 };

const ActOutcomesSchema = z.array(ActOutcomeSchema);
const sentences = { rejected: 'The device refused.', denied: 'Not allowed.', failed: 'That did not work.' };

/** The commands of this page, by device. Who reads one device is told of that one alone. */
export class DeviceCalls {
  /** The last one that began or ended. */
  readonly last: ShallowRef<{ entityId: string; call: DeviceCall } | undefined> = shallowRef();
  readonly #calls = shallowReactive(new Map<string, DeviceCall>());
  readonly #later: (callback: () => void, ms: number) => unknown;

  constructor(later: (callback: () => void, ms: number) => unknown) {
    this.#later = later;
  }

  /** Follows the device where it is read. */
  of(entityId: string): DeviceCall | undefined {
    return this.#calls.get(entityId);
  }

  begin(callId: string, entityIds: readonly string[]): void {
    for (const entityId of entityIds) this.#tell(entityId, { callId, state: 'asked' });
  }

  /** A newer call to the same device is left alone. */
  end(callId: string, entityIds: readonly string[], outcomes: readonly ToolOutcome[]): void {
    const each = outcomesByEntity(outcomes);
    for (const entityId of entityIds) this.#settle(callId, entityId, each.get(entityId) ?? leastGood(outcomes));
  }

  fail(callId: string, entityIds: readonly string[], reason: string): void {
    for (const entityId of entityIds) this.#settle(callId, entityId, { outcome: 'failed', reason });
  }

  /** The device has said something: what was sent to it has arrived. */
  heardFrom(entityId: string): void {
    if (toRaw(this.#calls).get(entityId)?.state === 'sent') this.#calls.delete(entityId);
  }

  #tell(entityId: string, call: DeviceCall): void {
    this.#calls.set(entityId, call);
    this.last.value = { entityId, call };
  }

  #settle(callId: string, entityId: string, { outcome, reason }: { outcome: Outcome; reason?: string | undefined }): void {
    const call = toRaw(this.#calls).get(entityId);
    if (call?.callId !== callId) return;
    const state = outcome === 'confirmed' ? 'confirmed' : outcome === 'accepted' ? 'sent' : 'failed';
    const said = reason ?? (outcome === 'confirmed' || outcome === 'accepted' ? undefined : sentences[outcome]);
    const settled: DeviceCall = { callId, state, ...(said !== undefined && { reason: said }) };
    this.#tell(entityId, settled);
    if (state === 'sent') return;
    this.#later(() => {
      if (toRaw(this.#calls).get(entityId) === settled) this.#calls.delete(entityId);
    }, SHOWN[state]);
  }
}

/** A call is split where a part of it asks a person first; each part tells of its own devices. */
function outcomesByEntity(outcomes: readonly ToolOutcome[]): Map<string, ActOutcome> {
  const each = new Map<string, ActOutcome>();
  for (const { output } of outcomes) {
    const parsed = ActOutcomesSchema.safeParse(output);
    if (parsed.success) for (const outcome of parsed.data) each.set(outcome.entityId, outcome);
  }
  return each;
}

const byGoodness: readonly Outcome[] = ['confirmed', 'accepted', 'denied', 'rejected', 'failed'];

function leastGood(outcomes: readonly ToolOutcome[]): ToolOutcome {
  return outcomes.reduce<ToolOutcome>(
    (worst, each) => (byGoodness.indexOf(each.outcome) > byGoodness.indexOf(worst.outcome) ? each : worst),
    outcomes[0] ?? { outcome: 'accepted' },
  );
}
