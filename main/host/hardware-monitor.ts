import type { Clock } from '../../contract/clock.ts';
import type { HardwareReport, HardwareSample } from '../../contract/hardware.ts';
import { hardwareHistory } from './hardware-history.ts';

export type Pressure = { kind: 'hot-card'; name: string; temperature: number } | { kind: 'short-memory'; freeBytes: number };

export interface HardwareMonitorOptions {
  sample(): Promise<HardwareSample>;
  /** Why something could not be read the last time. */
  problems(): readonly string[];
  clock: Clock;
  /** Told once when a card gets hot or memory short, */
  pressed(pressure: Pressure): void;
  /** and once when that is over. */
  relieved(kind: Pressure['kind'], name?: string): void;
  limits?: Partial<PressureLimits>;
}

export interface PressureLimits {
  /** °C at which a card is hot, and below which it is not any more. */
  hot: number;
  cool: number;
  /** Shares of the memory that are free: below the first it is short, above the second it is enough again. */
  short: number;
  enough: number;
}

export interface HardwareMonitor {
  report(): HardwareReport;
  /** Somebody looks: figures come every 2 s, and one at once. Disposed it ends. */
  watch(listen?: (sample: HardwareSample) => void): Disposable;
}

const WATCHED_MS = 2000;
const RESTING_MS = 30_000;
/** A card slows itself down at 83 to 95 °C. */
const LIMITS: PressureLimits = { hot: 83, cool: 75, short: 0.06, enough: 0.12 };

/** Looks at the machine until the signal. A look that fails is a problem in the report, not an end. */
export function startHardwareMonitor(options: HardwareMonitorOptions, signal: AbortSignal): HardwareMonitor {
  const { sample, problems, clock } = options;
  const limits = { ...LIMITS, ...options.limits };
  const history = hardwareHistory();
  const watchers = new Set<{ listen: ((sample: HardwareSample) => void) | undefined }>();
  const hot = new Set<string>();
  let isShort = false;
  let now: HardwareSample | undefined;
  let failed: string | undefined;
  /** Ends the rest between two looks. */
  let wake = new AbortController();

  void run();
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await look();
      await clock.sleep(watchers.size > 0 ? WATCHED_MS : RESTING_MS, AbortSignal.any([signal, wake.signal])).catch(() => undefined);
      wake = new AbortController();
    }
  }
  async function look(): Promise<void> {
    try {
      const taken = await sample();
      if (signal.aborted) return;
      now = taken;
      failed = undefined;
      history.add(taken);
      judge(taken);
      for (const { listen } of watchers) listen?.(taken);
    } catch (error) {
      failed = `The machine could not be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  function judge({ cards, memory }: HardwareSample): void {
    for (const [index, { name, temperature }] of cards.entries()) {
      const key = `${index} ${name}`;
      if (temperature === undefined) continue;
      if (temperature >= limits.hot && !hot.has(key)) {
        hot.add(key);
        options.pressed({ kind: 'hot-card', name, temperature });
      } else if (temperature < limits.cool && hot.delete(key)) options.relieved('hot-card', name);
    }
    if (memory.totalBytes <= 0) return;
    const freeBytes = memory.totalBytes - memory.usedBytes;
    const free = freeBytes / memory.totalBytes;
    if (free < limits.short && !isShort) {
      isShort = true;
      options.pressed({ kind: 'short-memory', freeBytes });
    } else if (free > limits.enough && isShort) {
      isShort = false;
      options.relieved('short-memory');
    }
  }

  return {
    report: () => ({
      ...(now === undefined ? {} : { now }),
      history: history.all(clock.now()),
      problems: [...(failed === undefined ? [] : [failed]), ...problems()],
    }),
    watch(listen) {
      const watcher = { listen };
      watchers.add(watcher);
      if (watchers.size === 1) wake.abort();
      return {
        [Symbol.dispose]() {
          watchers.delete(watcher);
        },
      };
    },
  };
}
