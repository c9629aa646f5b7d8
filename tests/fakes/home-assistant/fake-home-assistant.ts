import type { Server } from 'node:net';
import { addEntity, type EntityDescription } from './add-entity.ts';
import type { Authentication } from './authentication.ts';
import { scriptService } from './devices/run-things.ts';
import type { FakeEntity, Quirks } from './fake-entity.ts';
import { fillHouse } from './fill-house.ts';
import type { House } from './house.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { AreaEntry, EntityEntry } from './registries.ts';
import type { ServiceRegistry } from './service-registry.ts';
import type { WebsocketConnection } from './websocket-connection.ts';

export interface FakeHomeAssistantParts {
  readonly house: House;
  readonly authentication: Authentication;
  readonly misbehaviour: Misbehaviour;
  readonly services: ServiceRegistry;
  readonly connections: ReadonlySet<WebsocketConnection>;
  readonly token: string;
  readonly secure: boolean;
  /** A server of the same house that is not listening yet. */
  makeServer(): Server;
}

export interface RestartOptions {
  /** How long nobody listens, ms. */
  downMs?: number;
  /** How long it says STARTING before its devices are all there, ms. */
  startingMs?: number;
}

/** A running Home Assistant of the tests' own, and the hands that shake it. */
export class FakeHomeAssistant implements AsyncDisposable {
  readonly house: House;
  readonly authentication: Authentication;
  /** Slow answers, lost connections, and the log of all commands received. */
  readonly misbehaviour: Misbehaviour;
  /** A long-lived access token. */
  readonly token: string;
  readonly #parts: FakeHomeAssistantParts;
  #server: Server | undefined;
  #port = 0;
  #early: readonly FakeEntity[] = [];

  constructor(parts: FakeHomeAssistantParts) {
    this.#parts = parts;
    this.house = parts.house;
    this.authentication = parts.authentication;
    this.misbehaviour = parts.misbehaviour;
    this.token = parts.token;
  }

  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:41234` */
  get url(): string {
    return `http${this.#parts.secure ? 's' : ''}://127.0.0.1:${this.#port}`;
  }

  /** Sockets that are logged in. */
  get connectionCount(): number {
    return [...this.#parts.connections].filter((connection) => connection.refreshTokenId !== undefined).length;
  }

  async listen(port: number): Promise<void> {
    const server = this.#parts.makeServer();
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.house.stopTimers();
    this.loseConnection();
    await this.#stopListening();
  }

  // --- the state of things

  add(entityId: string, description: EntityDescription): FakeEntity {
    const entity = addEntity(this.house, entityId, description);
    if (entity.domain === 'script') this.#parts.services.register(scriptService(entityId));
    return entity;
  }

  fill(count: number): void {
    fillHouse(this.house, count);
  }

  entity(entityId: string): FakeEntity {
    const entity = this.house.entities.get(entityId);
    if (!entity) throw new Error(`The fake house has no ${entityId}`);
    return entity;
  }

  /** As somebody would by hand at the device. Attributes are added to those it has. */
  setState(entityId: string, state: string, attributes: Record<string, unknown> = {}): void {
    const entity = this.entity(entityId);
    entity.state = state;
    entity.attributes = { ...entity.attributes, ...attributes };
    this.house.write(entity);
  }

  setAvailable(entityId: string, available: boolean): void {
    const entity = this.entity(entityId);
    entity.available = available;
    this.house.write(entity);
  }

  /** The entity and its registry entry go. */
  remove(entityId: string): void {
    this.house.entities.delete(entityId);
    this.house.registries.entities.remove(entityId);
    this.house.states.remove(entityId);
  }

  /** `jams`, `deaf`, `travelMs`. */
  setQuirks(entityId: string, quirks: Quirks): void {
    this.entity(entityId).quirks = quirks;
  }

  // --- what a person changes in the settings

  /** Name, area, aliases, labels, hidden … of an entity. */
  updateEntity(entityId: string, changes: Partial<Omit<EntityEntry, 'entity_id'>>): void {
    this.house.registries.entities.update(entityId, changes);
    this.house.rename(entityId);
  }

  renameEntityId(entityId: string, newEntityId: string): void {
    const entity = this.entity(entityId);
    this.house.registries.entities.update(entityId, { entity_id: newEntityId });
    this.house.entities.delete(entityId);
    this.house.states.remove(entityId);
    this.house.add({ ...entity, entity_id: newEntityId });
  }

  expose(entityId: string, exposed: boolean): void {
    const entry = this.house.registries.entities.get(entityId);
    this.updateEntity(entityId, { options: { ...entry?.options, conversation: { should_expose: exposed } } });
  }

  updateArea(areaId: string, changes: Partial<Omit<AreaEntry, 'area_id'>>): void {
    this.house.registries.areas.update(areaId, changes);
  }

  // --- the ways in which it lets its clients down

  /** Stops, is away, comes back STARTING with every device unavailable, and is RUNNING when all are there again. */
  async restart({ downMs = 10, startingMs = 10 }: RestartOptions = {}): Promise<void> {
    await this.stop();
    await pause(downMs);
    await this.comeBack();
    await pause(startingMs);
    this.finishStarting();
  }

  /** First part of a restart: sockets are closed, nobody listens, and the devices finish what they were at. */
  async stop(): Promise<void> {
    this.house.bus.fire('homeassistant_stop', {});
    for (const connection of this.#parts.connections) connection.close();
    await this.#stopListening();
    this.house.finishTimers();
  }

  /** Second part: on the same port, STARTING. What the registry knows is unavailable, the rest is not there; every other device appears. */
  async comeBack(): Promise<void> {
    const { house } = this;
    house.coreState = 'STARTING';
    house.beginAgain();
    this.#early = [...house.entities.values()].filter(
      (entity, index) => index % 2 === 0 && house.registries.entities.get(entity.entity_id),
    );
    await this.listen(this.#port);
    for (const entity of this.#early) house.write(entity);
    house.bus.fire('homeassistant_start', {});
  }

  /** Last part: all devices are there, RUNNING. */
  finishStarting(): void {
    const { house } = this;
    for (const entity of house.entities.values()) if (!this.#early.includes(entity)) house.write(entity);
    house.coreState = 'RUNNING';
    house.bus.fire('homeassistant_started', {});
  }

  /** The network is cut: sockets end without a word; new ones can be made at once. */
  loseConnection(): void {
    for (const connection of this.#parts.connections) connection.lose();
  }

  /** The token no longer works, and its sockets are closed. */
  revokeToken(token: string = this.token): void {
    const id = this.authentication.revoke(token);
    for (const connection of this.#parts.connections) if (connection.refreshTokenId === id) connection.close();
  }

  /** The entity changes, but nobody is told, until `dropEvents(id, false)`. */
  dropEvents(entityId: string, dropped = true): void {
    this.house.states.silence(entityId, dropped);
  }

  /** One frame to every logged-in client, sent exactly as it is: broken JSON, wrong types, whatever. */
  sendRaw(frame: string): void {
    for (const connection of this.#parts.connections) if (connection.refreshTokenId !== undefined) connection.sendRaw(frame);
  }

  /** The entity is told with wrong types from now on: a number for its state, a list for its attributes. */
  garble(entityId: string): void {
    this.house.states.garbled.add(entityId);
    this.house.write(this.entity(entityId));
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
    await closed;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
