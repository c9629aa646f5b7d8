export interface ByteRange {
  start: number;
  /** The byte after the last. */
  end: number;
}

/** Which bytes of a file are there. Kept sorted, touching ranges joined. */
export class ByteRanges {
  #ranges: ByteRange[] = [];
  #bytes = 0;

  constructor(ranges: Iterable<ByteRange> = []) {
    for (const range of ranges) this.add(range);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The byte after the last one that is there. */
  get end(): number {
    return this.#ranges.at(-1)?.end ?? 0;
  }

  add({ start, end }: ByteRange): void {
    if (end <= start) return;
    const apart = (each: ByteRange): boolean => each.end < start || each.start > end;
    const touched = this.#ranges.filter((each) => !apart(each));
    const joined = { start: Math.min(start, ...touched.map((each) => each.start)), end: Math.max(end, ...touched.map((each) => each.end)) };
    this.#ranges = [...this.#ranges.filter(apart), joined].sort((a, b) => a.start - b.start);
    this.#bytes = this.#ranges.reduce((sum, each) => sum + each.end - each.start, 0);
  }

  list(): ByteRange[] {
    return this.#ranges.map((each) => ({ ...each }));
  }

  /** What is missing of a file of `total` bytes, in order. */
  gaps(total: number): ByteRange[] {
    const edges = [...this.#ranges, { start: total, end: total }];
    let at = 0;
    return edges.flatMap(({ start, end }) => {
      const gap = { start: at, end: Math.min(start, total) };
      at = Math.max(at, end);
      return gap.end > gap.start ? [gap] : [];
    });
  }
}
