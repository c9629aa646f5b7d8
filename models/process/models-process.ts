/** The models process: its start, its wire to the host, its end. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHostPort } from './host-port.ts';
import { ModelsWorker } from './models-worker.ts';

const port = openHostPort();

/** Reports what nobody caught, and ends: the supervisor starts a fresh process, which is in a known state. */
function die(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  port.post({ type: 'log', level: 'error', message: `the models process ends: ${message}` }, () => process.exit(1));
  // The host may be gone, or not listening.
  setTimeout(() => process.exit(1), 500).unref();
}

process.on('uncaughtException', die);
process.on('unhandledRejection', die);
// Ctrl-C reaches the whole process group; the host ends this process in its own order.
process.on('SIGINT', () => undefined);

const worker = new ModelsWorker({
  post: (message) => port.post(message),
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  },
  newToolCallId: randomUUID,
  residentBytes: () => process.memoryUsage.rss(),
  availableBytes: () => process.availableMemory(),
});

process.on('SIGTERM', () => process.exit(0));
port.listen(
  (message) => worker.receive(message),
  () => process.exit(0),
);
