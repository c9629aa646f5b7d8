export interface ReceivedCommand {
  readonly id: number;
  readonly type: string;
  readonly [key: string]: unknown;
}

/** `light.turn_on` for a call_service, else the command's type. */
function nameOf(message: ReceivedCommand): string {
  return message.type === 'call_service' ? `${String(message.domain)}.${String(message.service)}` : message.type;
}

/** How the server lets its clients down, and what it has received. Names are command types or services (`light.turn_on`). */
export class Misbehaviour {
  readonly #delays = new Map<string, number>();
  readonly #losses = new Map<string, 'before' | 'after'>();
  readonly #received: ReceivedCommand[] = [];
  /** Takes nothing and says nothing, with the socket open. */
  frozen = false;
  /** Time before every answer, ms. */
  answerMs: number;

  constructor(answerMs: number) {
    this.answerMs = answerMs;
  }

  /** Every command with a sound id, in order, across all connections. */
  get log(): readonly ReceivedCommand[] {
    return this.#received;
  }

  received(message: ReceivedCommand): void {
    this.#received.push(message);
  }

  forget(): void {
    this.#received.length = 0;
  }

  count(name: string): number {
    return this.#received.filter((message) => message.type === name || nameOf(message) === name).length;
  }

  slow(name: string, ms: number): void {
    this.#delays.set(name, ms);
  }

  /** The next command of this name loses the connection, once: unread, or carried out but unanswered. */
  loseConnectionOn(name: string, when: 'before' | 'after'): void {
    this.#losses.set(name, when);
  }

  losesConnectionOn(message: ReceivedCommand): 'before' | 'after' | undefined {
    const name = nameOf(message);
    const when = this.#losses.get(name);
    this.#losses.delete(name);
    return when;
  }

  /** How long the answer to this command takes, ms. */
  delayOf(message: ReceivedCommand): number {
    return this.#delays.get(nameOf(message)) ?? this.#delays.get(message.type) ?? this.answerMs;
  }
}
