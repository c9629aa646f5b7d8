import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import type { TurnRecord } from '../../contract/interface.ts';
import type { TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';

const KEPT_TURNS = 20;

/** The one stream of turn events, and the last turns in memory. */
export class TurnJournal {
  readonly #clock: Clock;
  readonly #records = new Map<string, TurnRecord>();
  /** Where each turn's time stands: `at` of its last event, and when that was heard here. */
  readonly #marks = new Map<string, { at: number; heard: number }>();
  readonly #broadcast = new Broadcast<TurnEvent>();
  /** Told at once, before anybody can act on the event. */
  readonly #first: ((event: TurnEvent) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes an event stamped by the voice process. */
  append(event: TurnEvent): void {
    let record = this.#records.get(event.turnId);
    if (record === undefined) {
      record = { turnId: event.turnId, startedAt: this.#clock.now(), events: [] };
      this.#records.set(event.turnId, record);
      for (const oldest of [...this.#records.keys()].slice(0, -KEPT_TURNS)) {
        this.#records.delete(oldest);
        this.#marks.delete(oldest);
      }
    }
    this.#marks.set(event.turnId, { at: event.at, heard: this.#clock.monotonic() });
    record.events.push(event);
    for (const listen of this.#first) listen(event);
    this.#broadcast.publish(event);
  }

  /** Stamps an event of the host: the time of the turn's last event plus what has passed since. */
  stamp(turnId: string, body: TurnEventBody): TurnEvent {
    const mark = this.#marks.get(turnId);
    const at = mark === undefined ? 0 : Math.round((mark.at + this.#clock.monotonic() - mark.heard) * 10) / 10;
    const event: TurnEvent = { turnId, at, ...body };
    this.append(event);
    return event;
  }

  /** `listen` hears every event before whoever follows the stream does. */
  tellFirst(listen: (event: TurnEvent) => void): void {
    this.#first.push(listen);
  }

  recent(): TurnRecord[] {
    return [...this.#records.values()];
  }

  events(signal: AbortSignal): AsyncIterable<TurnEvent> {
    return this.#broadcast.subscribe(signal);
  }
}
