import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { ActOutcome, BridgeStatus, Entity, HomeAction } from '../../contract/home.ts';
import { EntityTable } from '../entity-table.ts';
import type { HomeBridge } from '../home-bridge.ts';
import type { Log } from '../log.ts';
import { notAnswering } from '../services/entity-words.ts';
import type { ServicePlan } from '../services/service-rule.ts';
import { planService } from '../services.ts';
import { asJarvisError } from './ask-home-assistant.ts';
import { listPipelines, type PipelineRequest, type PipelineSummary, runPipeline } from './assist-pipeline.ts';
import { callService } from './call-service.ts';
import { homeAssistantAddress } from './home-assistant-address.ts';
import { createRecords } from './home-assistant-records.ts';
import { HomePicture } from './home-picture.ts';
import { httpRequest } from './http-request.ts';
import { keepSession } from './keep-session.ts';
import type { PipelineEvent } from './pipeline-event.ts';
import { presentHome } from './present-home.ts';
import type { Session } from './session.ts';
import { isTodoList, todoAct } from './todo-list.ts';

export interface HomeAssistantBridgeOptions {
  /** Whatever a person typed: `homeassistant.local`, `http://192.168.1.20:8123`, a Nabu Casa address … */
  url: string;
  /** A long-lived token, or an access token that the caller refreshes; asked for before every attempt. */
  token: () => Promise<string>;
  /** Take a certificate that no authority has signed. */
  insecure?: boolean | undefined;
  /** Language of Home Assistant's conversation agent; English where the question names none. */
  language?: string;
  /** Let Home Assistant's conversation agent answer (`records.converse`). */
  converse?: boolean;
  clock: Clock;
  log: Log;
  name?: string;
  /** ms that a device of that domain has to show its new state. */
  waitMs?: Readonly<Record<string, number>>;
}

export interface HomeAssistantBridge extends HomeBridge {
  /** Home Assistant's voice assistants. @throws JarvisError */
  pipelines(signal: AbortSignal): Promise<PipelineSummary[]>;
  /** One run of a voice assistant; ending the iteration cancels it. @throws JarvisError */
  runPipeline(request: PipelineRequest, signal: AbortSignal): AsyncIterable<PipelineEvent>;
  /** The sound behind a `tts-end` event's url. @throws JarvisError */
  fetchSpeech(url: string, signal: AbortSignal): Promise<{ contentType: string; bytes: Uint8Array }>;
}

const defaultWaitMs: Readonly<Record<string, number>> = {
  cover: 12_000,
  valve: 12_000,
  lock: 10_000,
  vacuum: 5000,
  lawn_mower: 5000,
  alarm_control_panel: 5000,
  climate: 3000,
  water_heater: 3000,
  media_player: 3000,
};
const otherWaitMs = 2000;
const unreachable = 'I cannot reach the home just now.';

/** The home as a Home Assistant tells it, over its websocket. @throws JarvisError `home-refused` for a url that is no address */
export function createHomeAssistantBridge(options: HomeAssistantBridgeOptions): HomeAssistantBridge {
  const { clock, log, name = 'home-assistant', language = 'en' } = options;
  const address = homeAssistantAddress(options.url);
  const title = `Home Assistant at ${address.base}`;
  const table = new EntityTable();
  const picture = new HomePicture(table, log);
  let status: BridgeStatus = { name, title, state: 'connecting' };
  let session: Session | undefined;

  const setStatus = (state: BridgeStatus['state'], detail?: string): void => {
    if (status.state === state && status.detail === detail) return;
    status = { name, title, state, ...(detail !== undefined && { detail }) };
    table.statusChanged();
  };
  const current = (): Session => {
    if (!session || session.over.aborted) throw new JarvisError('home-unreachable');
    return session;
  };
  const limitMs = (domain: string): number => options.waitMs?.[domain] ?? defaultWaitMs[domain] ?? otherWaitMs;

  /** What can be said before anything is sent. */
  function check(entityId: string, { service, data }: HomeAction): { entity: Entity; plan: ServicePlan } | ActOutcome {
    const entity = table.get(entityId);
    if (!entity) return { entityId, outcome: 'rejected', reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    const refuse = (reason: string): ActOutcome => ({ entityId, outcome: 'rejected', reason, state: entity.state });
    if (status.state !== 'connected' || !session || session.over.aborted) return refuse(unreachable);
    if (!entity.available) return refuse(notAnswering(entity));
    const plan = planService(entity, service, data);
    return 'refusal' in plan ? refuse(plan.refusal) : { entity, plan };
  }

  async function act(action: HomeAction, signal: AbortSignal): Promise<ActOutcome[]> {
    const asked = [...new Set(action.entityIds)];
    const outcomes = new Map<string, ActOutcome>();
    const groups = new Map<string, { entities: Entity[]; plan: ServicePlan }>();
    for (const entityId of asked) {
      const checked = signal.aborted ? { entityId, outcome: 'rejected' as const, reason: 'Cancelled.' } : check(entityId, action);
      if ('outcome' in checked) {
        outcomes.set(entityId, checked);
        continue;
      }
      const { entity, plan } = checked;
      // what each should come to may differ, so only calls that are alike in that too go together
      const key = JSON.stringify([plan, isTodoList(entity) ? entityId : '']);
      const group = groups.get(key) ?? { entities: [], plan };
      group.entities.push(entity);
      groups.set(key, group);
    }
    const running = session;
    if (running) {
      const context = { session: running, table, picture, clock, log, limitMs };
      const acted = await Promise.all(
        [...groups.values()].map(({ entities, plan }) =>
          entities[0] && isTodoList(entities[0])
            ? todoAct(entities[0], plan, context, signal)
            : callService(entities, plan, context, signal),
        ),
      );
      for (const outcome of acted.flat()) outcomes.set(outcome.entityId, outcome);
    }
    return asked.map((entityId) => outcomes.get(entityId) ?? { entityId, outcome: 'rejected', reason: unreachable });
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
      setStatus('connecting');
      keepSession(
        {
          address,
          token: options.token,
          insecure: options.insecure,
          clock,
          log,
          begun: async (opened) => {
            session = opened;
            await presentHome(opened, picture, { clock, log }, setStatus);
            resolve();
          },
          ended: (state, detail) => {
            session = undefined;
            picture.lose();
            if (!signal.aborted && status.state !== state) log.warn(`Home Assistant: not connected: ${detail}`);
            setStatus(state, detail);
          },
        },
        signal,
      ).catch(reject);
      return promise;
    },
    get version() {
      return table.version;
    },
    snapshot: () => ({ ...picture.places(), entities: table.all() }),
    entity: (entityId) => table.get(entityId),
    changes: (signal) => table.changes(signal),
    act,
    records: createRecords({ current, entity: (entityId) => table.get(entityId), converse: options.converse === true, language }),
    pipelines: (signal) => listPipelines(current(), signal),
    runPipeline: (request, signal) => runPipeline(current(), request, signal),
    fetchSpeech: async (url, signal) => {
      const target = URL.parse(url, `${address.base}/`);
      if (!target || target.origin !== new URL(address.base).origin)
        throw new JarvisError('tool-failed', 'Home Assistant gave an address for its speech that is not its own.');
      const {
        status: code,
        contentType,
        body,
      } = await httpRequest({ url: target.href, insecure: options.insecure, clock }, signal).catch((error: unknown) =>
        Promise.reject(asJarvisError(error, 'speech')),
      );
      if (code !== 200) throw new JarvisError('tool-failed', `Home Assistant did not give its speech (HTTP ${code}).`);
      return { contentType, bytes: body };
    },
  };
}
