import type { Clock } from '../../contract/clock.ts';
import type { SignedAnswer, SignedCommand } from '../../contract/signed-command.ts';
import type { Person } from '../../contract/tool.ts';
import type { Audit } from '../../tools/audit.ts';
import { acceptCommand } from '../../tools/signed-commands/accept-command.ts';
import { ReplayStore } from '../../tools/signed-commands/replay-store.ts';
import { TrustedKeys } from '../../tools/signed-commands/trusted-keys.ts';
import type { TextAnswer } from './answer-text.ts';
import type { StopControl } from './stop-control.ts';

export interface SignedCommandsOptions {
  dataFolder: string;
  hostId: string;
  audit: Pick<Audit, 'write'>;
  clock: Clock;
  stopControl: Pick<StopControl, 'stopEverything'>;
  /** What a person says, in writing, and the answer to it. */
  ask(command: { text: string; room?: string | undefined; dryRun?: boolean | undefined }, person: Person): Promise<TextAnswer>;
}

/** Refusals of strangers that the record takes in a minute; a network can send any number. */
const STRANGERS_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Commands that come with a signature instead of a token. */
export class SignedCommands {
  readonly #options: SignedCommandsOptions;
  readonly #trusted: TrustedKeys;
  readonly #replays: ReplayStore;
  #strangers: number[] = [];

  constructor(options: SignedCommandsOptions) {
    this.#options = options;
    this.#trusted = new TrustedKeys(options.dataFolder);
    this.#replays = new ReplayStore(options.dataFolder);
  }

  async take(envelope: SignedCommand): Promise<SignedAnswer> {
    const { hostId, audit, clock, stopControl, ask } = this.#options;
    const answer = await acceptCommand(envelope, {
      hostId,
      audit,
      clock,
      trusted: this.#trusted,
      replays: this.#replays,
      recordsStrangers: () => this.#recordsStrangers(),
    });
    if (!answer.accepted) return { accepted: false, ok: false, reply: answer.reason };
    const { command, sender } = answer;
    switch (command.type) {
      case 'stop':
        await stopControl.stopEverything('device');
        return { accepted: true, ok: true, reply: 'Everything is stopped.' };
      case 'ask': {
        const { text, outcome } = await ask(command, sender.person);
        return { accepted: true, ok: outcome === 'done' || outcome === 'answered', reply: text };
      }
      default:
        return command satisfies never;
    }
  }

  #recordsStrangers(): boolean {
    const now = this.#options.clock.monotonic();
    this.#strangers = this.#strangers.filter((at) => now - at < MINUTE_MS);
    if (this.#strangers.length >= STRANGERS_A_MINUTE) return false;
    this.#strangers.push(now);
    return true;
  }
}
