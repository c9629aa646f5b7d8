import { Broadcast } from '../../contract/broadcast.ts';
import type { JarvisPresence, JarvisState, LastCommand } from '../../iot/mqtt/jarvis-presence.ts';
import type { Conversation } from './conversation.ts';
import type { HostState } from './host-state.ts';
import type { PageSound } from './page-sound.ts';
import type { TurnJournal } from './turn-journal.ts';

interface PresenceParts {
  state: Pick<HostState, 'presenceNow' | 'changes' | 'room'>;
  sound: Pick<PageSound, 'muted' | 'setMuted'>;
  conversation: Pick<Conversation, 'announce'>;
}

/** JARVIS as brokers may show and operate it. Made before the home is opened, and lifeless until `follow`. */
export class HostPresence implements JarvisPresence {
  readonly #changes = new Broadcast<'changed'>();
  #parts: PresenceParts | undefined;
  #lastCommand: LastCommand | undefined;

  get state(): JarvisState {
    const presence = this.#parts?.state.presenceNow() ?? 'idle';
    // A broker is told what somebody could see or hear, not how the engines are.
    return presence === 'starting' || presence === 'error' ? 'idle' : presence;
  }

  get muted(): boolean {
    return this.#parts?.sound.muted ?? false;
  }

  get lastCommand(): LastCommand | undefined {
    return this.#lastCommand;
  }

  changes(signal: AbortSignal): AsyncIterable<'changed'> {
    return this.#changes.subscribe(signal);
  }

  onMute(muted: boolean): void {
    this.#parts?.sound.setMuted(muted);
  }

  onSay(text: string): void {
    this.#parts?.conversation.announce(text, this.#parts.state.room);
  }

  /** Tells every change until `signal` aborts. */
  async follow(parts: PresenceParts, journal: TurnJournal, signal: AbortSignal): Promise<void> {
    this.#parts = parts;
    const commands = async (): Promise<void> => {
      for await (const event of journal.events(signal)) {
        if (event.type !== 'intent-matched') continue;
        this.#lastCommand = { intent: event.intent, entityIds: event.targets };
        this.#changes.publish('changed');
      }
    };
    const states = async (): Promise<void> => {
      for await (const change of parts.state.changes.subscribe(signal))
        if (change.type === 'status-changed') this.#changes.publish('changed');
    };
    await Promise.all([commands(), states()]);
  }
}
