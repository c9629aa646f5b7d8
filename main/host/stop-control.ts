import type { Clock } from '../../contract/clock.ts';
import type { Audit } from '../../tools/audit.ts';
import type { EmergencyStop, Stopped } from '../../tools/emergency-stop.ts';
import type { Log } from './log.ts';
import { clearStop, writeStop } from './stop-file.ts';

/** Where a stop may come from: anywhere. */
export type StoppedBy = 'voice' | 'page' | 'cli' | 'api' | 'tray' | 'hotkey' | 'device';

/** Where a release may come from: a person only. Programs with the API token speak for the person who gave it to them. */
export type ReleasedBy = 'voice' | 'page' | 'cli' | 'api';

interface StopControlOptions {
  stop: EmergencyStop;
  dataFolder: string;
  audit: Pick<Audit, 'write'>;
  clock: Clock;
  log: Log;
  /** Ends turns and speech. */
  silence(): void;
  /** The pages are told. */
  changed(): void;
}

/** Stops everything and lets it go again; what holds is also in the data folder, so that a restart changes nothing. */
export class StopControl {
  readonly #options: StopControlOptions;
  /** One after another, so that the file says what was said last. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: StopControlOptions) {
    this.#options = options;
  }

  get stopped(): Stopped | undefined {
    return this.#options.stop.stopped;
  }

  /** In force when it returns; resolves when it would outlive a restart too. Never rejects: what cannot be written down is in force all the same. */
  stopEverything(by: StoppedBy): Promise<void> {
    const { stop, dataFolder, audit, clock, log, silence, changed } = this.#options;
    const stopped = { at: clock.now(), by };
    const first = !stop.latched;
    stop.stop(stopped);
    silence();
    if (!first) return this.#after(async () => undefined);
    changed();
    return this.#after(async () => {
      const written = await Promise.allSettled([
        writeStop(dataFolder, stopped),
        audit.write({ kind: 'stop', act: 'stopped', by }, { durable: true }),
      ]);
      for (const each of written) {
        if (each.status === 'rejected')
          log.error({ error: String(each.reason) }, 'the emergency stop holds, but could not be written down');
      }
    });
  }

  /** False when nothing was stopped. Throws when the record or the disk refuses; everything then stays stopped. */
  release(by: ReleasedBy): Promise<boolean> {
    const { stop, dataFolder, audit, changed } = this.#options;
    return this.#after(async () => {
      if (!stop.latched) return false;
      await audit.write({ kind: 'stop', act: 'released', by }, { durable: true });
      await clearStop(dataFolder);
      stop.release();
      changed();
      return true;
    });
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}
