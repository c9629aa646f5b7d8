import type { ActOutcome, Area, BridgeStatus, Entity, Floor, HomeAction, HomeChange, HomeSnapshot } from '../contract/home.ts';
import { bridgeAway } from './bridge-away.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Home } from './home.ts';
import type { HomeBridge, HomeRecords } from './home-bridge.ts';
import type { HomeOverrides } from './home-overrides.ts';
import { MergedEntities, type Owner } from './merged-entities.ts';
import { mergedRecords } from './merged-records.ts';
import { notAnswering, theName } from './services/entity-words.ts';
import { planService } from './services.ts';
import type { StateRecorder } from './state-recorder.ts';

export interface MergedHomeOptions {
  /** The person's own names; load them before the home is read. */
  overrides?: HomeOverrides;
  /** Answers for the past where no bridge can; load it before the home is connected. */
  recorder?: StateRecorder;
}

/**
 * Several bridges as one home. What two bridges know is one entity: named as the first bridge names it, in the state that the first bridge that
 * can reach it has seen, and operated by that one.
 */
export class MergedHome implements Home {
  #bridges: readonly HomeBridge[];
  readonly #options: MergedHomeOptions;
  readonly #entities: MergedEntities;
  readonly #consumers = new Set<ChangeQueue>();
  /** One for each bridge that is listened to. */
  readonly #listening = new Map<HomeBridge, AbortController>();
  /** Versions of bridges that have left, so that the sum only ever grows. */
  #past = 0;
  #snapshot: HomeSnapshot | undefined;
  #snapshotVersion = -1;

  constructor(bridges: readonly HomeBridge[], options: MergedHomeOptions = {}) {
    this.#bridges = [...bridges];
    this.#options = options;
    this.#entities = new MergedEntities({ overrides: options.overrides, lastChanges: options.recorder }, (change) => this.#tell(change));
    this.#entities.use(this.#bridges);
    // as long as the home itself: both end together
    options.overrides?.listen(() => {
      this.#entities.wordsChanged();
      this.#tell({ type: 'structure-changed' });
    });
  }

  /** Resolves when every bridge has its first whole picture; all keep reconnecting until `signal` aborts. */
  async connect(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#bridges.map((bridge) => bridge.connect(signal)));
  }

  /**
   * Its entities join the home at once; whoever adds it connects it, with a signal of its own. By default the last to be believed.
   * @throws TypeError when another bridge has its name
   */
  addBridge(bridge: HomeBridge, position = this.#bridges.length): void {
    if (this.#bridges.some(({ name }) => name === bridge.name)) throw new TypeError(`there is a bridge called ${bridge.name} already`);
    this.#bridges = this.#bridges.toSpliced(position, 0, bridge);
    this.#bridgesChanged();
  }

  /** False when there is none of that name. Whoever connected it ends it. */
  removeBridge(name: string): boolean {
    const bridge = this.#bridges.find((each) => each.name === name);
    if (!bridge) return false;
    this.#bridges = this.#bridges.filter((each) => each !== bridge);
    this.#past += bridge.structureVersion;
    this.#listening.get(bridge)?.abort();
    this.#listening.delete(bridge);
    this.#bridgesChanged();
    return true;
  }

  get structureVersion(): number {
    return this.#bridges.reduce((sum, bridge) => sum + bridge.structureVersion, this.#past + (this.#options.overrides?.version ?? 0));
  }

  /** The same object until something changes; not to be changed. */
  snapshot(): HomeSnapshot {
    const version = this.#version();
    if (this.#snapshot && version !== undefined && version === this.#snapshotVersion) return this.#snapshot;
    const entities = this.#entities.all();
    const { floors, areas } = this.#entities.places;
    this.#snapshotVersion = version ?? -1;
    if (this.#snapshot?.entities !== entities || this.#snapshot.floors !== floors) this.#snapshot = { floors, areas, entities };
    return this.#snapshot;
  }

  entity(entityId: string): Entity | undefined {
    return this.#entities.get(entityId);
  }

  area(areaId: string): Area | undefined {
    return this.#entities.places.area(areaId);
  }

  floor(floorId: string): Floor | undefined {
    return this.#entities.places.floor(floorId);
  }

  bridges(): BridgeStatus[] {
    return this.#bridges.map((bridge) => bridge.status);
  }

  /** Made for the bridges of the moment: ask for it anew at each use. */
  get records(): HomeRecords {
    return mergedRecords({
      bridges: this.#bridges,
      entity: (entityId) => this.entity(entityId),
      ownersOf: (entityId) => this.#entities.ownersOf(entityId),
      recorder: this.#options.recorder,
    });
  }

  changes(signal: AbortSignal): AsyncIterable<HomeChange> {
    const queue: ChangeQueue = new ChangeQueue(signal, () => {
      this.#consumers.delete(queue);
      if (this.#consumers.size === 0) this.#stopListening();
    });
    if (signal.aborted) return queue;
    // before anybody listens: what is there already is no news
    if (this.#consumers.size === 0) this.#entities.beginTelling();
    this.#consumers.add(queue);
    this.#listen();
    return queue;
  }

  /** Checks every entity before anything is sent; what cannot be done is rejected and the rest goes on. Outcomes come in the order asked. */
  async act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]> {
    const outcomes = new Map<string, ActOutcome>();
    const perBridge = new Map<HomeBridge, Map<string, Asked>>();
    for (const entityId of new Set(action.entityIds)) {
      const way = this.#wayTo(entityId, action);
      // two ids of one device are asked for once
      if (outcomes.has(way.id)) continue;
      if ('reason' in way) {
        outcomes.set(way.id, { entityId, outcome: 'rejected', reason: way.reason, ...(way.entity && { state: way.entity.state }) });
        continue;
      }
      outcomes.set(way.id, { entityId, outcome: 'rejected', reason: 'The device was not asked.' });
      const asked = perBridge.get(way.owner.bridge) ?? new Map<string, Asked>();
      perBridge.set(way.owner.bridge, asked.set(way.owner.entityId, { ...way, entityId }));
    }
    await Promise.all(
      [...perBridge].map(async ([bridge, asked]) => {
        for (const outcome of await askBridge(bridge, action, asked, signal)) {
          const of = asked.get(outcome.entityId);
          if (of) outcomes.set(of.id, { ...outcome, entityId: of.entityId, ...inOurWords(outcome, of) });
        }
      }),
    );
    return [...outcomes.values()];
  }

  /** The bridge that can reach the entity, or why none can. */
  #wayTo(entityId: string, action: HomeAction): Way {
    const entity = this.entity(entityId);
    if (!entity) return { id: entityId, reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    const { id } = entity;
    const owners = this.#entities.ownersOf(id).filter((owner) => owner.bridge.entity(owner.entityId));
    const connected = owners.filter(({ bridge }) => bridge.status.state === 'connected');
    const owner = connected.find((each) => each.bridge.entity(each.entityId)?.available) ?? connected[0] ?? owners[0];
    const seen = owner?.bridge.entity(owner.entityId);
    if (!owner || !seen) return { id, entity, reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    const plan = planService({ ...seen, name: entity.name }, action.service, action.data);
    if ('refusal' in plan) return { id, entity, reason: plan.refusal };
    const [first] = owners;
    if (connected.length === 0 && first) return { id, entity, reason: bridgeAway(first.bridge.status, entity) };
    return seen.available ? { id, entity, owner, seen } : { id, entity, reason: notAnswering(entity) };
  }

  /** Undefined where a bridge does not say. */
  #version(): number | undefined {
    let sum = this.#past + (this.#options.overrides?.version ?? 0);
    for (const { version } of this.#bridges) {
      if (version === undefined) return undefined;
      sum += version;
    }
    return sum;
  }

  #bridgesChanged(): void {
    this.#past += 1;
    this.#snapshot = undefined;
    this.#entities.use(this.#bridges);
    if (this.#consumers.size === 0) return;
    this.#entities.refresh();
    this.#listen();
    this.#tell({ type: 'structure-changed' });
  }

  #listen(): void {
    for (const bridge of this.#bridges) {
      if (this.#listening.has(bridge)) continue;
      const stop = new AbortController();
      this.#listening.set(bridge, stop);
      void this.#pump(bridge, bridge.changes(stop.signal));
    }
  }

  #stopListening(): void {
    for (const stop of this.#listening.values()) stop.abort();
    this.#listening.clear();
  }

  async #pump(bridge: HomeBridge, changes: AsyncIterable<HomeChange>): Promise<void> {
    let { status } = bridge;
    for await (const change of changes) {
      if (!this.#bridges.includes(bridge)) return;
      switch (change.type) {
        case 'entity-added':
        case 'entity-changed':
          this.#entities.noticed(bridge, change.entity);
          break;
        case 'entity-removed':
          this.#entities.lost(bridge, change.entityId);
          break;
        case 'structure-changed':
          // another status, even if it says the same: it may have been away for a moment
          if (status !== bridge.status) this.#entities.reachabilityChanged(bridge);
          else this.#entities.refreshIfStale();
          status = bridge.status;
          this.#tell(change);
          break;
        default:
          change satisfies never;
      }
    }
  }

  #tell(change: HomeChange): void {
    for (const queue of this.#consumers) queue.push(change);
  }
}

interface Asked {
  id: string;
  entityId: string;
  entity: Entity;
  owner: Owner;
  seen: Entity;
}

type Way = Omit<Asked, 'entityId'> | { id: string; reason: string; entity?: Entity };

async function askBridge(
  bridge: HomeBridge,
  action: HomeAction,
  asked: ReadonlyMap<string, Asked>,
  signal: AbortSignal,
): Promise<ActOutcome[]> {
  const entityIds = [...asked.keys()];
  try {
    return await bridge.act({ ...action, entityIds }, signal);
  } catch (error) {
    // what the other bridges did must still be told
    const reason = `The command did not get through: ${error instanceof Error ? error.message : String(error)}`;
    return entityIds.map((entityId) => ({ entityId, outcome: 'rejected', reason }));
  }
}

/** A bridge that knows the device under another name says that one; the person knows ours. */
function inOurWords({ reason }: ActOutcome, { entity, seen }: Asked): { reason?: string } {
  if (reason === undefined || entity.name === seen.name) return {};
  const [theirs, ours] = [theName(seen), theName(entity)];
  const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  return { reason: reason.replaceAll(upper(theirs), () => upper(ours)).replaceAll(theirs, () => ours) };
}
