import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeView } from '../../assistant/skills/home-view.ts';
import { TimerService } from '../../assistant/timers/timer-service.ts';
import { timerTools } from '../../assistant/timers/timer-tools.ts';
import { ANSWER_MS } from '../../assistant/turn/dialogue.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { Settings } from '../../contract/settings.ts';
import { createHomeTool } from '../../iot/home-tool.ts';
import { Approvals } from '../../tools/approvals.ts';
import { openAudit } from '../../tools/audit.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { DEFAULT_POLICY } from '../../tools/policy.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import { startVoiceService } from '../supervisor/voice-service.ts';
import { Conversation } from './conversation.ts';
import { examine } from './examine.ts';
import { GrammarTeacher } from './grammar-teacher.ts';
import type { Host } from './host.ts';
import { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import { openHome } from './open-home.ts';
import { openPages } from './open-pages.ts';
import { PageSound } from './page-sound.ts';
import { systemClock } from './system-clock.ts';
import { ringTimers, tellApprovals, tellHome, tellTurns } from './tell-pages.ts';
import { timerStore } from './timer-store.ts';
import { TurnJournal } from './turn-journal.ts';
import { loadVocabulary, Vocabulary } from './vocabulary.ts';

export interface HostOptions {
  dataFolder: string;
  settings: Settings;
  /** Names this run in files that several processes may write. */
  runId: string;
  log: Log;
  voice: boolean;
  builtInPhrasebook?: boolean;
  /** Absent: no page, for one command. */
  gateway: { strictPort: boolean } | undefined;
  /** How the voice process is started; plain Node forks it. */
  launchVoice?: ChildLauncher;
}

const VOICE_PROCESS = fileURLToPath(new URL('../../voice/process/voice-process.ts', import.meta.url));

/** Starts JARVIS: voice, home, gate, mind, page. Throws with a sentence for people when a part that it cannot do without is broken. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataFolder, settings, log, runId } = options;
  const clock = systemClock;
  const newId = (): string => randomUUID();
  const ending = new AbortController();
  const { signal } = ending;
  await using parts = new AsyncDisposableStack();

  // The voice comes first: its process loads the engines while the home is being opened here.
  let vocabulary: Vocabulary | undefined;
  let bridges: () => BridgeStatus[] = () => [];
  const sound = new PageSound({ clock, log, voice: () => voice, newId });
  const state = new HostState({
    bridges: () => bridges(),
    engines: () => voice?.engines() ?? [],
    sound,
    voice: options.voice,
    room: settings.room,
  });
  const voice = options.voice
    ? parts.use(
        startVoiceService({
          launch: options.launchVoice ?? forkLauncher({ script: VOICE_PROCESS }),
          settings: settings.voice,
          dataFolder,
          answerCompleteness: (text) => vocabulary?.current().completeness(text) ?? 'incomplete',
          clock,
          newId,
          log,
          onStatus(service) {
            if (service.state === 'restarting') state.notice('warning', 'My hearing and voice stopped and are starting again.');
            state.setService(service);
          },
          onEngines(engines) {
            for (const engine of engines.filter((each) => each.fellBack)) state.notice('warning', `${engine.engine}: ${engine.detail}`);
            state.changed();
          },
          onLevel: (level) => sound.level(level, (shown) => state.changes.publish({ type: 'level', ...shown })),
          onRestarted: () => state.notice('info', 'My hearing and voice are back.'),
        }),
      )
    : undefined;

  parts.defer(async () => ending.abort(new Error('stopped')));
  const auditFolder = join(dataFolder, 'audit');
  const timers = new TimerService(timerStore(dataFolder), clock, newId);
  // Whatever was opened is ended again when another part cannot be; so all are waited for before a failure is told.
  const openings = [
    openHome(settings.home, { clock, random: Math.random, log, runId, signal }).then((home) => parts.use(home)),
    loadVocabulary(settings.phrasebooks, options.builtInPhrasebook ?? true),
    openAudit({ folder: auditFolder, clock, runId, pid: process.pid }).then((opening) => parts.use(opening)),
    timers.load(),
  ] as const;
  await Promise.allSettled(openings);
  const [opened, loaded, audit] = await Promise.all(openings);
  const { home } = opened;
  bridges = () => home.bridges();
  // Deferred last, so that it comes first: nothing is told or retried while the parts end.
  parts.defer(async () => ending.abort(new Error('stopped')));
  const known = new Vocabulary(loaded, home);
  vocabulary = known;
  const phrasebook = () => known.current();

  const follow = (work: Promise<void>, what: string): void => {
    work.catch((error: unknown) => {
      if (!signal.aborted) log.error({ error: String(error) }, `${what} stopped`);
    });
  };
  const approvals = new Approvals({ clock, newId, expiryMs: settings.gate.approvalMs });
  const registry = new ToolRegistry();
  registry.register(createHomeTool(home), ...timerTools(timers));
  const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop: new EmergencyStop(), clock });
  const journal = new TurnJournal(clock);
  const teacher = voice === undefined ? undefined : new GrammarTeacher({ voice, vocabulary: known, home, state, clock, log });
  const conversation = new Conversation({
    journal,
    mouth: sound,
    log,
    listenForAnswer(answers) {
      if (teacher !== undefined)
        follow(
          teacher.expect(answers, ANSWER_MS, signal).then(() => sound.listenForAnswer()),
          'listening for an answer',
        );
    },
    services: { phrasebook, gate, clock, newId, view: (room) => homeView({ home, timers, phrasebook, clock, random: Math.random }, room) },
  });
  sound.begin({ conversation, room: () => state.room, changed: () => state.changed() });

  follow(tellTurns(journal, state, log, signal), 'telling turns');
  follow(tellHome(home, state, signal), 'telling the home');
  follow(tellApprovals(approvals, state, sound, signal), 'telling approvals');
  if (teacher !== undefined) follow(teacher.keep(signal), 'teaching the names of the home');
  // A command of one run rings no timers of the host that runs beside it.
  if (options.gateway !== undefined) follow(ringTimers(timers, conversation, signal), 'ringing timers');

  const core = {
    settings,
    home,
    journal,
    conversation,
    approvals,
    voice,
    phrasebook,
    newId,
    status: () => state.status(),
    doctor: () => examine({ dataFolder, auditFolder, homeTitle: opened.title, home, state, engines: voice?.engines() ?? [] }),
  };
  const pages =
    options.gateway === undefined
      ? undefined
      : parts.use(await openPages({ ...core, gate, sound, state }, { dataFolder, log, clock, strictPort: options.gateway.strictPort }));
  const owned = parts.move();
  let stopped: Promise<void> | undefined;
  return {
    ...core,
    address: pages?.address,
    newAddress: () => pages?.newAddress(),
    listening: async () => voice?.ready(),
    hear: (event, hearing) => conversation.hear(event, hearing),
    stop() {
      conversation.cancel();
      stopped ??= owned.disposeAsync();
      return stopped;
    },
  };
}
