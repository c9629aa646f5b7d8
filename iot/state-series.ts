import type { StatePoint } from '../contract/home.ts';

/** ms in which no more than four numbers are kept: the first, the highest, the lowest and the last. */
const numberSpan = 60_000;

const isNumber = ({ state }: StatePoint): boolean => state.trim() !== '' && Number.isFinite(Number(state));

const sameAttributes = (one: StatePoint['attributes'], other: StatePoint['attributes']): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/** Of a stretch, in its order: all words, and those numbers that tell how far they went. */
function extremes(points: readonly StatePoint[], ends: boolean): StatePoint[] {
  let lowest: StatePoint | undefined;
  let highest: StatePoint | undefined;
  for (const point of points) {
    if (!isNumber(point)) continue;
    if (!lowest || Number(point.state) < Number(lowest.state)) lowest = point;
    if (!highest || Number(point.state) > Number(highest.state)) highest = point;
  }
  const last = points.length - 1;
  return points.filter(
    (point, index) => !isNumber(point) || point === lowest || point === highest || (ends && (index === 0 || index === last)),
  );
}

/** The states of one entity, oldest first, never more than `limit`. Numbers are thinned so that their highs and lows stay. */
export class StateSeries {
  #points: StatePoint[] = [];

  get length(): number {
    return this.#points.length;
  }

  get last(): StatePoint | undefined {
    return this.#points.at(-1);
  }

  /** False when it says nothing new. A point older than the last one counts as of the last one's time. */
  add(point: StatePoint, limit: number): boolean {
    const { last } = this;
    if (last && last.state === point.state && sameAttributes(last.attributes, point.attributes)) return false;
    const at = Math.max(point.at, last?.at ?? point.at);
    // of two words at one moment only the second lasted
    if (last?.at === at && !isNumber(point)) this.#points.pop();
    this.#points.push({ ...point, at });
    this.#thinSpan(at);
    if (this.#points.length > limit) this.#thin(limit);
    return true;
  }

  /** Forgets what ended before `time`; the state at that time stays. Returns how many points went. */
  forgetBefore(time: number): number {
    let first = 0;
    while (first + 1 < this.#points.length && (this.#points[first + 1]?.at ?? time) <= time) first += 1;
    if (first > 0) this.#points = this.#points.slice(first);
    return first;
  }

  /** The state at `from`, where known, and every one after it up to `to`. */
  between(from: number, to: number): StatePoint[] {
    const points = this.#points.filter(({ at }) => at <= to);
    const started = points.findLastIndex(({ at }) => at <= from);
    return points.slice(Math.max(0, started)).map((point) => (point.at < from ? { ...point, at: from } : point));
  }

  /** Points of `time` and later. */
  since(time: number): StatePoint[] {
    return this.#points.filter(({ at }) => at >= time);
  }

  #thinSpan(now: number): void {
    let start = this.#points.length - 1;
    while (start > 0 && Math.floor((this.#points[start - 1]?.at ?? 0) / numberSpan) === Math.floor(now / numberSpan)) start -= 1;
    if (this.#points.length - start > 4) this.#points.push(...extremes(this.#points.splice(start), true));
  }

  /** Of all but the newest quarter, numbers are kept by their highs and lows in equal spans of time; of words the oldest go. */
  #thin(limit: number): void {
    const older = this.#points.slice(0, Math.floor(this.#points.length * 0.75));
    const begun = older[0]?.at ?? 0;
    const span = Math.max(1, ((older.at(-1)?.at ?? begun) - begun) / Math.max(1, Math.floor(limit * 0.3)));
    // the first stays: it tells how far back the memory goes
    const kept = older.slice(0, 1);
    for (let start = 1; start < older.length; ) {
      const place = Math.floor(((older[start]?.at ?? 0) - begun) / span);
      let end = start + 1;
      while (end < older.length && Math.floor(((older[end]?.at ?? 0) - begun) / span) === place) end += 1;
      kept.push(...extremes(older.slice(start, end), false));
      start = end;
    }
    const points = [...kept, ...this.#points.slice(older.length)];
    // a tenth of room, so that this is not done again at every point
    const most = Math.max(1, Math.floor(limit * 0.9));
    this.#points = points.length > most ? points.slice(points.length - most) : points;
  }
}
