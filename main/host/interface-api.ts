import type { z } from 'zod';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import { homeCalls } from '../../assistant/skills/calls.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { HomeActionSchema } from '../../contract/home.ts';
import type { DoctorReport, InterfaceEvent } from '../../contract/interface.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Home } from '../../iot/home.ts';
import type { Approvals } from '../../tools/approvals.ts';
import type { Gate } from '../../tools/gate.ts';
import type { JarvisApi } from '../gateway/router.ts';
import { areaIdOf } from './area-id.ts';
import type { Conversation } from './conversation.ts';
import type { HostState } from './host-state.ts';
import type { PageSound } from './page-sound.ts';
import type { TurnJournal } from './turn-journal.ts';

export interface InterfaceParts {
  settings: Settings;
  home: Home;
  journal: TurnJournal;
  conversation: Conversation;
  approvals: Approvals;
  gate: Gate;
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
  });
  return {
    async *events(signal) {
      // Subscribed before the snapshot is taken, so that no change falls between the two.
      const changes = state.changes.subscribe(signal);
      const first = changes.next();
      yield snapshot();
      const { value, done } = await first;
      if (done !== true) {
        yield value;
        yield* changes;
      }
    },
    ask({ text, room, dryRun }, { source }) {
      const where = room === undefined ? state.room : areaNamed(room);
      return { turnId: conversation.ask(text, { source, dryRun: dryRun ?? false, ...(where === undefined ? {} : { room: where }) }) };
    },
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
    approvals: () => approvals.pending(),
    answerApproval: ({ approvalId, approved }, { source }) => ({ accepted: approvals.answer(approvalId, approved, source) }),
    help: () => parts.phrasebook().help(),
    settings: () => withoutSecrets(parts.settings),
  };
}

/** The same split as for a spoken command: what asks a person is called apart from the rest. */
async function callService({ home, gate, newId }: InterfaceParts, action: z.input<typeof HomeActionSchema>, source: 'page' | 'api') {
  const known = action.entityIds.flatMap((entityId) => home.entity(entityId) ?? []);
  const calls = homeCalls(known, () => ({ service: action.service, data: action.data ?? {} }));
  const unknown = action.entityIds.filter((entityId) => home.entity(entityId) === undefined);
  const outcomes = await Promise.all(
    calls.map((call) =>
      gate.call({ id: newId(), turnId: newId(), tool: call.tool, input: call.input, source, dryRun: false }, new AbortController().signal),
    ),
  );
  return [...outcomes, ...unknown.map((entityId) => ({ outcome: 'rejected' as const, reason: `There is no ${entityId}.` }))];
}

const BLANK = '••••';

function withoutSecrets(settings: Settings): Settings {
  const { wake } = settings.voice;
  return {
    ...settings,
    home: settings.home.type === 'mqtt' && settings.home.password !== undefined ? { ...settings.home, password: BLANK } : settings.home,
    voice: { ...settings.voice, wake: wake.accessKey === undefined ? wake : { ...wake, accessKey: BLANK } },
  };
}
