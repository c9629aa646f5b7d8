import type { Clock } from '../contract/clock.ts';
import type { Entity, StatePoint } from '../contract/home.ts';
import type { Home } from './home.ts';
import { LastChangeMemory, memoryKey } from './last-change-memory.ts';
import type { LastChanges } from './merged-entities.ts';
import { isNothingSeen, readStateLine, stateLine } from './state-lines.ts';
import { StateSeries } from './state-series.ts';

/** Keeps lines of text; a file that is appended to will do. */
export interface RecorderStore {
  /** Everything that `replace` and later `append` wrote; '' at first. */
  load(): Promise<string>;
  append(lines: string): Promise<void>;
  /** Atomic. */
  replace(lines: string): Promise<void>;
}

export interface RecorderOptions {
  clock: Clock;
  store?: RecorderStore;
  /** ms that a state is remembered. */
  keepMs?: number;
  pointsPerEntity?: number;
  points?: number;
  /** ms between two writings; what came later is lost when JARVIS is killed. */
  writeEveryMs?: number;
}

/** Longest state kept; Home Assistant's own limit. */
const longestState = 255;
/** Lines in the store before it is written anew, at least. */
const fewestLines = 20_000;

/** What beside the state is asked for afterwards: "how warm was it" where a thermostat is all there is. */
const attributesKept: Readonly<Record<string, readonly string[]>> = {
  climate: ['current_temperature', 'current_humidity', 'temperature'],
  water_heater: ['current_temperature', 'temperature'],
  weather: ['temperature', 'humidity'],
};

/**
 * Remembers the states of the last days for homes whose bridges do not, within bounds of memory and disk. Kept under the identity of an entity where it
 * has one, so that it does not matter by which bridge it is known.
 */
export class StateRecorder implements LastChanges {
  readonly #clock: Clock;
  readonly #store: RecorderStore | undefined;
  readonly #limits: { keepMs: number; pointsPerEntity: number; points: number; writeEveryMs: number };
  readonly #memory: LastChangeMemory;
  readonly #series = new Map<string, StateSeries>();
  /** By key, the time from which points are not in the store yet. */
  readonly #unwritten = new Map<string, number>();
  #count = 0;
  /** Lines in the store. */
  #written = 0;

  constructor({ clock, store, keepMs = 48 * 3_600_000, pointsPerEntity = 500, points = 200_000, writeEveryMs = 60_000 }: RecorderOptions) {
    this.#clock = clock;
    this.#store = store;
    this.#limits = { keepMs, pointsPerEntity, points, writeEveryMs };
    this.#memory = new LastChangeMemory(clock);
  }

  /** Points kept now. */
  get size(): number {
    return this.#count;
  }

  /** Call before the home is connected. Lines that cannot be read, such as one that a crash has torn, are left out. */
  async load(): Promise<void> {
    const text = (await this.#store?.load()) ?? '';
    const last = new Map<string, { state: string; since: number }>();
    for (const line of text.split('\n')) {
      const read = readStateLine(line);
      if (!read) continue;
      this.#written += 1;
      this.#add(read.key, read.point);
      if (!isNothingSeen(read.point.state)) last.set(read.key, { state: read.point.state, since: read.since });
    }
    this.#forgetOld();
    for (const [key, { state, since }] of last) if (this.#series.has(key)) this.#memory.restore(key, state, since);
  }

  since(entity: Entity, anotherBridge: boolean): number {
    return this.#memory.since(entity, anotherBridge);
  }

  /** Records every change of the home until `signal` aborts, then writes what is left. `failed` hears why a writing failed; it is tried again. */
  async run(home: Pick<Home, 'changes' | 'snapshot'>, signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    const changes = home.changes(signal);
    for (const entity of home.snapshot().entities) this.note(entity);
    const writing = this.#writeNowAndThen(signal, failed);
    for await (const change of changes) {
      if (change.type === 'entity-changed' || change.type === 'entity-added') this.note(change.entity);
    }
    await writing;
    await this.write();
  }

  note(entity: Entity): void {
    const { domain, available, attributes } = entity;
    const state = available ? entity.state.slice(0, longestState) : 'unavailable';
    const key = memoryKey(entity);
    const last = this.#series.get(key)?.last;
    // what was never seen needs no line
    if (!last && isNothingSeen(state)) return;
    const now = this.#clock.now();
    // only a change of state has a time of its own, and only where the bridge tells one that fits
    const fits = available && last?.state !== state && entity.lastChanged > (last?.at ?? 0) && entity.lastChanged < now;
    const kept = Object.fromEntries(
      (attributesKept[domain] ?? []).map((name) => [name, attributes[name]] as const).filter(([, value]) => typeof value === 'number'),
    );
    const at = fits ? entity.lastChanged : now;
    if (!this.#add(key, { state, at, ...(available && Object.keys(kept).length > 0 && { attributes: kept }) })) return;
    if (this.#store) this.#unwritten.set(key, Math.min(this.#unwritten.get(key) ?? at, at, last?.at ?? at));
  }

  /** By entity id; the first point is the state at `from`, where known. */
  history(entities: readonly Entity[], from: number, to: number): Map<string, StatePoint[]> {
    const found = new Map<string, StatePoint[]>();
    for (const entity of entities) {
      const points = this.#series.get(memoryKey(entity))?.between(from, to);
      if (points?.length) found.set(entity.id, points);
    }
    return found;
  }

  /** Brings what is new to the store. Rejects when that fails; the next writing tries again. */
  async write(): Promise<void> {
    const store = this.#store;
    if (!store || this.#unwritten.size === 0) return;
    const from = new Map(this.#unwritten);
    this.#unwritten.clear();
    const lines = [...this.#lines(from)];
    try {
      if (this.#written + lines.length <= Math.max(fewestLines, 3 * this.#count)) {
        await store.append(lines.join(''));
        this.#written += lines.length;
      } else {
        this.#forgetOld();
        const all = [...this.#lines()];
        await store.replace(all.join(''));
        this.#written = all.length;
      }
    } catch (error) {
      for (const [key, time] of from) this.#unwritten.set(key, Math.min(time, this.#unwritten.get(key) ?? time));
      throw error;
    }
  }

  async #writeNowAndThen(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#clock.sleep(this.#limits.writeEveryMs, signal);
        await this.write();
      } catch (error) {
        if (!signal.aborted) failed(error);
      }
    }
  }

  #add(key: string, point: StatePoint): boolean {
    const series = this.#series.get(key) ?? new StateSeries();
    const before = series.length;
    if (!series.add(point, this.#limits.pointsPerEntity)) return false;
    this.#series.set(key, series);
    this.#count += series.length - before;
    if (this.#count > this.#limits.points) this.#shrink();
    return true;
  }

  #forgetOld(): void {
    const horizon = this.#clock.now() - this.#limits.keepMs;
    for (const series of this.#series.values()) this.#count -= series.forgetBefore(horizon);
  }

  /** Forgets more and more of the oldest until a tenth is free again. */
  #shrink(): void {
    const now = this.#clock.now();
    for (let keep = this.#limits.keepMs; this.#count > this.#limits.points * 0.9 && keep > 1000; keep /= 2)
      for (const series of this.#series.values()) this.#count -= series.forgetBefore(now - keep);
    // one point per entity is left by now; beyond that those known longest go
    for (const [key, series] of this.#series) {
      if (this.#count <= this.#limits.points) return;
      this.#series.delete(key);
      this.#unwritten.delete(key);
      this.#memory.forget(key);
      this.#count -= series.length;
    }
  }

  /** A line per point, of everything or of what is newer than the times given. */
  *#lines(from?: ReadonlyMap<string, number>): Generator<string> {
    for (const key of (from ?? this.#series).keys()) {
      const points = this.#series.get(key)?.since(from?.get(key) ?? 0) ?? [];
      const known = this.#memory.get(key);
      const newest = points.findLastIndex(({ state }) => state === known?.state);
      for (const [index, point] of points.entries()) yield stateLine(key, point, index === newest && known ? known.since : point.at);
    }
  }
}
