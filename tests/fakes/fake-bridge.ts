import type { ActOutcome, Area, BridgeStatus, Entity, Floor, HomeAction } from '../../contract/home.ts';
import { EntityTable } from '../../iot/entity-table.ts';
import type { HomeBridge, HomeRecords } from '../../iot/home-bridge.ts';
import { applyTarget } from '../../iot/services/expectation.ts';
import { planService } from '../../iot/services.ts';

export interface FakeBridgeOptions {
  name: string;
  title?: string;
  floors?: Floor[];
  areas?: Area[];
  records?: HomeRecords;
  state?: BridgeStatus['state'];
}

/** An entity with what a test does not care about filled in. */
export function entityOf(id: string, more: Partial<Entity> = {}): Entity {
  const domain = id.slice(0, id.indexOf('.'));
  return { id, name: id, aliases: [], domain, state: 'off', attributes: {}, available: true, lastChanged: 0, ...more };
}

/** A bridge whose devices, connection and calls a test has in its hands. Devices obey at once. */
export class FakeBridge implements HomeBridge {
  readonly name: string;
  readonly records?: HomeRecords;
  readonly table = new EntityTable();
  readonly calls: HomeAction[] = [];
  places: { floors: Floor[]; areas: Area[] };
  /** Replaces what a device answers. */
  answer: ((entity: Entity, action: HomeAction) => ActOutcome) | undefined;
  #status: BridgeStatus;

  constructor({ name, title, floors = [], areas = [], records, state = 'connected' }: FakeBridgeOptions, entities: Entity[] = []) {
    this.name = name;
    this.#status = { name, state, ...(title !== undefined && { title }) };
    this.places = { floors, areas };
    if (records) this.records = records;
    for (const entity of entities) this.table.put(entity);
  }

  get status(): BridgeStatus {
    return this.#status;
  }

  set state(state: BridgeStatus['state']) {
    this.#status = { ...this.#status, state };
    this.table.statusChanged();
  }

  get structureVersion(): number {
    return this.table.structureVersion;
  }

  get version(): number {
    return this.table.version;
  }

  connect = async (): Promise<void> => {
    this.state = 'connected';
  };
  snapshot = () => ({ ...this.places, entities: this.table.all() });
  entity = (entityId: string): Entity | undefined => this.table.get(entityId);
  changes = (signal: AbortSignal) => this.table.changes(signal);

  set(entityId: string, change: Partial<Entity>): void {
    const entity = this.table.get(entityId);
    if (!entity) throw new Error(`there is no ${entityId}`);
    this.table.put({ ...entity, ...change });
  }

  act = async (action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]> => {
    const asked = [...new Set(action.entityIds)];
    if (signal.aborted) return asked.map((entityId) => ({ entityId, outcome: 'rejected', reason: 'Cancelled.' }));
    this.calls.push(action);
    return asked.map((entityId) => {
      const entity = this.table.get(entityId);
      if (!entity) return { entityId, outcome: 'rejected', reason: `There is no such device: ${entityId}.` };
      if (this.answer) return this.answer(entity, action);
      const plan = planService(entity, action.service, action.data);
      if ('refusal' in plan) return { entityId, outcome: 'rejected', reason: plan.refusal };
      if (plan.target) this.set(entityId, applyTarget(entity, plan.target));
      return { entityId, outcome: 'confirmed', state: this.table.get(entityId)?.state ?? '' };
    });
  };
}

/** Listens from now on; `take` gives what was told since the last time. */
export function listenTo<T>(changes: AsyncIterable<T>): { take(): Promise<T[]> } {
  const told: T[] = [];
  void (async () => {
    for await (const change of changes) told.push(change);
  })();
  return {
    async take() {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      return told.splice(0);
    },
  };
}
