/** The voice process: its start, its wire to the host, its end. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineFactories } from './engine-factories.ts';
import { openHostPort } from './host-port.ts';
import { VoiceWorker } from './voice-worker.ts';

const port = openHostPort();

/** Reports what nobody caught, and ends: the supervisor starts a fresh process, which is in a known state. */
function die(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  port.post({ type: 'log', level: 'error', message: `the voice process ends: ${message}` }, () => process.exit(1));
  // The host may be gone, or not listening.
  setTimeout(() => process.exit(1), 500).unref();
}

process.on('uncaughtException', die);
process.on('unhandledRejection', die);
// Ctrl-C reaches the whole process group; the host ends this process in its own order.
process.on('SIGINT', () => undefined);

const worker = new VoiceWorker({
  post: (message) => port.post(message),
  factories: engineFactories,
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  },
  newTurnId: randomUUID,
  residentBytes: () => process.memoryUsage.rss(),
});

process.on('exit', () => worker[Symbol.dispose]());
process.on('SIGTERM', () => process.exit(0));
port.listen(
  (message) => worker.receive(message),
  () => process.exit(0),
);
