import type { MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import type { ActOutcome, BridgeStatus, Entity, HomeAction } from '../../contract/home.ts';
import { EntityTable } from '../entity-table.ts';
import type { HomeBridge } from '../home-bridge.ts';
import type { Log } from '../log.ts';
import { observeOutcome } from '../observe-outcome.ts';
import { notAnswering } from '../services/entity-words.ts';
import { applyTarget } from '../services/expectation.ts';
import type { ServicePlan, Target } from '../services/service-rule.ts';
import { planService } from '../services.ts';
import type { Component, Message } from './component.ts';
import { checkBrokerUrl, keepConnected } from './mqtt-connection.ts';
import { MqttEntities } from './mqtt-entities.ts';
import { type Places, placesTopic } from './places.ts';

export interface MqttBridgeOptions {
  /** `mqtt://host:1883`, `mqtts://`, `ws://`, `wss://` */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  discoveryPrefix?: string;
  /** Unique at the broker: two with the same id throw each other out. */
  clientId: string;
  clock: Clock;
  log: Log;
  name?: string;
  /** Floors and areas, until the home declares its own on `jarvis/areas`. */
  places?: Places;
  /** ms to wait for the new state, by domain; see `waitMs`. */
  waitMs?: Readonly<Record<string, number>>;
}

/** ms that a device of that domain has to show its new state. */
const defaultWaitMs: Readonly<Record<string, number>> = {
  cover: 12_000,
  valve: 12_000,
  lock: 10_000,
  vacuum: 5000,
  alarm_control_panel: 5000,
  climate: 3000,
};
const otherWaitMs = 2000;
/** ms without news after which the first picture counts as whole, and the longest to wait for that. */
const quietMs = 25;
const longestFirstPicture = 5000;
const topicsPerSubscription = 500;

/** The home behind an MQTT broker, as Home Assistant's MQTT discovery announces it. @throws TypeError for a url of no broker */
export function createMqttBridge(options: MqttBridgeOptions): HomeBridge {
  checkBrokerUrl(options.url);
  const { clock, log, name = 'mqtt', discoveryPrefix = 'homeassistant' } = options;
  const table = new EntityTable();
  const syncTopic = `jarvis/sync/${options.clientId}`;
  let status: BridgeStatus = { name, state: 'connecting' };
  let client: MqttClient | undefined;
  let echo: (() => void) | undefined;
  const pending = new Set<string>();

  const flush = (): void => {
    const topics = [...pending];
    pending.clear();
    for (let start = 0; start < topics.length; start += topicsPerSubscription)
      client?.subscribe(topics.slice(start, start + topicsPerSubscription), { qos: 0 }, (error) => {
        if (error) log.warn(`MQTT: subscribing failed: ${error.message}`);
      });
  };
  const entities = new MqttEntities({
    table,
    log,
    clock,
    discoveryPrefix,
    subscribe: (topic) => {
      if (pending.size === 0) setImmediate(flush);
      pending.add(topic);
    },
    unsubscribe: (topic) => {
      if (!pending.delete(topic)) client?.unsubscribe(topic);
    },
  });
  if (options.places) entities.areas.declare(options.places);

  const setStatus = (next: BridgeStatus): void => {
    status = next;
    table.statusChanged();
  };

  /** One message to ourselves: when it is back, what was asked for before has been answered, or a second has passed. */
  async function roundTrip(session: MqttClient, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    echo = resolve;
    session.publish(syncTopic, String(entities.progress));
    const enough = new AbortController();
    const stop = AbortSignal.any([signal, enough.signal]);
    const giveUp = clock.sleep(1000, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
    await Promise.race([promise, giveUp]);
    enough.abort();
  }

  async function greet(session: MqttClient, signal: AbortSignal): Promise<void> {
    client = session;
    await session.subscribeAsync([`${discoveryPrefix}/+/+/config`, `${discoveryPrefix}/+/+/+/config`, placesTopic, syncTopic], { qos: 0 });
    for (const topic of entities.topics()) pending.add(topic);
    flush();
    // Home Assistant's birth message: devices that do not keep their announcements at the broker repeat them now
    session.publish(`${discoveryPrefix}/status`, 'online');
    const begun = clock.monotonic();
    for (let quiet = 0, seen = -1; quiet < 2 && session.connected && clock.monotonic() - begun < longestFirstPicture; ) {
      await roundTrip(session, signal);
      await clock.sleep(quietMs, signal);
      quiet = entities.progress === seen && pending.size === 0 ? quiet + 1 : 0;
      seen = entities.progress;
    }
    if (!session.connected) return;
    entities.setConnected(true);
    setStatus({ name, state: 'connected' });
  }

  async function send(messages: Message[]): Promise<void> {
    const session = client;
    if (!session?.connected) throw new Error('the home is not connected');
    await Promise.all(messages.map(({ topic, payload }) => session.publishAsync(topic, payload, { qos: 0 })));
  }

  async function actOn(entityId: string, { service, data }: HomeAction, signal: AbortSignal): Promise<ActOutcome> {
    const entity = table.get(entityId);
    const component = entities.componentOf(entityId);
    if (!entity || !component) return { entityId, outcome: 'rejected', reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    const refuse = (reason: string): ActOutcome => ({ entityId, outcome: 'rejected', reason, state: entity.state });
    if (status.state !== 'connected') return refuse('I cannot reach the home just now.');
    if (!entity.available) return refuse(notAnswering(entity));
    const plan = planService(entity, service, data);
    if ('refusal' in plan) return refuse(plan.refusal);
    const messages = component.command(plan, entity);
    if ('refusal' in messages) return refuse(messages.refusal);
    if (signal.aborted) return refuse('Cancelled.');
    const target = visiblePart(plan, component);
    if (!target) return sendBlindly(entity, plan, messages);
    const limitMs = options.waitMs?.[entity.domain] ?? defaultWaitMs[entity.domain] ?? otherWaitMs;
    const outcome = await observeOutcome({ table, entity, target, limitMs, clock, signal, send: () => send(messages) });
    if (outcome.outcome !== 'rejected') assume(entity.id, plan, component);
    return outcome;
  }

  async function sendBlindly(entity: Entity, plan: ServicePlan, messages: Message[]): Promise<ActOutcome> {
    try {
      await send(messages);
    } catch (error) {
      return {
        entityId: entity.id,
        outcome: 'rejected',
        reason: `The command did not get through: ${error instanceof Error ? error.message : String(error)}`,
        state: entity.state,
      };
    }
    if (plan.target) table.put({ ...entity, ...applyTarget(entity, plan.target), lastChanged: clock.now() });
    return { entityId: entity.id, outcome: 'accepted' };
  }

  /** Attributes that no topic tells are believed to be as commanded. */
  function assume(entityId: string, plan: ServicePlan, component: Component): void {
    const untold = Object.entries(plan.target?.attributes ?? {}).filter(([attribute]) => !component.tells.has(attribute));
    const entity = table.get(entityId);
    if (entity && untold.length > 0) table.put({ ...entity, attributes: { ...entity.attributes, ...Object.fromEntries(untold) } });
  }

  return {
    name,
    get status() {
      return status;
    },
    get structureVersion() {
      return table.structureVersion;
    },
    connect: (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      const running = keepConnected(
        {
          ...options,
          connected: async (session) => {
            await greet(session, signal);
            if (status.state === 'connected') resolve();
          },
          disconnected: (reason) => {
            client = undefined;
            entities.setConnected(false);
            if (status.state !== 'disconnected') log.warn(`MQTT: not connected to the broker: ${reason}`);
            setStatus({ name, state: 'disconnected', detail: reason });
          },
          message: (topic, payload) => {
            if (topic === syncTopic) echo?.();
            else entities.handle(topic, payload);
          },
        },
        signal,
      );
      running
        .then(() => {
          client = undefined;
          entities.setConnected(false);
          setStatus({ name, state: 'disconnected', detail: 'stopped' });
        })
        .catch(reject);
      return promise;
    },
    snapshot: () => ({ ...entities.places(), entities: table.all() }),
    entity: (entityId) => table.get(entityId),
    changes: (signal) => table.changes(signal),
    act: (action, signal) => Promise.all([...new Set(action.entityIds)].map((entityId) => actOn(entityId, action, signal))),
  };
}

/** What of the target the device's topics will show; undefined when nothing. */
function visiblePart(plan: ServicePlan, component: Component): Target | undefined {
  if (!plan.target) return undefined;
  const attributes = Object.fromEntries(
    Object.entries(plan.target.attributes ?? {}).filter(([attribute]) => component.tells.has(attribute)),
  );
  const states = component.tells.has('state') ? plan.target.states : undefined;
  if (!states && Object.keys(attributes).length === 0) return undefined;
  return { attributes, ...(states && { states }), ...(plan.target.failures && { failures: plan.target.failures }) };
}
