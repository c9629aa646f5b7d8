import type { Phrasebook } from '../../../assistant/phrasebook.ts';
import { homeView } from '../../../assistant/skills/home-view.ts';
import { TimerService } from '../../../assistant/timers/timer-service.ts';
import { timerTools } from '../../../assistant/timers/timer-tools.ts';
import type { HomeFile } from '../../../contract/home-file.ts';
import { createFileHome } from '../../../iot/file-home.ts';
import type { HomeBridge } from '../../../iot/home-bridge.ts';
import { createHomeTool } from '../../../iot/home-tool.ts';
import { MergedHome } from '../../../iot/merged-home.ts';
import { recordTools } from '../../../iot/record-tools.ts';
import { planService } from '../../../iot/services.ts';
import { UndoJournal } from '../../../iot/undo-journal.ts';
import { createUndoTool } from '../../../iot/undo-tool.ts';
import { Conversation } from '../../../main/host/conversation.ts';
import { ringTimers } from '../../../main/host/tell-pages.ts';
import { TurnJournal } from '../../../main/host/turn-journal.ts';
import { Approvals } from '../../../tools/approvals.ts';
import { createGate } from '../../../tools/create-gate.ts';
import { EmergencyStop } from '../../../tools/emergency-stop.ts';
import { DEFAULT_POLICY } from '../../../tools/policy.ts';
import { ToolRegistry } from '../../../tools/registry.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { silentLog } from '../../fakes/silent-log.ts';
import type { House, Operation } from './house-difference.ts';

/** Saturday, half past six in the evening, wherever the tests run. */
const NOW = new Date(2026, 10, 21, 18, 30).getTime();
/** ms of real time after which a turn counts as hung. */
const LONGEST_TURN = 5_000;

/** Everything of a host that a sentence passes, around a house of its own. */
export interface HouseholdHost extends AsyncDisposable {
  /** Resolves when JARVIS has done with it. */
  say(text: string, room: string | undefined): Promise<{ reply: string; asks: boolean }>;
  advance(ms: number): Promise<void>;
  house(): House;
  /** Since the start, oldest first. */
  readonly operations: readonly Operation[];
  /** How often a person was asked to approve. */
  readonly approvalsAsked: number;
}

/** @param phrasebook compiled for `file` @param approve the person's answer to whatever must be approved */
export async function startHouseholdHost(file: HomeFile, phrasebook: Phrasebook, approve: () => boolean): Promise<HouseholdHost> {
  const clock = new FakeClock(NOW);
  const ending = new AbortController();
  const operations: Operation[] = [];
  let approvalsAsked = 0;
  let ids = 0;
  const newId = (): string => `id-${++ids}`;
  const home = new MergedHome([watched(createFileHome(file, { clock }), operations)]);
  await home.connect(ending.signal);
  const timers = new TimerService({ load: async () => undefined, save: async () => undefined }, clock, newId);
  const approvals = new Approvals({ clock, newId, expiryMs: 60_000 });
  const registry = new ToolRegistry();
  const undoJournal = new UndoJournal({ home, clock, newId });
  registry.register(createHomeTool(home, undoJournal), createUndoTool(home, undoJournal), ...recordTools(home), ...timerTools(timers));
  const audit = { path: '', write: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop: new EmergencyStop(), clock });
  const journal = new TurnJournal(clock);
  const conversation = new Conversation({
    journal,
    mouth: { present: () => false, say: async () => ({ heardMs: 0, interrupted: false }), earcon: () => undefined },
    log: silentLog,
    listenForAnswer: () => undefined,
    services: {
      phrasebook: () => phrasebook,
      gate,
      clock,
      newId,
      view: (room) => homeView({ home, timers, phrasebook: () => phrasebook, clock, random: () => 0 }, room),
    },
  });
  const answering = (async () => {
    for await (const change of approvals.changes(ending.signal)) {
      if (change.type !== 'asked') continue;
      approvalsAsked += 1;
      approvals.answer(change.approval.id, approve(), 'page');
    }
  })();
  const ringing = ringTimers(timers, conversation, ending.signal);

  return {
    operations,
    get approvalsAsked() {
      return approvalsAsked;
    },
    house: () => new Map(home.snapshot().entities.map((entity) => [entity.id, entity])),
    async say(text, room) {
      const turnId = conversation.ask(text, { source: 'page', ...(room === undefined ? {} : { room }) });
      await settled(conversation);
      const events = journal.recent().find((turn) => turn.turnId === turnId)?.events ?? [];
      const ended = events.findLast((event) => event.type === 'reply-ended');
      return { reply: ended?.text ?? '', asks: ended?.expectsAnswer ?? false };
    },
    async advance(ms) {
      await clock.advance(ms);
      await settled(conversation);
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the case is over'));
      await Promise.allSettled([answering, ringing]);
    },
  };
}

/** The same bridge, noting what is carried out without a trace. */
function watched(bridge: HomeBridge, operations: Operation[]): HomeBridge {
  return {
    name: bridge.name,
    get status() {
      return bridge.status;
    },
    get structureVersion() {
      return bridge.structureVersion;
    },
    connect: (signal) => bridge.connect(signal),
    snapshot: () => bridge.snapshot(),
    entity: (entityId) => bridge.entity(entityId),
    changes: (signal) => bridge.changes(signal),
    async act(action, signal) {
      const traceless = action.entityIds.flatMap((entityId): Operation[] => {
        const entity = bridge.entity(entityId);
        const plan = entity && planService(entity, action.service, action.data);
        const isTraceless = plan !== undefined && !('refusal' in plan) && plan.target === undefined;
        return isTraceless ? [{ entityId, does: plan.service.slice(plan.service.indexOf('.') + 1) }] : [];
      });
      const outcomes = await bridge.act(action, signal);
      const refused = new Set(outcomes.filter(({ outcome }) => outcome === 'rejected').map(({ entityId }) => entityId));
      operations.push(...traceless.filter(({ entityId }) => !refused.has(entityId)));
      return outcomes;
    },
    ...(bridge.records === undefined ? {} : { records: bridge.records }),
  };
}

/** Also lets what a timer started begin and end. */
async function settled(conversation: Conversation): Promise<void> {
  const hung = new AbortController();
  const limit = setTimeout(() => hung.abort(), LONGEST_TURN);
  const giveUp = new Promise<never>((_, reject) =>
    hung.signal.addEventListener('abort', () => reject(new Error('The turn does not end.'))),
  );
  try {
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.race([conversation.settled(), giveUp]);
    }
  } finally {
    clearTimeout(limit);
  }
}
