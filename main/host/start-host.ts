import { randomUUID } from 'node:crypto';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeView } from '../../assistant/skills/home-view.ts';
import { timerName } from '../../assistant/skills/timing.ts';
import { capitalised } from '../../assistant/skills/wording.ts';
import { TimerService } from '../../assistant/timers/timer-service.ts';
import { timerTools } from '../../assistant/timers/timer-tools.ts';
import { Broadcast } from '../../contract/broadcast.ts';
import type { DoctorReport, InterfaceEvent, ServiceStatus, Status } from '../../contract/interface.ts';
import type { Settings } from '../../contract/settings.ts';
import { createHomeTool } from '../../iot/home-tool.ts';
import { Approvals } from '../../tools/approvals.ts';
import { openAudit, verifyAudit } from '../../tools/audit.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { DEFAULT_POLICY } from '../../tools/policy.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import { startVoiceService } from '../supervisor/voice-service.ts';
import { Conversation } from './conversation.ts';
import type { Host } from './host.ts';
import type { Log } from './log.ts';
import { openHome } from './open-home.ts';
import { openPages } from './open-pages.ts';
import { PageSound } from './page-sound.ts';
import { PresenceTracker } from './presence.ts';
import { systemClock } from './system-clock.ts';
import { timerStore } from './timer-store.ts';
import { TurnJournal } from './turn-journal.ts';
import { readVersion } from './version.ts';
import { Vocabulary } from './vocabulary.ts';

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

/** Starts JARVIS: home, gate, mind, voice, page. Throws with a sentence for people when a part that it cannot do without is broken. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataFolder, settings, log } = options;
  const clock = systemClock;
  const newId = (): string => randomUUID();
  const ending = new AbortController();
  await using parts = new AsyncDisposableStack();
  parts.defer(async () => ending.abort(new Error('stopped')));

  const opened = parts.use(await openHome(settings.home, { clock, random: Math.random, log, runId: options.runId, signal: ending.signal }));
  const { home } = opened;
  const vocabulary = await Vocabulary.open(settings.phrasebooks, options.builtInPhrasebook ?? true, home);
  const auditFolder = join(dataFolder, 'audit');
  const audit = parts.use(await openAudit({ folder: auditFolder, clock, runId: options.runId, pid: process.pid }));
  const approvals = new Approvals({ clock, newId, expiryMs: settings.gate.approvalMs });
  const registry = new ToolRegistry();
  const timers = new TimerService(timerStore(dataFolder), clock, newId);
  await timers.load();
  registry.register(createHomeTool(home), ...timerTools(timers));
  const stop = new EmergencyStop();
  const gate = createGate({ registry, policy: DEFAULT_POLICY, approvals, audit, stop, clock });

  const journal = new TurnJournal(clock);
  const presence = new PresenceTracker();
  const changes = new Broadcast<InterfaceEvent>();
  const phrasebook = () => vocabulary.current();
  const sound = new PageSound({ clock, log, voice: () => voice, newId });
  const conversation = new Conversation({
    journal,
    mouth: sound,
    log,
    listenForAnswer: () => sound.listenForAnswer(),
    services: { phrasebook, gate, clock, newId, view: (room) => homeView({ home, timers, phrasebook, clock, random: Math.random }, room) },
  });

  const services = new Map<string, ServiceStatus>();
  let voice: VoiceService | undefined;
  let room = settings.room;
  const status = (): Status => ({
    presence: presenceNow(),
    muted: sound.muted,
    ...(room === undefined ? {} : { room }),
    engines: voice?.engines() ?? [],
    services: [...services.values()],
    bridges: home.bridges(),
    ...(sound.microphone === undefined ? {} : { microphone: sound.microphone }),
  });
  const presenceNow = (): Status['presence'] => {
    const voiceState = services.get('voice')?.state;
    const busy = presence.current();
    if (voiceState === 'failed' || voiceState === 'restarting') return 'error';
    if (busy !== 'idle') return busy;
    if (options.voice && (voice?.engines().length ?? 0) === 0) return 'starting';
    return sound.muted ? 'muted' : 'idle';
  };
  const statusChanged = (): void => changes.publish({ type: 'status-changed', status: status() });
  const notice = (level: 'info' | 'warning' | 'error', text: string): void => changes.publish({ type: 'notice', level, text });
  sound.onChanged = statusChanged;

  let grammars = 0;
  const teach = async (): Promise<void> => {
    if (voice === undefined) return;
    grammars += 1;
    try {
      await voice.setGrammar(`grammar-${grammars}`, phrasebook().grammar());
    } catch (error) {
      if (ending.signal.aborted) return;
      log.error({ error: String(error) }, 'the recogniser did not take the grammar');
      notice('error', 'My recogniser did not take the new names; it goes on with the old ones.');
    }
  };

  if (options.voice) {
    voice = parts.use(
      startVoiceService({
        launch: options.launchVoice ?? forkLauncher({ script: VOICE_PROCESS }),
        settings: settings.voice,
        dataFolder,
        answerCompleteness: (text) => phrasebook().completeness(text),
        clock,
        newId,
        log,
        onStatus(service) {
          services.set(service.name, service);
          if (service.state === 'restarting') notice('warning', 'My hearing and voice stopped and are starting again.');
          statusChanged();
        },
        onEngines(engines) {
          for (const engine of engines.filter((each) => each.fellBack)) notice('warning', `${engine.engine}: ${engine.detail}`);
          statusChanged();
        },
        onLevel: (level) => sound.level(level, (shown) => changes.publish({ type: 'level', ...shown })),
        onRestarted: () => notice('info', 'My hearing and voice are back.'),
      }),
    );
    sound.begin(conversation);
    void teach();
  }

  const follow = (work: Promise<void>, what: string): void => {
    work.catch((error: unknown) => {
      if (!ending.signal.aborted) log.error({ error: String(error) }, `${what} stopped`);
    });
  };
  follow(
    (async () => {
      for await (const event of journal.events(ending.signal)) {
        const before = presenceNow();
        presence.apply(event);
        changes.publish({ type: 'turn-event', event });
        log.debug({ turnId: event.turnId, event: event.type, at: event.at }, 'turn');
        if (presenceNow() !== before) statusChanged();
      }
    })(),
    'telling turns',
  );
  follow(
    (async () => {
      for await (const change of home.changes(ending.signal)) {
        if (change.type === 'entity-changed') changes.publish({ type: 'entity-changed', entity: change.entity });
        else {
          changes.publish({ type: 'home-structure', ...home.snapshot() });
          statusChanged();
        }
      }
    })(),
    'telling the home',
  );
  follow(teachOnChange(), 'following the names of the home');
  follow(
    (async () => {
      for await (const change of approvals.changes(ending.signal)) {
        changes.publish(
          change.type === 'asked'
            ? { type: 'approval-asked', approval: change.approval }
            : { type: 'approval-ended', approvalId: change.answer.approvalId, approved: change.answer.approved },
        );
        if (change.type === 'asked') sound.announce(`${change.approval.sentence}? Please approve it.`);
      }
    })(),
    'telling approvals',
  );
  follow(
    (async () => {
      // A command of one run rings no timers of the host that runs beside it.
      if (options.gateway === undefined) return;
      for await (const timer of timers.rings(ending.signal)) {
        if (timer.command === undefined) conversation.announce(`${capitalised(timerName(timer))} is up.`, timer.room);
        else conversation.ask(timer.command, { source: 'timer', by: 'timer', ...(timer.room === undefined ? {} : { room: timer.room }) });
      }
    })(),
    'ringing timers',
  );

  /** Names and places come in bursts (a broker tells a thousand devices); the grammar is built once they rest. */
  async function teachOnChange(): Promise<void> {
    let taught = home.structureVersion;
    while (!ending.signal.aborted) {
      await clock.sleep(GRAMMAR_REST_MS, ending.signal);
      const version = home.structureVersion;
      if (version === taught) continue;
      taught = version;
      await teach();
    }
  }

  const doctor = async (): Promise<DoctorReport> => {
    const { lines, problems } = await verifyAudit(auditFolder);
    const [problem] = problems;
    return {
      version: readVersion(),
      node: `${process.version} on ${platform()} ${arch()}`,
      dataFolder,
      home: opened.title,
      entities: home.snapshot().entities.length,
      engines: voice?.engines() ?? [],
      checks: [
        ...home
          .bridges()
          .map((bridge) => ({ name: `bridge ${bridge.name}`, ok: bridge.state === 'connected', detail: bridge.detail ?? bridge.state })),
        {
          name: 'audit',
          ok: problem === undefined,
          detail: problem === undefined ? `${lines} lines, unbroken` : `${problem.file} line ${problem.line} ${problem.problem}`,
        },
        ...[...services.values()].map((service) => ({
          name: service.name,
          ok: service.state === 'running',
          detail: service.detail ?? service.state,
        })),
      ],
    };
  };

  const core = {
    settings,
    home,
    journal,
    conversation,
    approvals,
    voice,
    phrasebook,
    status,
    doctor,
    newId,
    sound,
    changes,
    setRoom(next: string | undefined) {
      room = next;
      sound.room = next;
      statusChanged();
    },
    gate,
  };
  sound.room = room;
  const pages =
    options.gateway === undefined
      ? undefined
      : parts.use(await openPages(core, { dataFolder, log, clock, strictPort: options.gateway.strictPort }));
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

/** How often the names of the home are compared with what the recogniser knows, in ms. */
const GRAMMAR_REST_MS = 500;
