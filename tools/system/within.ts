import type { Clock } from '../../contract/clock.ts';

/** Rejects when it takes longer; what was begun is left behind. */
export async function within<Value>(promise: Promise<Value>, clock: Clock, ms: number): Promise<Value> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    () => Promise.reject(new Error('it took too long')),
    () => promise,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
