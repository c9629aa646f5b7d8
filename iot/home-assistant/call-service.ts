import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { ActOutcome, Entity } from '../../contract/home.ts';
import type { EntityTable } from '../entity-table.ts';
import type { Log } from '../log.ts';
import { observeOutcome } from '../observe-outcome.ts';
import { notAnswering, sentenceName } from '../services/entity-words.ts';
import type { ServicePlan, Target } from '../services/service-rule.ts';
import { refusalOf, wasRefusedBeforehand } from './call-refusal.ts';
import { ConnectionProblem } from './connection-problem.ts';
import { readStates } from './follow-entities.ts';
import type { HomePicture } from './home-picture.ts';
import { CommandError, NoAnswerError, type Session } from './session.ts';

export interface CallContext {
  session: Session;
  table: EntityTable;
  picture: HomePicture;
  clock: Clock;
  log: Log;
  /** ms that an entity of this domain has to show its new state */
  limitMs(domain: string): number;
}

const CallResultSchema = z.object({ context: z.object({ id: z.string().optional() }).nullish() }).nullish();

/** Entities that show only when they were last used: by their state, or by an attribute. */
const traced = new Set(['scene', 'button', 'input_button', 'script']);
/** Part of the waiting time after which the states are read once more, as an event may have been lost. */
const rereadAfter = 0.75;
/** ms that Home Assistant may take to answer a call; what it does meanwhile is seen in the states. */
const callLimit = 30_000;

/** `group.turn_on` is no service of Home Assistant's. */
const serviceFor = (service: string): string => service.replace(/^group\./, 'homeassistant.');

/** One call for all these entities, which have the same plan; one outcome each. Sent once, never again. */
export async function callService(
  entities: readonly Entity[],
  plan: ServicePlan,
  context: CallContext,
  signal: AbortSignal,
): Promise<ActOutcome[]> {
  const { target } = plan;
  const finished = new AbortController();
  const pending = new Set(entities.map(({ id }) => id));
  let sent: Promise<void> | undefined;
  // the watchers of all entities stand before the first answer can come, as sending and watching happen in one tick
  const send = (): Promise<void> => {
    sent ??= sendCall(entities, plan, context, signal);
    return sent;
  };
  const call: Call = { plan, send, context, signal, oneOfSeveral: entities.length > 1 };
  const watching = entities.map(async (entity) => {
    const outcome = await (target ? watchTarget(entity, target, call) : watchTrace(entity, call));
    pending.delete(entity.id);
    return outcome;
  });
  const rereading = target && rereadLate(pending, context, AbortSignal.any([signal, context.session.over, finished.signal]));
  try {
    return await Promise.all(watching);
  } finally {
    finished.abort();
    await rereading;
  }
}

interface Call {
  plan: ServicePlan;
  context: CallContext;
  signal: AbortSignal;
  /** The call goes to other entities too. */
  oneOfSeveral: boolean;
  send(): Promise<void>;
}

async function sendCall(entities: readonly Entity[], plan: ServicePlan, { session }: CallContext, signal: AbortSignal): Promise<void> {
  const [domain = '', service = ''] = serviceFor(plan.service).split('.');
  const target = { entity_id: entities.map(({ id }) => id) };
  await session.request(CallResultSchema, { type: 'call_service', domain, service, target, service_data: plan.data }, signal, callLimit);
}

/** What a failed call means for one entity; undefined where the state must tell. */
function outcomeOf(error: unknown, entity: Entity, plan: ServicePlan): ActOutcome | undefined {
  const entityId = entity.id;
  if (error instanceof CommandError) return { entityId, outcome: 'rejected', reason: refusalOf(error, plan.service, entity) };
  if (error instanceof ConnectionProblem)
    return { entityId, outcome: 'accepted', reason: 'The connection to Home Assistant was lost before it answered.' };
  // slow answers and odd results say nothing about the device
  return error instanceof NoAnswerError || error instanceof z.ZodError
    ? undefined
    : { entityId, outcome: 'accepted', reason: `${sentenceName(entity)} has not said that it is done.` };
}

async function watchTarget(entity: Entity, target: Target, { plan, context, signal, oneOfSeveral, send }: Call): Promise<ActOutcome> {
  const { session, table, clock } = context;
  const limitMs = context.limitMs(entity.domain);
  const decided = new AbortController();
  const stop = AbortSignal.any([signal, decided.signal, session.over]);
  let failed: ActOutcome | undefined;
  const sendAndListen = async (): Promise<void> => {
    try {
      await send();
    } catch (error) {
      failed = outcomeOf(error, entity, plan);
      // of several entities one may have failed and the others not: their states tell
      if (failed && (!oneOfSeveral || wasRefusedBeforehand(error))) decided.abort();
    }
  };
  const lost = (): void => {
    failed ??= outcomeOf(session.over.reason, entity, plan);
  };
  session.over.addEventListener('abort', lost, { once: true });
  let outcome = await observeOutcome({ table, entity, target, limitMs, clock, signal: stop, send: sendAndListen });
  session.over.removeEventListener('abort', lost);
  if (outcome.outcome !== 'confirmed' && failed) {
    const state = table.get(entity.id)?.state;
    return { ...failed, ...(state !== undefined && { state }) };
  }
  // such a device is believed to have obeyed, not seen; only a change counts
  if (outcome.outcome === 'confirmed' && entity.attributes.assumed_state === true && outcome.state === entity.state)
    outcome = {
      entityId: entity.id,
      outcome: 'accepted',
      reason: `${sentenceName(entity)} does not report its state.`,
      state: entity.state,
    };
  return outcome;
}

/** A call that leads to no certain state: seen by its trace where there is one, else accepted. */
async function watchTrace(entity: Entity, { plan, context, signal, send }: Call): Promise<ActOutcome> {
  const { session, table, clock } = context;
  const entityId = entity.id;
  const seen = Promise.withResolvers<ActOutcome>();
  using _watch = table.watch(entityId, (now) => {
    if (session.over.aborted) return;
    if (!now.available) seen.resolve({ entityId, outcome: 'rejected', reason: notAnswering(now) });
    else if (now.state !== entity.state || now.attributes.last_triggered !== entity.attributes.last_triggered)
      seen.resolve({ entityId, outcome: 'confirmed', state: now.state });
  });
  const done = new AbortController();
  const stop = AbortSignal.any([signal, session.over, done.signal]);
  const accepted = (): ActOutcome => ({ entityId, outcome: 'accepted', state: table.get(entityId)?.state ?? entity.state });
  const limit = clock
    .sleep(context.limitMs(entity.domain), stop)
    .then(accepted, () => (session.over.aborted ? (outcomeOf(session.over.reason, entity, plan) ?? accepted()) : accepted()));
  const answered = send().then(
    () => (traced.has(entity.domain) ? seen.promise : accepted()),
    (error: unknown) => outcomeOf(error, entity, plan) ?? limit,
  );
  try {
    return await Promise.race(session.over.aborted ? [limit] : [seen.promise, answered, limit]);
  } finally {
    done.abort();
  }
}

async function rereadLate(
  pending: ReadonlySet<string>,
  { session, picture, clock, log, limitMs }: CallContext,
  stop: AbortSignal,
): Promise<void> {
  const [first] = pending;
  try {
    await clock.sleep(limitMs(first?.slice(0, first.indexOf('.')) ?? '') * rereadAfter, stop);
    picture.reread(await readStates(session, [...pending], stop));
  } catch (error) {
    if (!stop.aborted)
      log.debug(`Home Assistant: reading the state again failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
