import { join } from 'node:path';
import { z } from 'zod';
import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Download } from '../../contract/models.ts';
import { type CollectOptions, collectPartials } from './collect-partials.ts';
import { type DownloadFile, DownloadFileSchema, type DownloadRecord, DownloadRecordSchema, targetOf } from './download-file.ts';
import { bytesInWords, DownloadTrouble } from './download-trouble.ts';
import { type FetchedFile, fetchFile } from './fetch-file.ts';
import type { Fetch, HttpSourceOptions } from './http-source.ts';
import { type Mirror, sourcesFor } from './mirror.ts';
import { discardPartial, type OpenPart, openPart } from './partial-file.ts';
import { ProgressMeter } from './progress-meter.ts';
import { safeFileName } from './safe-file-name.ts';

export type { DownloadFile } from './download-file.ts';

export interface DownloadManagerOptions {
  /** Models lie in it, each in a folder of its model's name; `quarantine` in it holds what must not be loaded. */
  folder: string;
  /** The list of downloads; one manager writes it at a time. */
  store: { load(): Promise<unknown>; save(value: unknown): Promise<void> };
  clock: Clock;
  newId: () => string;
  fetch: Fetch;
  /** Bytes that may still be written there. */
  freeBytes: (folder: string) => Promise<number>;
  /** Files at once. */
  concurrency?: number;
  /** Connections for one file. */
  parts?: number;
  /** Files of fewer bytes come over one connection. */
  parallelFrom?: number;
  /** Bytes that stay free on the disk. */
  reserveBytes?: number;
  stallMs?: number;
  /** Attempts that bring nothing, in a row, before a download fails. */
  retries?: number;
  claimBytes?: number;
  claimMs?: number;
  /** Between two tellings of progress of one download. */
  progressMs?: number;
  mirror?: Mirror | undefined;
  headersFor?: HttpSourceOptions['headersFor'];
  /**
   * Keeps other processes from writing the same file: gives back how to let go, or undefined while another one holds it. Absent: there is no other.
   */
  lock?: (folder: string, name: string) => Promise<(() => Promise<void>) | undefined>;
  /** Called with every file that came, before its download is `done`; again after a restart in between. A rejection fails the download. */
  arrived?: (file: DownloadFile, fetched: FetchedFile) => Promise<void>;
  openPart?: OpenPart;
}

/** How a run ended: `file` when the state is `done`. */
export interface DownloadEnd {
  download: Download;
  file?: FetchedFile;
}
export interface StartedDownload {
  download: Download;
  /** Resolves when it rests: done, failed, cancelled or paused. Never rejects. */
  ended: Promise<DownloadEnd>;
}

interface Entry extends DownloadRecord {
  meter: ProgressMeter;
  stop: AbortController;
  ended: PromiseWithResolvers<DownloadEnd>;
}

const GB = 1_000_000_000;
/** Ended downloads that the list still shows. */
const KEPT = 50;
type Stop = 'pause' | 'cancel' | 'close';

/** Fetches models: several at once, the others wait. What was running when JARVIS ended goes on after `open`. */
export class DownloadManager implements AsyncDisposable {
  readonly #options: DownloadManagerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #changes = new Broadcast<Download>();
  #saving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DownloadManagerOptions) {
    this.#options = options;
  }

  /** Reads the list and goes on with what was running. Call it once, before anything else. */
  async open(): Promise<void> {
    const rows = z.array(z.unknown()).safeParse(await this.#options.store.load()).data ?? [];
    for (const row of rows) {
      // A row of another version costs its line in the list; its bytes are taken up when the same file is started again.
      const record = DownloadRecordSchema.safeParse(row).data;
      if (record === undefined) continue;
      const goesOn = ['running', 'checking', 'waiting'].includes(record.download.state);
      const { bytesPerSecond: _, ...download } = record.download;
      this.#add({ ...record, download: { ...download, ...(goesOn && { state: 'waiting' as const }) } });
    }
    this.#fill();
  }

  /**
   * Resolves once it is in the list, for good. The same file again gives the download that there is, resumed where it rested. Rejects in words when the
   * request makes no sense or the list cannot be written.
   */
  async start(request: DownloadFile): Promise<StartedDownload> {
    if (this.#closed) throw new Error('Downloads are closed.');
    const file = DownloadFileSchema.parse(request);
    // Now rather than later: an address that can never work.
    sourcesFor(file.url, safeFileName(file.name), this.#options.mirror, this.#sourceOptions(file));
    const target = this.#target(file);
    const same = [...this.#entries.values()].find((each) => this.#target(each.file) === target);
    if (same !== undefined && isActive(same) && same.file.url !== file.url) {
      throw new Error(`${same.download.title} is being fetched to the same place; cancel that first.`);
    }
    if (same !== undefined && isActive(same)) return { download: same.download, ended: same.ended.promise };
    if (same !== undefined && same.file.url === file.url && ['paused', 'failed'].includes(same.download.state)) {
      same.file = file;
      return await this.resume(same.download.id);
    }
    if (same !== undefined) this.#entries.delete(same.download.id);
    const download: Download = {
      id: this.#options.newId(),
      title: file.title,
      modelId: file.modelId,
      kind: file.kind,
      url: file.url,
      state: 'waiting',
      doneBytes: 0,
      ...(file.bytes !== undefined && { totalBytes: file.bytes }),
      startedAt: this.#options.clock.now(),
    };
    const entry = this.#add({ download, file });
    try {
      await this.#save();
    } catch (error) {
      this.#entries.delete(download.id);
      throw new Error('The list of downloads could not be written.', { cause: error });
    }
    this.#changes.publish(download);
    this.#fill();
    return { download: entry.download, ended: entry.ended.promise };
  }

  /** Keeps what came. Resolves when it rests. */
  async pause(id: string): Promise<void> {
    const entry = this.#find(id);
    if (!isActive(entry)) throw new Error(`${entry.download.title} is not being fetched.`);
    await this.#stop(entry, 'pause');
  }

  /** Goes on with a paused or failed one. */
  async resume(id: string): Promise<StartedDownload> {
    if (this.#closed) throw new Error('Downloads are closed.');
    const entry = this.#find(id);
    const { state, title } = entry.download;
    if (state === 'done' || state === 'cancelled')
      throw new Error(`${title} is ${state === 'done' ? 'there already' : 'cancelled; start it again'}.`);
    if (!isActive(entry)) {
      entry.stop = new AbortController();
      entry.ended = Promise.withResolvers();
      entry.meter.reset();
      this.#set(entry, { state: 'waiting' });
      this.#fill();
    }
    return { download: entry.download, ended: entry.ended.promise };
  }

  /** Throws away what came, unless the file is there already. Resolves when that is done. */
  async cancel(id: string): Promise<void> {
    const entry = this.#find(id);
    const { state, title } = entry.download;
    if (state === 'done' || state === 'cancelled') throw new Error(`${title} is ${state} already.`);
    if (isActive(entry)) await this.#stop(entry, 'cancel');
    // It may have been done a moment before.
    if (entry.download.state === 'done') throw new Error(`${title} is done already.`);
    if (entry.download.state !== 'cancelled') this.#set(entry, { state: 'cancelled' });
    await discardPartial(`${this.#target(entry.file)}.part`);
    await this.#saving.catch(() => undefined);
  }

  /** Takes an ended one off the list; what came of a failed one goes with it. */
  async forget(id: string): Promise<void> {
    const entry = this.#find(id);
    if (isActive(entry)) throw new Error(`${entry.download.title} is being fetched; cancel it first.`);
    if (entry.download.state !== 'done') await discardPartial(`${this.#target(entry.file)}.part`);
    this.#entries.delete(id);
    await this.#save();
  }

  /** In the order they were started. */
  list(): Download[] {
    return [...this.#entries.values()].map((each) => each.download);
  }

  /** Every change of every download, until the signal aborts. */
  changes(signal: AbortSignal): AsyncGenerator<Download> {
    return this.#changes.subscribe(signal);
  }

  /** Is this file being fetched, or waiting to go on? */
  isFetching(path: string): boolean {
    return [...this.#entries.values()].some((each) => isActive(each) && this.#target(each.file) === path);
  }

  /** Clears away partial files that nobody wants any more. Gives the bytes that became free. */
  async collect(options: Pick<CollectOptions, 'days'> = { days: 14 }): Promise<number> {
    const wanted = new Set(
      [...this.#entries.values()].filter((each) => each.download.state !== 'cancelled').map((each) => this.#target(each.file)),
    );
    const active = new Set([...this.#entries.values()].filter(isActive).map((each) => this.#target(each.file)));
    const { folder, clock, lock } = this.#options;
    return await collectPartials({ folder, now: clock.now(), days: options.days, wanted, active, lock });
  }

  /** Stops at once; what was running goes on at the next `open`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#entries.values()]
        .filter((each) => each.download.state !== 'waiting' && isActive(each))
        .map((each) => this.#stop(each, 'close')),
    );
    await this.#saving.catch(() => undefined);
  }

  #target(file: DownloadFile): string {
    return targetOf(this.#options.folder, file);
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error('There is no such download.');
    return entry;
  }

  #add(record: DownloadRecord): Entry {
    const meter = new ProgressMeter(this.#options.clock, this.#options.progressMs ?? 250);
    const entry: Entry = { ...record, meter, stop: new AbortController(), ended: Promise.withResolvers() };
    this.#entries.set(record.download.id, entry);
    const old = [...this.#entries.values()].filter((each) => ['done', 'cancelled'].includes(each.download.state));
    for (const each of old.slice(0, Math.max(0, old.length - KEPT))) this.#entries.delete(each.download.id);
    return entry;
  }

  /** Starts as many as may run. */
  #fill(): void {
    if (this.#closed) return;
    const all = [...this.#entries.values()];
    const free = (this.#options.concurrency ?? 2) - all.filter((each) => ['running', 'checking'].includes(each.download.state)).length;
    for (const entry of all.filter((each) => each.download.state === 'waiting').slice(0, Math.max(0, free))) {
      this.#set(entry, { state: 'running' });
      // Its end, good or bad, is told by the entry itself.
      void this.#run(entry);
    }
  }

  async #run(entry: Entry): Promise<void> {
    let end: DownloadEnd;
    try {
      const file = await this.#fetch(entry);
      await this.#options.arrived?.(entry.file, file);
      this.#set(entry, { state: 'done', doneBytes: file.bytes, totalBytes: file.bytes });
      end = { download: entry.download, file };
    } catch (error) {
      this.#fail(entry, error);
      end = { download: entry.download };
    }
    entry.ended.resolve(end);
    this.#fill();
  }

  #fail(entry: Entry, error: unknown): void {
    const { signal } = entry.stop;
    const stop: Stop | undefined = signal.aborted ? signal.reason : undefined;
    // As it was, so that it goes on by itself.
    if (stop === 'close') return;
    if (stop === 'pause') this.#set(entry, { state: 'paused' });
    else if (stop === 'cancel') this.#set(entry, { state: 'cancelled' });
    else if (error instanceof DownloadTrouble && error.kind === 'disk') this.#set(entry, { state: 'paused', problem: error.message });
    else this.#set(entry, { state: 'failed', problem: error instanceof Error ? error.message : String(error) });
  }

  async #fetch(entry: Entry): Promise<FetchedFile> {
    const { folder, clock, newId, lock } = this.#options;
    const { file } = entry;
    const { signal } = entry.stop;
    const target = this.#target(file);
    const release = await lock?.(folder, `fetch-${safeFileName(file.modelId)}-${safeFileName(file.name)}`);
    if (lock !== undefined && release === undefined) throw new Error(`Another JARVIS is fetching ${file.title} just now.`);
    try {
      const sources = sourcesFor(file.url, safeFileName(file.name), this.#options.mirror, this.#sourceOptions(file));
      const wish = {
        target,
        title: file.title,
        bytes: file.estimated === true ? undefined : file.bytes,
        sha256: file.sha256,
        settled: entry.settled,
      };
      return await fetchFile(
        wish,
        sources,
        {
          clock,
          newId,
          openPart: this.#options.openPart ?? openPart,
          quarantine: join(folder, 'quarantine'),
          parts: this.#options.parts ?? 4,
          parallelFrom: this.#options.parallelFrom ?? 64_000_000,
          stallMs: this.#options.stallMs ?? 30_000,
          retries: this.#options.retries ?? 8,
          claimBytes: this.#options.claimBytes ?? 32 * 1024 * 1024,
          claimMs: this.#options.claimMs ?? 3000,
          checkSpace: (bytes) => this.#checkSpace(entry, bytes),
          progress: (done, total) => this.#progress(entry, done, total),
          waiting: (words) => this.#set(entry, { state: 'running', ...(words !== undefined && { problem: words }) }),
          checking: () => this.#set(entry, { state: 'checking' }),
          settling: async ({ path: _, ...settled }) => {
            entry.settled = settled;
            // A list that cannot be written costs a second look at the file after a kill, no more.
            await this.#save().catch(() => undefined);
          },
        },
        signal,
      );
    } finally {
      await release?.();
    }
  }

  #sourceOptions(file: DownloadFile): Omit<HttpSourceOptions, 'isMirror'> {
    const { fetch, clock, headersFor } = this.#options;
    return { fetch, clock, headersFor, proven: file.sha256 !== undefined };
  }

  async #checkSpace(entry: Entry, bytes: number): Promise<void> {
    const { folder } = this.#options;
    const reserve = this.#options.reserveBytes ?? GB;
    const others = [...this.#entries.values()].filter((each) => each !== entry && each.download.state === 'running');
    const promised =
      bytes === 0 ? 0 : others.reduce((sum, { download }) => sum + Math.max(0, (download.totalBytes ?? 0) - download.doneBytes), 0);
    const free = await this.#options.freeBytes(folder);
    if (free >= bytes + promised + reserve) return;
    const also = promised > 0 ? `, ${bytesInWords(promised)} for the other downloads` : '';
    const wanted =
      bytes > 0
        ? `${bytesInWords(bytes)} more are wanted${also} and ${bytesInWords(reserve)} to spare`
        : `${bytesInWords(reserve)} must stay free`;
    throw new DownloadTrouble('disk', `There is not enough room in ${folder}: ${wanted}, ${bytesInWords(Math.max(0, free))} are free.`);
  }

  #progress(entry: Entry, done: number, total: number | undefined): void {
    const rate = entry.meter.add(done);
    const { state, problem: _, ...rest } = entry.download;
    if (state !== 'running') return;
    entry.download = { ...rest, state, doneBytes: done, ...(total !== undefined && { totalBytes: total }) };
    if (rate === undefined) return;
    entry.download = { ...entry.download, bytesPerSecond: rate };
    this.#changes.publish(entry.download);
  }

  /** Rate and problem of the state before do not stay. */
  #set(entry: Entry, change: Pick<Download, 'state'> & Partial<Download>): void {
    const { bytesPerSecond: _, problem: __, ...rest } = entry.download;
    entry.download = { ...rest, ...change };
    this.#changes.publish(entry.download);
    // What is on the disk then is an older state, from which it goes on as well; the next change writes again.
    this.#save().catch(() => undefined);
  }

  async #stop(entry: Entry, stop: Stop): Promise<void> {
    if (entry.download.state === 'waiting') {
      this.#set(entry, { state: stop === 'cancel' ? 'cancelled' : 'paused' });
      entry.ended.resolve({ download: entry.download });
      return;
    }
    entry.stop.abort(stop);
    await entry.ended.promise;
  }

  /** One after the other, always the newest list. */
  #save(): Promise<void> {
    const next = this.#saving
      .catch(() => undefined)
      .then(() => {
        const rows: DownloadRecord[] = [...this.#entries.values()].map(({ download, file, settled }) => ({
          download,
          file,
          ...(settled && { settled }),
        }));
        return this.#options.store.save(rows);
      });
    this.#saving = next;
    return next;
  }
}

const isActive = ({ download: { state } }: DownloadRecord): boolean => state === 'waiting' || state === 'running' || state === 'checking';
