import type { ActOutcome, Area, BridgeStatus, Entity, Floor, HomeAction, HomeChange, HomeSnapshot } from '../contract/home.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Home } from './home.ts';
import type { HomeBridge } from './home-bridge.ts';
import { notAnswering } from './services/entity-words.ts';
import { planService } from './services.ts';

const firstOfEach = <Item extends { id: string }>(items: Item[]): Item[] => {
  const byId = new Map<string, Item>();
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()];
};

/**
 * Several bridges as one home. Holds no state of its own, so what it says is never older than what a bridge has seen.
 * Where two bridges claim the same id, the first bridge has it.
 */
export class MergedHome implements Home {
  readonly #bridges: readonly HomeBridge[];

  constructor(bridges: readonly HomeBridge[]) {
    this.#bridges = bridges;
  }

  /** Resolves when every bridge has its first whole picture; all keep reconnecting until `signal` aborts. */
  async connect(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#bridges.map((bridge) => bridge.connect(signal)));
  }

  get structureVersion(): number {
    return this.#bridges.reduce((sum, bridge) => sum + bridge.structureVersion, 0);
  }

  snapshot(): HomeSnapshot {
    const parts = this.#bridges.map((bridge) => bridge.snapshot());
    return {
      floors: firstOfEach(parts.flatMap((part) => part.floors)),
      areas: firstOfEach(parts.flatMap((part) => part.areas)),
      entities: firstOfEach(parts.flatMap((part) => part.entities)),
    };
  }

  entity(entityId: string): Entity | undefined {
    return this.#ownerOf(entityId)?.entity(entityId);
  }

  area(areaId: string): Area | undefined {
    return this.snapshot().areas.find((area) => area.id === areaId);
  }

  floor(floorId: string): Floor | undefined {
    return this.snapshot().floors.find((floor) => floor.id === floorId);
  }

  bridges(): BridgeStatus[] {
    return this.#bridges.map((bridge) => bridge.status);
  }

  changes(signal: AbortSignal): AsyncIterable<HomeChange> {
    const left = new AbortController();
    const queue = new ChangeQueue(signal, () => left.abort());
    const stop = AbortSignal.any([signal, left.signal]);
    for (const bridge of this.#bridges) void pump(bridge.changes(stop), queue);
    return queue;
  }

  /** Checks every entity before anything is sent; what cannot be done is rejected and the rest goes on. Outcomes come in the order asked. */
  async act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]> {
    const asked = [...new Set(action.entityIds)];
    const outcomes = new Map<string, ActOutcome>();
    const perBridge = new Map<HomeBridge, string[]>();
    for (const entityId of asked) {
      const bridge = this.#ownerOf(entityId);
      const entity = bridge?.entity(entityId);
      const reason = bridge && entity ? refusalOf(bridge, entity, action) : `There is no such device: ${entityId.slice(0, 80)}.`;
      if (reason !== undefined) outcomes.set(entityId, { entityId, outcome: 'rejected', reason, ...(entity && { state: entity.state }) });
      else if (bridge) perBridge.set(bridge, [...(perBridge.get(bridge) ?? []), entityId]);
    }
    const acted = await Promise.all([...perBridge].map(([bridge, entityIds]) => bridge.act({ ...action, entityIds }, signal)));
    for (const outcome of acted.flat()) outcomes.set(outcome.entityId, outcome);
    return asked.map((entityId) => outcomes.get(entityId) ?? { entityId, outcome: 'rejected', reason: 'The device was not asked.' });
  }

  #ownerOf(entityId: string): HomeBridge | undefined {
    return this.#bridges.find((bridge) => bridge.entity(entityId) !== undefined);
  }
}

function refusalOf(bridge: HomeBridge, entity: Entity, action: HomeAction): string | undefined {
  const plan = planService(entity, action.service, action.data);
  if ('refusal' in plan) return plan.refusal;
  if (bridge.status.state !== 'connected') return 'I cannot reach the home just now.';
  return entity.available ? undefined : notAnswering(entity);
}

async function pump(changes: AsyncIterable<HomeChange>, queue: ChangeQueue): Promise<void> {
  for await (const change of changes) queue.push(change);
}
