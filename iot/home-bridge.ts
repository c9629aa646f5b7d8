import type { ActOutcome, Area, BridgeStatus, Entity, Floor, HomeAction, HomeChange } from '../contract/home.ts';

/** One way into the home (MQTT, a file, Home Assistant). */
export interface HomeBridge {
  readonly name: string;
  readonly status: BridgeStatus;
  /** Grows with every change of names or places, not of state. */
  readonly structureVersion: number;
  /** Resolves when the first whole picture of the home is there; keeps reconnecting until `signal` aborts. */
  connect(signal: AbortSignal): Promise<void>;
  snapshot(): { floors: Floor[]; areas: Area[]; entities: Entity[] };
  entity(entityId: string): Entity | undefined;
  /** Every change from now on, status changes included as `structure-changed`; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<HomeChange>;
  /** Acts, watches, and says what was seen, one outcome per entity. Never throws for a device that refuses. */
  act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]>;
}
