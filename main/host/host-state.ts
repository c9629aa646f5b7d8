import { Broadcast } from '../../contract/broadcast.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { InterfaceEvent, ServiceStatus, Status } from '../../contract/interface.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import { PresenceTracker } from './presence.ts';

export interface HostStateSources {
  bridges(): BridgeStatus[];
  engines(): EngineReport[];
  /** The page's microphone: muted, and whose it is. */
  sound: { readonly muted: boolean; readonly microphone: string | undefined };
  /** False for a host without a voice: it is never "starting". */
  voice: boolean;
  room: string | undefined;
  /** Since when everything is stopped, if it is. */
  stopped?(): Status['stopped'];
}

/** What the pages see of the host as a whole, and the one stream that tells them. */
export class HostState {
  readonly changes = new Broadcast<InterfaceEvent>();
  readonly presence = new PresenceTracker();
  readonly #services = new Map<string, ServiceStatus>();
  readonly #sources: HostStateSources;
  #room: string | undefined;
  /** Said before anybody was there to hear it; undefined once somebody was. */
  #early: InterfaceEvent[] | undefined = [];

  constructor(sources: HostStateSources) {
    this.#sources = sources;
    this.#room = sources.room;
  }

  get room(): string | undefined {
    return this.#room;
  }

  set room(room: string | undefined) {
    this.#room = room;
    this.changed();
  }

  services(): ServiceStatus[] {
    return [...this.#services.values()];
  }

  setService(service: ServiceStatus): void {
    this.#services.set(service.name, service);
    this.changed();
  }

  status(): Status {
    const { sound } = this.#sources;
    const stopped = this.#sources.stopped?.();
    return {
      presence: this.presenceNow(),
      muted: sound.muted,
      ...(this.#room === undefined ? {} : { room: this.#room }),
      engines: this.#sources.engines(),
      services: this.services(),
      bridges: this.#sources.bridges(),
      ...(sound.microphone === undefined ? {} : { microphone: sound.microphone }),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }

  presenceNow(): Status['presence'] {
    const voice = this.#services.get('voice')?.state;
    if (voice === 'failed' || voice === 'restarting') return 'error';
    const busy = this.presence.current();
    if (busy !== 'idle') return busy;
    if (this.#sources.voice && this.#sources.engines().length === 0) return 'starting';
    return this.#sources.sound.muted ? 'muted' : 'idle';
  }

  changed(): void {
    this.changes.publish({ type: 'status-changed', status: this.status() });
  }

  /** Said once, in plain words. */
  notice(level: 'info' | 'warning' | 'error', text: string): void {
    this.#early?.push({ type: 'notice', level, text });
    this.changes.publish({ type: 'notice', level, text });
  }

  /** What was said while JARVIS started, for the first who listens; nothing for everybody after. */
  earlyNotices(): InterfaceEvent[] {
    const early = this.#early ?? [];
    this.#early = undefined;
    return early;
  }
}
