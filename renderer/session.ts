import { type InjectionKey, inject, type ShallowRef, shallowRef } from 'vue';
import type { HomeAction } from '../contract/home.ts';
import type { DoctorReport } from '../contract/interface.ts';
import { Resampler } from '../contract/resampler.ts';
import { openMicrophone } from './audio/capture.ts';
import { visibleLoudness } from './audio/loudness.ts';
import { Microphone, type MicrophoneState } from './audio/microphone.ts';
import { SpeechPlayer } from './audio/speech-player.ts';
import { WebSoundSink } from './audio/web-sound-sink.ts';
import { type ChatQuestion, type ChatRequests, chatRequests } from './chat-requests.ts';
import { type GateRequests, gateRequests } from './gate-requests.ts';
import { DeviceCalls } from './home/device-calls.ts';
import type { SettingChange } from './home/entity-settings.ts';
import { HomeStore } from './home/home-store.ts';
import { type HomeRequests, homeRequests, reasonOf } from './home-requests.ts';
import { connectToHost, type HostConnection } from './host-link.ts';
import { keepConnected } from './keep-connected.ts';
import type { MindDrafts } from './mind/mind-drafts.ts';
import { type MindRequests, mindRequests } from './mind-requests.ts';
import { apply } from './state/apply.ts';
import { initialState, type PageEvent, type PageState } from './state/page-state.ts';
import { type EntitySetting, lastUndoable, type Undoable } from './state/undoable.ts';

export interface HelpEntry {
  intent: string;
  examples: string[];
}

export interface PolicyDraft {
  text: string;
  version: string;
}

/** All that the page's parts may see and do. Commands are sent; what they come to arrives as events in `state`. */
export interface Session {
  readonly pageId: string;
  readonly state: Readonly<ShallowRef<PageState>>;
  readonly home: HomeStore;
  readonly calls: DeviceCalls;
  readonly requests: HomeRequests;
  readonly gate: GateRequests;
  readonly chat: ChatRequests;
  readonly mind: MindRequests;
  /** Own sentences that are written but not saved; undefined when there are none. */
  readonly sentenceDraft: ShallowRef<string | undefined>;
  /** The policy as it is being written, and the version it was begun on; undefined when nothing is unsaved. */
  readonly policyDraft: ShallowRef<PolicyDraft | undefined>;
  /** Sections of the mind's settings that are written but not saved. */
  readonly mindDrafts: ShallowRef<MindDrafts>;
  /** ms since the epoch, a few times a minute: for what is told as "5 min ago". */
  readonly time: Readonly<ShallowRef<number>>;
  readonly microphone: Readonly<ShallowRef<MicrophoneState>>;
  /** The browser holds sound back until the page is touched. */
  readonly heldBack: Readonly<ShallowRef<boolean>>;
  readonly talking: Readonly<ShallowRef<boolean>>;
  /** 0–1: how loud the room is, and how loud JARVIS. */
  loudness(): { heard: number; spoken: number };
  /** Resolves to whether the host took it. */
  ask(text: string): Promise<boolean>;
  /** The same in a conversation of the chat. Resolves to the id of its turn; undefined: it was not taken, and the person has been told. */
  askInChat(question: ChatQuestion): Promise<string | undefined>;
  /** Tells the person, once, for a while. */
  tell(level: 'info' | 'warning' | 'error', text: string): void;
  cancel(): Promise<void>;
  setMuted(muted: boolean): Promise<void>;
  setRoom(room: string | null): Promise<void>;
  call(action: HomeAction): Promise<void>;
  /** Renames or hides; can be undone for a while. */
  changeEntity(change: SettingChange): Promise<boolean>;
  /** Puts back what `undoable` names, or what was done last and is not put back yet. Resolves to whether it is back. */
  undo(undoable?: Undoable): Promise<boolean>;
  /** Does again what was put back last. */
  redo(): Promise<boolean>;
  /** `code` where something strong is approved without a click. Resolves to why the answer was not taken, in words. */
  answerApproval(approvalId: string, approved: boolean, code?: string): Promise<string | undefined>;
  /** Yes, and from now on without asking. Resolves to why not, in words. */
  acceptRule(approvalId: string): Promise<string | undefined>;
  /** Ends everything at once, the sound of this page first. */
  stopEverything(): Promise<void>;
  releaseStop(): Promise<void>;
  help(): Promise<HelpEntry[]>;
  doctor(): Promise<DoctorReport>;
  openMicrophone(): Promise<void>;
  startTalking(): void;
  /** `take` false throws away what was said. */
  stopTalking(take: boolean): void;
  dismissNotice(id: number): void;
  reconnect(): void;
  now(): number;
}

const sessionKey: InjectionKey<Session> = Symbol('session');

export function provideSession(app: { provide(key: InjectionKey<Session>, session: Session): unknown }, session: Session): void {
  app.provide(sessionKey, session);
}

export function useSession(): Session {
  const session = inject(sessionKey);
  if (!session) throw new Error('This part of the page was mounted without a session.');
  return session;
}

/** ms for which the page can take back what it set itself. */
const SETTING_UNDO = 10 * 60_000;
/** ms; no finer than "just now" is told. */
const TIME_STEP = 20_000;
/** ms after which changes are shown in a page that is not drawn. */
const UNDRAWN = 500;

/** Starts the page's life with its host and its sound devices; it ends with the page. */
export function startSession(page: Window, pageId: string, now: () => number): Session {
  const state = shallowRef(initialState());
  const microphoneState = shallowRef<MicrophoneState>('off');
  const heldBack = shallowRef(false);
  const talking = shallowRef(false);
  let connection: HostConnection | undefined;
  const calls = new DeviceCalls((callback, ms) => page.setTimeout(callback, ms));
  const home = new HomeStore((show) => {
    // Frames stop while the page is out of sight.
    const timer = page.setTimeout(show, UNDRAWN);
    page.requestAnimationFrame(() => {
      page.clearTimeout(timer);
      show();
    });
  });
  const sentenceDraft = shallowRef<string>();
  const policyDraft = shallowRef<PolicyDraft>();
  const mindDrafts = shallowRef<MindDrafts>({});
  page.addEventListener('beforeunload', (event) => {
    const drafts = [sentenceDraft.value, policyDraft.value, ...Object.values(mindDrafts.value)];
    if (drafts.some((draft) => draft !== undefined)) event.preventDefault();
  });
  const time = shallowRef(now());
  page.setInterval(() => {
    time.value = now();
  }, TIME_STEP);
  let nextCallId = 1;
  /** Muted here, and the host has not yet said that it knows: nothing that it says meanwhile opens the microphone. */
  let muteUntold = false;

  const dispatch = (event: PageEvent) => {
    const next = apply(state.value, event, now());
    if (next !== state.value) state.value = next;
  };
  const notice = (text: string) => dispatch({ type: 'notice', level: 'error', text });

  const sink = new WebSoundSink((held) => {
    heldBack.value = held;
  });
  const player = new SpeechPlayer({
    sink,
    createResampler: (from, to) => new Resampler(from, to),
    send: (message) => connection?.audio.send(message),
  });
  const microphone = new Microphone({
    pageId,
    open: page.navigator.mediaDevices ? openMicrophone : undefined,
    send: (message) => connection?.audio.send(message),
    sendSamples: (samples) => connection?.audio.sendSamples(samples),
    onState: (next) => {
      microphoneState.value = next;
    },
    onHeldBack: (held) => {
      heldBack.value = held;
    },
  });
  page.navigator.mediaDevices?.addEventListener('devicechange', () => void microphone.devicesChanged());

  /** What the host says about muting and about who is heard, whichever line it says it on. */
  const followStatus = async (reconnected: boolean) => {
    const { muted, microphone: heard } = state.value.status;
    if (muted) {
      muteUntold = false;
      return microphone.setMuted(true);
    }
    if (muteUntold) {
      if (reconnected) await tellMuted(true);
      return;
    }
    if (microphone.state === 'muted') return microphone.setMuted(false);
    if (heard !== undefined && heard !== pageId && microphone.state === 'off') return microphone.yield();
    const free = heard === undefined && microphone.state === 'taken';
    if (microphone.state === 'off' || free) return microphone.open();
  };

  const link = keepConnected({
    connect: () => connectToHost(page),
    onConnected: (opened) => {
      connection = opened;
      opened.audio.listen(
        (message) => {
          switch (message.type) {
            case 'microphone-granted':
              if (!message.granted) microphone.yield();
              break;
            case 'microphone-mute':
              if (message.muted || !muteUntold) void microphone.setMuted(message.muted);
              break;
            case 'speech-started':
              player.begin(message.speechId, message.sampleRate);
              break;
            case 'speech-ended':
              player.finish(message.speechId);
              break;
            case 'speech-stopped':
              player.stop(message.speechId);
              break;
            case 'earcon':
              sink.earcon(message.sound);
              break;
            default:
              message satisfies never;
          }
        },
        (samples) => player.add(samples),
      );
      microphone.announce();
    },
    onEvent: (event) => {
      if (event.type === 'entity-changed') {
        home.change(event.entity);
        calls.heardFrom(event.entity.id);
        return;
      }
      if (event.type === 'snapshot' || event.type === 'home-structure') home.replace(event);
      dispatch(event);
      if (event.type === 'snapshot' || event.type === 'status-changed') void followStatus(event.type === 'snapshot');
    },
    onChange: (next) => {
      connection = undefined;
      talking.value = false;
      player.drop();
      dispatch({ type: 'connection-changed', connection: next });
    },
    page,
  });

  const client = () => {
    if (!connection) throw new Error('JARVIS is not connected just now.');
    return connection.client;
  };
  /** Runs a command; its failure becomes a notice, since the person should know and nothing else can be done here. */
  const attempt = async (what: string, command: () => Promise<unknown>): Promise<boolean> => {
    try {
      await command();
      return true;
    } catch (error) {
      notice(`${what}: ${reasonOf(error)}`);
      return false;
    }
  };

  const tellMuted = (muted: boolean) =>
    attempt(muted ? 'JARVIS was not told that it is muted' : 'Could not unmute', () => client().setMuted({ muted }));

  /** A wrong code leaves the question as it is; anything else ended it without this page having heard. Resolves to the words for the person. */
  const notTaken = async (approvalId: string, reason: string | undefined): Promise<string> => {
    const words = reason ?? 'That question had already been answered or had expired.';
    const waiting = await client().approvals();
    if (waiting.some(({ id }) => id === approvalId)) return words;
    dispatch({ type: 'approval-ended', approvalId, approved: false });
    dispatch({ type: 'notice', level: 'warning', text: words });
    return words;
  };

  const setEntity = (setting: EntitySetting) => attempt('That was not changed', () => client().setEntity(setting));
  const undone = (undoable: Undoable) => {
    dispatch({ type: 'undoable-ended', id: undoable.id });
    dispatch({ type: 'notice', level: 'info', text: 'Put back as it was.' });
  };
  const putBack = async (undoable: Undoable): Promise<boolean> => {
    if (undoable.by.type === 'setting') {
      if (!(await setEntity(undoable.by.setting))) return false;
      undone(undoable);
      return true;
    }
    let back = false;
    await attempt('That was not undone', async () => {
      const outcomes = await client().undo({ undoId: undoable.id });
      const bad = outcomes.find(({ outcome }) => outcome !== 'confirmed' && outcome !== 'accepted');
      const slow = outcomes.find(({ outcome }) => outcome === 'accepted');
      back = bad === undefined && slow === undefined;
      if (back) undone(undoable);
      else if (bad) notice(`That was not undone: ${bad.reason ?? 'the device refused.'}`);
      else dispatch({ type: 'notice', level: 'warning', text: slow?.reason ?? 'Asked, but it has not answered yet.' });
    });
    return back;
  };

  return {
    pageId,
    state,
    home,
    calls,
    time,
    requests: homeRequests(client),
    gate: gateRequests(client),
    chat: chatRequests(client),
    mind: mindRequests(client),
    sentenceDraft,
    policyDraft,
    mindDrafts,
    microphone: microphoneState,
    heldBack,
    talking,
    loudness: () => ({
      heard: visibleLoudness(microphone.state === 'open' ? microphone.dbfs : state.value.level.dbfs),
      spoken: visibleLoudness(sink.dbfs),
    }),
    ask: (text) =>
      attempt('That was not sent', async () => {
        const { turnId } = await client().ask({ text });
        dispatch({ type: 'text-sent', turnId, text });
      }),
    askInChat: async (question) => {
      let asked: string | undefined;
      await attempt('That was not sent', async () => {
        const { turnId } = await client().ask(question);
        asked = turnId;
        dispatch({ type: 'text-sent', turnId, text: question.text });
      });
      return asked;
    },
    tell: (level, text) => dispatch({ type: 'notice', level, text }),
    cancel: async () => {
      await attempt('Could not stop', () => client().cancel());
    },
    setMuted: async (muted) => {
      // Muting does not wait for the host: the track ends here and now, even when the line is down.
      muteUntold = muted;
      if (muted) await microphone.setMuted(true);
      if ((await tellMuted(muted)) && !muted) await microphone.setMuted(false);
    },
    setRoom: async (room) => {
      await attempt('The room was not changed', () => client().setRoom({ room }));
    },
    call: async (action) => {
      const callId = String(nextCallId++);
      const { entityIds } = action;
      calls.begin(callId, entityIds);
      try {
        calls.end(callId, entityIds, await client().callService(action));
      } catch (error) {
        calls.fail(callId, entityIds, reasonOf(error));
      }
    },
    changeEntity: async ({ setting, sentence, back }) => {
      if (!(await setEntity(setting))) return false;
      const at = now();
      const by = { type: 'setting' as const, setting: back };
      dispatch({ type: 'undoable-added', undoable: { id: `setting-${nextCallId++}`, sentence, at, until: at + SETTING_UNDO, by } });
      return true;
    },
    undo: async (undoable) => {
      const latest = undoable ?? lastUndoable(state.value.undo, now(), false);
      if (latest) return putBack(latest);
      dispatch({ type: 'notice', level: 'info', text: 'There is nothing to undo.' });
      return false;
    },
    redo: async () => {
      const latest = lastUndoable(state.value.undo, now(), true);
      if (latest) return putBack(latest);
      dispatch({ type: 'notice', level: 'info', text: 'There is nothing to do again.' });
      return false;
    },
    answerApproval: async (approvalId, approved, code) => {
      let refusal: string | undefined = 'Your answer did not arrive. Try again.';
      await attempt('Your answer did not arrive', async () => {
        const { accepted, reason } = await client().answerApproval({ approvalId, approved, ...(code !== undefined && { code }) });
        refusal = accepted ? undefined : await notTaken(approvalId, reason);
      });
      return refusal;
    },
    acceptRule: async (approvalId) => {
      let refusal: string | undefined = 'Your answer did not arrive. Try again.';
      await attempt('Your answer did not arrive', async () => {
        const { accepted, saved, reason } = await client().acceptRule({ approvalId });
        refusal = accepted ? undefined : await notTaken(approvalId, reason);
        if (accepted && !saved) notice(`It is done, but the rule was not kept: ${reason ?? 'no reason was given'}`);
        if (accepted && saved) dispatch({ type: 'notice', level: 'info', text: 'Done, and written into your rules.' });
      });
      return refusal;
    },
    stopEverything: async () => {
      player.drop();
      talking.value = false;
      await attempt('JARVIS was NOT stopped', () => client().stopEverything());
    },
    releaseStop: async () => {
      await attempt('It was not released', () => client().releaseStop());
    },
    help: async () => client().help(),
    doctor: async () => client().doctor(),
    openMicrophone: () => microphone.open(),
    startTalking: () => {
      if (talking.value) return;
      if (microphone.state !== 'open') {
        notice(microphone.state === 'muted' ? 'The microphone is muted.' : 'The microphone is not on.');
        return;
      }
      talking.value = true;
      connection?.audio.send({ type: 'talk-started' });
    },
    stopTalking: (take) => {
      if (!talking.value) return;
      talking.value = false;
      connection?.audio.send({ type: 'talk-ended', take });
    },
    dismissNotice: (id) => dispatch({ type: 'notice-dismissed', id }),
    reconnect: () => link.tryNow(),
    now,
  };
}
