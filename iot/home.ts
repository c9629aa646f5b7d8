import type { ActOutcome, Area, BridgeStatus, Entity, Floor, HomeAction, HomeChange, HomeSnapshot } from '../contract/home.ts';
import type { HomeRecords } from './home-bridge.ts';

/** One model over all bridges. Reading is free; `act` is for the home tool alone. */
export interface Home {
  /** Grows with every change of names or places (not of state): whoever compiles the vocabulary keeps it. */
  readonly structureVersion: number;
  snapshot(): HomeSnapshot;
  entity(entityId: string): Entity | undefined;
  area(areaId: string): Area | undefined;
  floor(floorId: string): Floor | undefined;
  bridges(): BridgeStatus[];
  changes(signal: AbortSignal): AsyncIterable<HomeChange>;
  act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]>;
  /** What the bridges can look up, each call sent to the bridge that owns the entity; a member that no bridge has is absent. */
  readonly records: HomeRecords;
}
