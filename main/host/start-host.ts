import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SpokenAnswer } from '../../assistant/persona/spoken-answer.ts';
import { homeView } from '../../assistant/skills/home-view.ts';
import { TimerService } from '../../assistant/timers/timer-service.ts';
import { ANSWER_MS } from '../../assistant/turn/dialogue.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { Settings } from '../../contract/settings.ts';
import { HomeOverrides } from '../../iot/home-overrides.ts';
import { StateRecorder } from '../../iot/state-recorder.ts';
import { openSecrets } from '../../store/secrets/open-secrets.ts';
import { openApprovalStore } from '../../tools/approval-store.ts';
import { Approvals } from '../../tools/approvals.ts';
import { openAudit } from '../../tools/audit.ts';
import { closeUnfinished } from '../../tools/close-unfinished.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { PolicyFile } from '../../tools/policy/policy-file.ts';
import { UsageProfile } from '../../tools/policy/usage-profile.ts';
import { createSecretHandles } from '../../tools/secret-handles.ts';
import { PlanSpeech } from '../mind/plan-speech.ts';
import { startMind } from '../mind/start-mind.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { WyomingQuestion } from '../wyoming/wyoming-server.ts';
import { startWyomingServer } from '../wyoming/wyoming-server.ts';
import { answerText } from './answer-text.ts';
import { putAnew } from './approval-restart.ts';
import { ApprovalSpeech } from './approval-speech.ts';
import { Conversation } from './conversation.ts';
import { answerWyoming, inRoom } from './conversation-agent.ts';
import { examine } from './examine.ts';
import { GrammarTeacher } from './grammar-teacher.ts';
import { HomeConnections } from './home-connections.ts';
import { HomeLogins } from './home-login.ts';
import type { Host } from './host.ts';
import { HostState } from './host-state.ts';
import { installationId } from './installation-id.ts';
import type { InterfaceParts } from './interface-api.ts';
import { HostPresence } from './jarvis-presence.ts';
import type { Log } from './log.ts';
import { openHome } from './open-home.ts';
import { openPages, type Pages } from './open-pages.ts';
import { openTools } from './open-tools.ts';
import { openVoice } from './open-voice.ts';
import { overrideStore } from './override-store.ts';
import { OwnSentences } from './own-sentences.ts';
import { PageSound } from './page-sound.ts';
import { keepUses, tellPlugins } from './plugin-host.ts';
import { tryPolicy } from './policy-procedures.ts';
import { keepUsage, usageStore } from './policy-usage-store.ts';
import { SignedCommands } from './signed-commands.ts';
import { stateStore } from './state-store.ts';
import { StopControl } from './stop-control.ts';
import { readStop } from './stop-file.ts';
import { StopTalk } from './stop-talk.ts';
import { systemClock } from './system-clock.ts';
import { ringTimers, tellApprovals, tellHome, tellTurns, tellUndo } from './tell-pages.ts';
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
  /** The same of the models process. */
  launchModels?: ChildLauncher;
}

/** Starts JARVIS: voice, home, gate, mind, page. Throws with a sentence for people when a part that it cannot do without is broken. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataFolder, settings, log, runId } = options;
  const clock = systemClock;
  const newId = (): string => randomUUID();
  const ending = new AbortController();
  const { signal } = ending;
  await using parts = new AsyncDisposableStack();

  // Stopped is stopped, whatever happened since.
  const stop = new EmergencyStop();
  const wasStopped = await readStop(dataFolder);
  if (wasStopped !== undefined) stop.stop(wasStopped);

  // The voice comes first: its process loads the engines while the home is being opened here.
  let vocabulary: Vocabulary | undefined;
  let bridges: () => BridgeStatus[] = () => [];
  const sound: PageSound = new PageSound({ clock, log, voice: () => voice, newId });
  const state: HostState = new HostState({
    bridges: () => bridges(),
    engines: () => voice?.engines() ?? [],
    sound,
    voice: options.voice,
    room: settings.room,
    stopped: () => stop.stopped,
  });
  const voice: VoiceService | undefined = options.voice
    ? parts.use(
        openVoice({
          launch: options.launchVoice,
          settings: settings.voice,
          dataFolder,
          completeness: (text) => vocabulary?.current().completeness(text) ?? 'incomplete',
          state,
          sound,
          clock,
          newId,
          log,
        }),
      )
    : undefined;

  parts.defer(async () => ending.abort(new Error('stopped')));
  const auditFolder = join(dataFolder, 'audit');
  const presence = new HostPresence();
  const overrides = new HomeOverrides(overrideStore(dataFolder));
  const recorder = new StateRecorder({ clock, store: stateStore(dataFolder) });
  const ownSentences = new OwnSentences(dataFolder, { folders: settings.phrasebooks, builtIn: options.builtInPhrasebook ?? true });
  const timers = new TimerService(timerStore(dataFolder), clock, newId);
  const usage = new UsageProfile(clock, usageStore(dataFolder));
  // Whatever was opened is ended again when another part cannot be; so all are waited for before a failure is told.
  const openings = [
    openSecrets({ dataFolder, clock }).then(async (secrets) => {
      // One command announces nothing: the host that runs beside it does.
      const announced =
        options.gateway === undefined ? {} : { announced: { installationId: await installationId(dataFolder, newId), presence } };
      const ways = { clock, random: Math.random, log, runId, secrets, ...announced };
      await Promise.all([overrides.load(), recorder.load()]);
      const home = parts.use(await openHome(settings.home, { ...ways, signal, merged: { overrides, recorder } }));
      const connections = new HomeConnections({ ...ways, dataFolder, secrets, live: home, notice: (text) => state.notice('info', text) });
      return { home, connections, secrets };
    }),
    ownSentences.load(),
    openAudit({ folder: auditFolder, clock, runId, pid: process.pid }).then(async (opening) => {
      const opened = parts.use(opening);
      // What an earlier run left open gets its end, before there are calls of this one.
      const { perhapsDone } = options.gateway === undefined ? { perhapsDone: 0 } : await closeUnfinished(opened);
      if (perhapsDone > 0) log.warn({ calls: perhapsDone }, 'JARVIS ended in the middle of something last time; the record says of what');
      return opened;
    }),
    timers.load(),
    // One command keeps nothing: the host that runs beside it does.
    options.gateway === undefined ? undefined : openApprovalStore(dataFolder),
    PolicyFile.open({
      dataFolder,
      clock,
      notice(level, text) {
        if (level === 'warning') log.warn(text);
        state.notice(level, text);
      },
    }),
    usage.load(),
  ] as const;
  await Promise.allSettled(openings);
  const [{ home: opened, connections, secrets }, sentences, audit, , approvalStore, policyFile, usageKnown] = await Promise.all(openings);
  const { home } = opened;
  bridges = () => opened.statuses();
  // What was seen of the home is written down before its parts end.
  let remembering: Promise<void> = Promise.resolve();
  let keepingUsage: Promise<void> = Promise.resolve();
  parts.defer(async () => {
    await Promise.allSettled([remembering, keepingUsage]);
  });
  // Deferred last, so that it comes first: nothing is told or retried while the parts end.
  parts.defer(async () => ending.abort(new Error('stopped')));
  const known = new Vocabulary(sentences.loaded, home);
  vocabulary = known;
  if (sentences.problems.length > 0) {
    log.warn(
      { path: ownSentences.path, lines: sentences.problems.map(({ line }) => line) },
      'the own sentences cannot be used and are left out',
    );
    state.notice('warning', `Your own sentences cannot be used and are left out: ${sentences.problems[0]?.message ?? 'see the page'}`);
  }
  const phrasebook = () => known.current();

  const follow = (work: Promise<void>, what: string): void => {
    work.catch((error: unknown) => {
      if (!signal.aborted) log.error({ error: String(error) }, `${what} stopped`);
    });
  };
  const approvals = new Approvals({
    clock,
    newId,
    expiryMs: settings.gate.approvalMs,
    ...(approvalStore === undefined ? {} : { store: approvalStore }),
    storeTrouble: (error) => log.error({ error: String(error) }, 'what waits for a yes was not written down'),
  });
  const tools = parts.use(await openTools({ dataFolder, runId, home, timers, secrets, state, clock, log, newId }));
  const { registry, plugins, mcpServers, undoJournal } = tools;
  if (!usageKnown) log.warn('what is usual here could not be read, and is learnt anew');
  const areaOf = (entityId: string): string | undefined => home.entity(entityId)?.area;
  const gate = createGate({
    registry,
    policy: () => policyFile.current(),
    areaOf,
    usage,
    approvals,
    audit,
    stop,
    clock,
    secrets: createSecretHandles({ secrets, audit }),
  });
  const { problem: distrusted } = await approvals.restore(putAnew(gate, state, signal));
  if (distrusted !== undefined) {
    log.warn(distrusted);
    state.notice('warning', distrusted);
  }
  const journal = new TurnJournal(clock);
  const thinking = parts.use(
    await startMind({
      dataFolder,
      settings,
      state,
      secrets,
      registry,
      approvals,
      sentences: sentences.loaded,
      personOf: (turnId) => conversation.personOf(turnId),
      roomName: (room) => home.area(room)?.name,
      children: () => [voice?.pid()].filter((pid) => pid !== undefined),
      clock,
      newId,
      log,
      launch: options.launchModels,
      fetches: options.gateway !== undefined,
      environment: process.env,
    }),
  );
  const { models, mind, hardware } = thinking;
  journal.tellFirst((event) => mind.take(event));
  const teacher = voice === undefined ? undefined : new GrammarTeacher({ voice, vocabulary: known, state, clock, log });
  const services: TurnServices = {
    phrasebook,
    gate,
    clock,
    newId,
    view: (room) => homeView({ home, timers, phrasebook, clock, random: Math.random }, room),
    mind: thinking.answering,
    mindMayCall: (tool) => thinking.mayCall(tool),
    // There only where a connected Home Assistant may be asked, by the person's own setting.
    converse: () => 'converse' in home.records,
  };
  const listenForAnswer = (answers: string[]): void => {
    if (teacher !== undefined)
      follow(
        teacher.expect(answers, ANSWER_MS, signal).then(() => sound.listenForAnswer()),
        'listening for an answer',
      );
  };
  const stopControl: StopControl = new StopControl({
    stop,
    dataFolder,
    audit,
    clock,
    log,
    silence: () => conversation.cancel(),
    changed: () => state.changed(),
  });
  const conversation: Conversation = new Conversation({
    stopTalk: new StopTalk({ control: stopControl, phrasebook, view: services.view, clock }),
    isStopped: () => stop.latched,
    journal,
    mouth: sound,
    log,
    listenForAnswer,
    approvals: () => ({ take: (said) => approvalSpeech.take(said) ?? planSpeech.take(said) }),
    spoken: () => new SpokenAnswer(),
    services,
  });
  const approvalSpeech = new ApprovalSpeech({ approvals, clock, tell: (text, until) => conversation.tell(text, until), listenForAnswer });
  const planSpeech = new PlanSpeech({ plans: mind.plans, clock, tell: (text, until) => conversation.tell(text, until), listenForAnswer });
  sound.begin({ conversation, room: () => state.room, changed: () => state.changed() });

  follow(presence.follow({ state, sound, conversation }, journal, signal), 'showing JARVIS at brokers');
  follow(tellTurns(journal, state, log, signal), 'telling turns');
  follow(tellHome(home, state, clock, signal), 'telling the home');
  follow(tellUndo(undoJournal, state, signal), 'telling what can be put back');
  follow(undoJournal.expire(signal), 'ending what can be put back');
  follow(tellApprovals(approvals, state, signal), 'telling approvals');
  follow(approvalSpeech.follow(signal), 'reading approvals out');
  follow(planSpeech.follow(signal), 'reading plans out');
  follow(thinking.tell(signal), 'telling models');
  if (teacher !== undefined) follow(teacher.keep(signal), 'teaching the names of the home');
  // A command of one run rings no timers of the host that runs beside it, and does not write down the home a second time.
  if (options.gateway !== undefined) {
    follow(ringTimers(timers, conversation, signal), 'ringing timers');
    follow(plugins.loader.watch(signal), 'watching the plugins');
    follow(keepUses(registry, clock, log, signal), 'writing down the use of tools');
    follow(tellPlugins(plugins.loader, state, log, signal), 'telling broken plugins');
    remembering = recorder.run(home, signal, (error) => log.warn({ error: String(error) }, 'the states of the home were not written down'));
    follow(remembering, 'remembering the home');
    keepingUsage = keepUsage(usage, clock, signal, (error) =>
      log.warn({ error: String(error) }, 'what is usual here was not written down'),
    );
    follow(policyFile.follow(signal), 'following the policy');
    follow(mind.keepTidy(), 'tidying conversations');
  }

  // One command starts nobody's programs; the host that runs beside it does.
  if (options.gateway !== undefined) await mcpServers.load();

  const logins = new HomeLogins({ clock, randomToken: () => randomBytes(24).toString('base64url') });
  const core = {
    settings,
    home,
    journal,
    conversation,
    approvals,
    voice,
    phrasebook,
    newId,
    gate,
    registry,
    models,
    mind,
    hardware,
    status: () => state.status(),
    doctor: () =>
      examine({
        dataFolder,
        auditFolder,
        opened,
        secrets,
        ownSentences,
        state,
        plugins,
        engines: voice?.engines() ?? [],
        thinking: { models, mind },
      }),
  };
  let pages: Pages | undefined;
  const inner: InterfaceParts = {
    ...core,
    auditFolder,
    audit,
    secrets,
    secretChanged: (name) => mind.secretChanged(name),
    stopControl,
    signedCommands: new SignedCommands({
      dataFolder,
      hostId: await installationId(dataFolder, newId),
      audit,
      clock,
      stopControl,
      ask: (command, person) =>
        answerText(
          core,
          {
            ...inRoom({ home, state }, command.text, command.room),
            ...(command.dryRun === undefined ? {} : { dryRun: command.dryRun }),
            person,
          },
          signal,
        ),
    }),
    rules: policyFile,
    policyFile,
    areaOf,
    usage,
    clock,
    sound,
    state,
    services,
    connections,
    logins,
    overrides,
    mcpServers,
    ownSentences,
    vocabulary: known,
    undoJournal,
    ways: () => opened.ways(),
    origin: () => pages?.origin,
    ending: signal,
  };
  pages =
    options.gateway === undefined
      ? undefined
      : parts.use(await openPages(inner, { dataFolder, log, clock, strictPort: options.gateway.strictPort }));
  if (options.gateway !== undefined && settings.wyoming !== undefined) {
    const answer = (question: WyomingQuestion, stop: AbortSignal) => answerWyoming(inner, question, stop);
    parts.use(await startWyomingServer({ ...settings.wyoming, version: readVersion(), answer, log }));
  }
  const owned = parts.move();
  let stopped: Promise<void> | undefined;
  return {
    ...core,
    address: pages?.address,
    newAddress: () => pages?.newAddress(),
    listening: async () => voice?.ready(),
    hear: (event, hearing) => conversation.hear(event, hearing),
    testPolicy: (test) => tryPolicy(test, inner),
    stopEverything: (by) => stopControl.stopEverything(by),
    releaseStop: (by) => stopControl.release(by),
    stop() {
      // Before anything is called off: what waits for a yes waits for the next run.
      const kept = approvals.close();
      conversation.cancel();
      stopped ??= kept.then(() => owned.disposeAsync());
      return stopped;
    },
  };
}
