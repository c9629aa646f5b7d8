import { outputClosed } from './output.ts';

/** Aborts on Ctrl-C, on being ended, and when nobody reads the output any more. Dispose it when the command is done. */
export function untilInterrupted(): Disposable & { signal: AbortSignal } {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  outputClosed.addEventListener('abort', interrupt);
  return {
    signal: stopping.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      outputClosed.removeEventListener('abort', interrupt);
    },
  };
}
