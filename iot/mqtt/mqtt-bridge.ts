import type { MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import type { ActOutcome, BridgeStatus, Entity, HomeAction } from '../../contract/home.ts';
import { EntityTable } from '../entity-table.ts';
import type { HomeBridge } from '../home-bridge.ts';
import type { Log } from '../log.ts';
import { observeOutcome } from '../observe-outcome.ts';
import { notAnswering, sentenceName } from '../services/entity-words.ts';
import { applyTarget } from '../services/expectation.ts';
import type { Refusal, ServicePlan, Target } from '../services/service-rule.ts';
import { planService } from '../services.ts';
import { AwaitedTopics } from './awaited-topics.ts';
import type { Component, Message } from './component.ts';
import type { EntitySettings } from './entity-settings.ts';
import { Inbox } from './inbox.ts';
import { checkBrokerUrl, keepConnected, type MqttTls } from './mqtt-connection.ts';
import { MqttEntities } from './mqtt-entities.ts';
import { type Places, placesTopic } from './places.ts';
import { TemplateFailure } from './template/run.ts';

export interface MqttBridgeOptions {
  /** `mqtt://host:1883`, `mqtts://`, `ws://`, `wss://` */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  tls?: MqttTls | undefined;
  discoveryPrefix?: string;
  /** Unique at the broker: two with the same id throw each other out. */
  clientId: string;
  clock: Clock;
  log: Log;
  name?: string;
  /** The unit that the home speaks; climates and heaters of the other one are converted. Absent: each keeps its own. */
  temperatureUnit?: 'C' | 'F';
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
  const { host } = checkBrokerUrl(options.url);
  const { clock, log, name = 'mqtt', discoveryPrefix = 'homeassistant' } = options;
  const table = new EntityTable();
  const syncTopic = `jarvis/sync/${options.clientId}`;
  const title = `MQTT at ${host}`;
  let status: BridgeStatus = { name, title, state: 'connecting' };
  let client: MqttClient | undefined;
  let echo: (() => void) | undefined;
  const pending = new Map<string, 0 | 1 | 2>();
  const awaited = new AwaitedTopics();

  const flush = (): void => {
    const topics = [...pending];
    pending.clear();
    for (let start = 0; start < topics.length; start += topicsPerSubscription) {
      const part = topics.slice(start, start + topicsPerSubscription).map(([topic, qos]): [string, { qos: 0 | 1 | 2 }] => [topic, { qos }]);
      client?.subscribe(Object.fromEntries(part), (error) => {
        if (error) log.warn(`MQTT: subscribing failed: ${error.message}`);
      });
    }
  };
  const entities = new MqttEntities({
    table,
    log,
    clock,
    discoveryPrefix,
    temperatureUnit: options.temperatureUnit,
    subscribe: (topic, qos) => {
      if (pending.size === 0) setImmediate(flush);
      pending.set(topic, qos);
    },
    unsubscribe: (topic) => {
      if (!pending.delete(topic)) client?.unsubscribe(topic);
    },
  });
  if (options.places) entities.areas.declare(options.places);

  const setStatus = (state: BridgeStatus['state'], detail?: string): void => {
    status = { name, title, state, ...(detail !== undefined && { detail }) };
    table.statusChanged();
  };
  const inbox = new Inbox({
    clock,
    awaited: (topic) => awaited.has(topic),
    hurry: () => status.state !== 'connected',
    overflowed: () => log.warn('MQTT: the broker sends more than can be taken; some messages are lost'),
    handle: ({ topic, bytes, retained }) => {
      if (topic === syncTopic) echo?.();
      else entities.handle(topic, bytes, retained);
    },
  });

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
    for (const [topic, qos] of entities.topics.all()) pending.set(topic, qos);
    flush();
    // Home Assistant's birth message: devices that do not keep their announcements at the broker repeat them now. Not retained, so that it
    // never outlives us and never stands in for a Home Assistant that is gone.
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
    setStatus('connected');
  }

  async function send(messages: Message[], { qos, retain }: EntitySettings): Promise<void> {
    const session = client;
    if (!session?.connected) throw new Error('the home is not connected');
    await Promise.all(messages.map(({ topic, payload }) => session.publishAsync(topic, payload, { qos, retain })));
  }

  async function actOn(entityId: string, { service, data }: HomeAction, signal: AbortSignal): Promise<ActOutcome> {
    const entity = table.get(entityId);
    const known = entities.known(entityId);
    if (!entity || !known) return { entityId, outcome: 'rejected', reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    const refuse = (reason: string): ActOutcome => ({ entityId, outcome: 'rejected', reason, state: entity.state });
    if (status.state !== 'connected') return refuse('I cannot reach the home just now.');
    if (!entity.available) return refuse(notAnswering(entity));
    const plan = planService(entity, service, data);
    if ('refusal' in plan) return refuse(plan.refusal);
    const { availability, component, settings } = known;
    const messages = commandOf(component, plan, entity);
    if ('refusal' in messages) return refuse(messages.refusal);
    if (signal.aborted) return refuse('Cancelled.');
    const target = visiblePart(plan, component);
    if (!target) return sendBlindly(entity, plan, messages, settings);
    const limitMs = options.waitMs?.[entity.domain] ?? defaultWaitMs[entity.domain] ?? otherWaitMs;
    using _news = awaited.await([...availability.topics, ...component.subscriptions.map(({ topic }) => topic)]);
    const outcome = await observeOutcome({ table, entity, target, limitMs, clock, signal, send: () => send(messages, settings) });
    if (outcome.outcome !== 'rejected') assume(entity.id, plan, component, settings.optimistic && outcome.outcome === 'accepted');
    return outcome;
  }

  async function sendBlindly(entity: Entity, plan: ServicePlan, messages: Message[], settings: EntitySettings): Promise<ActOutcome> {
    try {
      await send(messages, settings);
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

  /** Attributes that no topic tells are believed to be as commanded; all of the target where the device says not to wait for its reports. */
  function assume(entityId: string, plan: ServicePlan, component: Component, wholly: boolean): void {
    const entity = table.get(entityId);
    if (!entity || !plan.target) return;
    const untold = Object.entries(plan.target.attributes ?? {}).filter(([attribute]) => !component.tells.has(attribute));
    if (wholly) table.put({ ...entity, ...applyTarget(entity, plan.target), lastChanged: clock.now() });
    else if (untold.length > 0) table.put({ ...entity, attributes: { ...entity.attributes, ...Object.fromEntries(untold) } });
  }

  return {
    name,
    get status() {
      return status;
    },
    get structureVersion() {
      return table.structureVersion;
    },
    get version() {
      return table.version;
    },
    connect: (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      inbox.endsWith(signal);
      entities.deadlines.run(signal).catch(reject);
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
            if (status.detail !== reason) log.warn(`MQTT: not connected: ${reason}`);
            setStatus('disconnected', reason);
          },
          message: (topic, bytes, retained) => inbox.take({ topic, bytes, retained }),
        },
        signal,
      );
      running
        .then(() => {
          client = undefined;
          entities.setConnected(false);
          setStatus('disconnected', 'stopped');
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

/** A template that fails on this value is the device's fault, said as such. */
function commandOf(component: Component, plan: ServicePlan, entity: Entity): Message[] | Refusal {
  try {
    return component.command(plan, entity);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { refusal: `${sentenceName(entity)} cannot be told: ${error.message}.` };
  }
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
