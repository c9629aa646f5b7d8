import type { Approval } from '../../contract/tool.ts';
import type { Plan, TurnEvent } from '../../contract/turn-event.ts';
import { codeIn } from '../../tools/approval-code.ts';
import { ChatCommands } from './chat-commands.ts';
import type { ChatDoor } from './chat-door.ts';
import { PLAN_QUESTION, planLines, readPlanAnswer } from './chat-plan.ts';
import type { ChatTerminal } from './chat-terminal.ts';
import { TurnFollower } from './chat-turn.ts';
import { complain } from './output.ts';
import type { TerminalAnswer } from './run-host.ts';

export interface ChatSessionOptions {
  door: ChatDoor;
  terminal: ChatTerminal;
  /** Shows each event of a turn. */
  tell(event: TurnEvent): void;
  room?: string;
  /** Begin a new conversation, or go on with this one; else with the last. */
  conversation: { new: true } | { id: string } | undefined;
}

/** A chat until its end: `/quit`, the end of the input, Ctrl-C twice, or the signal. */
export class ChatSession {
  readonly #options: ChatSessionOptions;
  readonly #commands: ChatCommands;
  readonly #leaving = new AbortController();
  #answering: AbortController | undefined;
  #wasInterrupted = false;
  #failed = false;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#commands = new ChatCommands(options.door);
  }

  /** False: the last question was not answered. Rejects when JARVIS goes away. */
  async run(ended: AbortSignal): Promise<boolean> {
    const { door, terminal, conversation } = this.#options;
    const signal = AbortSignal.any([ended, this.#leaving.signal]);
    terminal.onInterrupt = () => this.interrupt();
    terminal.whileBusy = (text) => {
      if (text.trim() !== '/stop') return false;
      this.#answering?.abort();
      return true;
    };
    const follower = new TurnFollower(door, {
      tell: (event) => this.#tell(event),
      approve: (approval, until) => this.#approve(approval, until),
      agree: (plan, until) => this.#agree(plan, until),
    });
    await follower.start(signal);
    await this.#commands.begin(conversation, terminal.isTerminal);
    const left = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
    while (!signal.aborted) {
      const text = await Promise.race([terminal.next(), left]);
      if (text === undefined) break;
      if (text.trim() === '') continue;
      this.#wasInterrupted = false;
      const next = await this.#commands.take(text);
      if (next === 'quit') break;
      if (next !== undefined) await this.#ask(follower, next, signal);
    }
    this.#leaving.abort(new Error('the chat is over'));
    return !this.#failed;
  }

  /** Ctrl-C: stops the answer; when there is none, or again, leaves. */
  interrupt(): void {
    if (this.#wasInterrupted) {
      this.#leaving.abort(new Error('interrupted'));
      this.#answering?.abort();
      return;
    }
    this.#wasInterrupted = true;
    if (this.#answering !== undefined) {
      this.#answering.abort();
      return;
    }
    if (this.#options.terminal.isTerminal) complain('\nCtrl-C again leaves, and so does /quit.');
    else this.#leaving.abort(new Error('interrupted'));
  }

  async #ask(
    follower: TurnFollower,
    question: { text: string; conversationId: string; again?: string },
    signal: AbortSignal,
  ): Promise<void> {
    const answering = new AbortController();
    this.#answering = answering;
    const { room } = this.#options;
    try {
      const events = await follower.run(
        { ...question, ...(room === undefined ? {} : { room }) },
        AbortSignal.any([answering.signal, signal]),
      );
      this.#failed = events.some(({ type }) => type === 'turn-failed') && !answering.signal.aborted;
      if (answering.signal.aborted) complain('(stopped)');
    } finally {
      this.#answering = undefined;
    }
  }

  #tell(event: TurnEvent): void {
    this.#options.tell(event);
  }

  async #approve({ sentence, code, why }: Approval, signal: AbortSignal): Promise<TerminalAnswer | undefined> {
    const { terminal } = this.#options;
    if (!terminal.isTerminal) return undefined;
    if (why !== undefined) complain(`  ${why}`);
    const question = code === undefined ? `${sentence}? (y/N) ` : `${sentence}? Type "${code}" to approve it: `;
    const answer = (await terminal.ask(question, signal)).trim();
    return code === undefined ? { approved: /^y(es)?$/iu.test(answer) } : { approved: codeIn(answer) === code, code: answer };
  }

  async #agree(plan: Plan, signal: AbortSignal): Promise<string[] | undefined> {
    const { terminal } = this.#options;
    for (const line of planLines(plan)) complain(line);
    if (!terminal.isTerminal) {
      complain('Nobody is here to agree to it, so nothing of it is done.');
      return [];
    }
    for (;;) {
      const agreed = readPlanAnswer(await terminal.ask(PLAN_QUESTION, signal), plan);
      if (agreed !== undefined) return agreed;
    }
  }
}
