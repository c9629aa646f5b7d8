import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { DownloadFileSchema } from '../../models/download/download-file.ts';
import { type DownloadEnd, DownloadManager } from '../../models/download/download-manager.ts';
import { openPart, type PartHandle } from '../../models/download/partial-file.ts';
import { jsonFile } from '../../store/json-file.ts';

/** A process that fetches one file as JARVIS would, to be killed at any moment. It waits for its order, so that it can be started ahead of it. */
const OrderSchema = z.object({
  folder: z.string(),
  list: z.string(),
  file: DownloadFileSchema,
  parallelFrom: z.number(),
  claimBytes: z.number(),
});

const JournalSchema = z.object({ done: z.array(z.object({ start: z.number(), end: z.number() })) });

process.once('message', (message) => {
  void fetchIt(OrderSchema.parse(message));
});
process.send?.({ type: 'ready' });

async function fetchIt({ folder, list, file, parallelFrom, claimBytes }: z.infer<typeof OrderSchema>): Promise<void> {
  const store = jsonFile(list);
  const manager = new DownloadManager({
    folder,
    store: {
      load: () => store.load(),
      save(value) {
        tell({ type: 'saving', isSettled: JSON.stringify(value).includes('"settled"') });
        return store.save(value);
      },
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: (ms, signal) => pause(ms, undefined, { signal }) },
    newId: randomUUID,
    fetch: globalThis.fetch,
    freeBytes: async () => 1e12,
    parallelFrom,
    claimBytes,
    progressMs: 0,
    openPart: async (path, flags) => {
      const handle = await openPart(path, flags);
      if (!path.endsWith('.json.tmp')) return handle;
      let doneBytes = 0;
      return {
        ...bound(handle),
        writeFile(data) {
          doneBytes = JournalSchema.parse(JSON.parse(data)).done.reduce((sum, each) => sum + each.end - each.start, 0);
          return handle.writeFile(data);
        },
        // The journal is about to be replaced.
        close: () => handle.close().then(() => tell({ type: 'claiming', doneBytes })),
      };
    },
    arrived: async () => tell({ type: 'arrived' }),
  });
  const over = new AbortController();
  const watch = (async () => {
    for await (const { state, doneBytes } of manager.changes(over.signal)) tell({ type: 'change', state, doneBytes });
  })();
  await manager.open();
  await manager.collect();
  // What was begun before the kill goes on by itself; what was done then is done.
  const [known] = manager.list();
  const end: DownloadEnd =
    known?.state === 'done'
      ? { download: known }
      : await (known === undefined ? await manager.start(file) : await manager.resume(known.id)).ended;
  over.abort();
  await watch;
  await manager[Symbol.asyncDispose]();
  tell({ type: 'ended', state: end.download.state, problem: end.download.problem, proof: end.file?.proof });
  process.disconnect();
}

function bound(handle: PartHandle): PartHandle {
  return {
    writev: (buffers, position) => handle.writev(buffers, position),
    writeFile: (data) => handle.writeFile(data),
    truncate: (length) => handle.truncate(length),
    stat: () => handle.stat(),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

function tell(message: Record<string, unknown>): void {
  process.send?.(message);
}
