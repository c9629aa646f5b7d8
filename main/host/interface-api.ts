import type { z } from 'zod';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import { homeCalls } from '../../assistant/skills/calls.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { HomeActionSchema } from '../../contract/home.ts';
import type { DoctorReport, InterfaceEvent } from '../../contract/interface.ts';
import type { HomeSettings, Settings } from '../../contract/settings.ts';
import type { Home } from '../../iot/home.ts';
import type { HomeOverrides } from '../../iot/home-overrides.ts';
import type { UndoJournal } from '../../iot/undo-journal.ts';
import type { RuleStore } from '../../tools/approval-rule.ts';
import type { Approvals } from '../../tools/approvals.ts';
import type { Gate } from '../../tools/gate.ts';
import type { McpServers } from '../../tools/mcp/mcp-servers.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { JarvisApi } from '../gateway/router.ts';
import { mcpProcedures } from '../mcp/mcp-procedures.ts';
import { chatPlaceOf } from '../mind/chat-place.ts';
import { chatProcedures } from '../mind/chat-procedures.ts';
import { type ModelProcedureParts, modelProcedures } from '../mind/model-procedures.ts';
import { approvalProcedures } from './approval-procedures.ts';
import { areaIdOf } from './area-id.ts';
import type { Conversation } from './conversation.ts';
import { converse } from './conversation-agent.ts';
import type { HomeConnections } from './home-connections.ts';
import { shownUrl } from './home-credentials.ts';
import type { HomeLogins } from './home-login.ts';
import { homeProcedures } from './home-procedures.ts';
import type { HostState } from './host-state.ts';
import type { Way } from './open-way.ts';
import type { OwnSentences } from './own-sentences.ts';
import type { PageSound } from './page-sound.ts';
import { type PolicyParts, policyProcedures } from './policy-procedures.ts';
import { type SafetyParts, safetyProcedures } from './safety-procedures.ts';
import { sentenceProcedures } from './sentence-procedures.ts';
import { toolProcedures } from './tool-procedures.ts';
import type { TurnJournal } from './turn-journal.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface InterfaceParts extends SafetyParts, PolicyParts, ModelProcedureParts {
  settings: Settings;
  home: Home;
  journal: TurnJournal;
  conversation: Conversation;
  approvals: Approvals;
  /** Where a rule for always goes. */
  rules: RuleStore;
  gate: Gate;
  registry: ToolRegistry;
  /** Those in force, which may have changed since the settings were read. */
  ways(): Way[];
  connections: HomeConnections;
  logins: HomeLogins;
  overrides: HomeOverrides;
  undoJournal: UndoJournal;
  mcpServers: McpServers;
  ownSentences: OwnSentences;
  vocabulary: Vocabulary;
  services: TurnServices;
  /** Of the page that this host serves on loopback; undefined before it is served. */
  origin(): string | undefined;
  /** Aborts when the host ends. */
  ending: AbortSignal;
  sound: PageSound;
  state: HostState;
  phrasebook(): Phrasebook;
  doctor(): Promise<DoctorReport>;
  newId(): string;
}

/** What the page and other programs can ask, in terms of the host's parts. */
export function interfaceApi(parts: InterfaceParts): JarvisApi {
  const { home, conversation, approvals, sound, state } = parts;
  const areaNamed = (room: string): string => {
    const areaId = areaIdOf(home.snapshot(), room);
    if (areaId === undefined) throw new JarvisError('no-target', `the room ${room}`);
    return areaId;
  };
  const snapshot = (): InterfaceEvent => ({
    type: 'snapshot',
    status: state.status(),
    ...home.snapshot(),
    approvals: approvals.pending(),
    turns: parts.journal.recent(),
    undo: parts.undoJournal.list(),
  });
  return {
    async *events(signal) {
      // Subscribed before the snapshot is taken, so that no change falls between the two.
      const changes = state.changes.subscribe(signal);
      const first = changes.next();
      const early = state.earlyNotices();
      yield snapshot();
      yield* early;
      const { value, done } = await first;
      if (done !== true) {
        yield value;
        yield* changes;
      }
    },
    ask(question, { source }) {
      const { text, room, dryRun, silent } = question;
      const where = room === undefined ? state.room : areaNamed(room);
      const chat = chatPlaceOf(question, parts.mind.conversations());
      return {
        turnId: conversation.ask(text, {
          source,
          dryRun: dryRun ?? false,
          ...(where === undefined ? {} : { room: where }),
          ...(silent === true ? { aloud: false } : {}),
          ...(chat === undefined ? {} : { chat }),
        }),
      };
    },
    converse: (question) => converse(parts, question, parts.ending),
    cancel: () => ({ cancelled: conversation.cancel() }),
    recentTurns: () => parts.journal.recent(),
    status: () => state.status(),
    doctor: () => parts.doctor(),
    setMuted({ muted }) {
      sound.setMuted(muted);
      return { muted: sound.muted };
    },
    setRoom({ room }) {
      state.room = room === null ? undefined : areaNamed(room);
      sound.roomChanged();
      return {};
    },
    callService: (action, { source }) => callService(parts, action, source),
    undo: (input, { source }) => undo(parts, input, source),
    async setEntity({ entityId, ...change }) {
      const entity = home.entity(entityId);
      if (entity === undefined) throw new JarvisError('no-target', entityId);
      await parts.overrides.set(entity, change);
      return {};
    },
    ...homeProcedures({ ...parts, listening: parts.settings.server.host }),
    ...sentenceProcedures({ ...parts, room: () => state.room }, areaNamed),
    ...policyProcedures(parts),
    ...approvalProcedures(parts),
    ...safetyProcedures(parts),
    ...toolProcedures(parts),
    ...mcpProcedures(parts.mcpServers),
    ...modelProcedures(parts),
    ...chatProcedures({
      conversations: () => parts.mind.conversations(),
      plans: parts.mind.plans,
      conversation,
      publish: (event) => state.changes.publish(event),
    }),
    help: () => parts.phrasebook().help(),
    settings: () => withoutSecrets({ ...parts.settings, home: parts.ways().map(({ settings }) => settings) }),
  };
}

/** The same split as for a spoken command: what asks a person is called apart from the rest. */
async function callService({ home, gate, newId }: InterfaceParts, action: z.input<typeof HomeActionSchema>, source: 'page' | 'api') {
  const known = action.entityIds.flatMap((entityId) => home.entity(entityId) ?? []);
  const calls = homeCalls(
    known,
    () => ({ service: action.service, data: action.data ?? {} }),
    (entityId) => home.entity(entityId),
  );
  const unknown = action.entityIds.filter((entityId) => home.entity(entityId) === undefined);
  const outcomes = await Promise.all(
    calls.map((call) =>
      gate.call({ id: newId(), turnId: newId(), tool: call.tool, input: call.input, source, dryRun: false }, new AbortController().signal),
    ),
  );
  return [...outcomes, ...unknown.map((entityId) => ({ outcome: 'rejected' as const, reason: `There is no ${entityId}.` }))];
}

async function undo({ gate, newId, ending }: InterfaceParts, input: { undoId?: string | undefined }, source: 'page' | 'api') {
  const id = newId();
  return [await gate.call({ id, turnId: id, tool: 'home.undo', input, source, dryRun: false }, ending)];
}

const BLANK = '••••';

function withoutSecret(way: HomeSettings): HomeSettings {
  if (!('url' in way)) return way;
  const shown = { ...way, url: shownUrl(way.url) };
  return shown.type === 'mqtt' && shown.password !== undefined ? { ...shown, password: BLANK } : shown;
}

function withoutSecrets(settings: Settings): Settings {
  const { wake } = settings.voice;
  return {
    ...settings,
    home: settings.home.map(withoutSecret),
    voice: { ...settings.voice, wake: wake.accessKey === undefined ? wake : { ...wake, accessKey: BLANK } },
  };
}
