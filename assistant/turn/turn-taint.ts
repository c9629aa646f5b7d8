import type { Taint, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';

/** A request names no more; one is enough to make it ask. */
const MOST = 50;

/** Who is given what a tool answered: a skill puts it into a sentence, a mind reads it and chooses what comes next. */
export type Reader = 'skill' | 'mind';

/** What of outside a turn has read; every later request of the turn carries it. */
export class TurnTaint {
  readonly #emit: (event: TurnEventBody) => void;
  readonly #taints: Taint[] = [];
  #inPlay = false;

  constructor(emit: (event: TurnEventBody) => void) {
    this.#emit = emit;
  }

  list(): readonly Taint[] {
    return this.#taints;
  }

  /** What stays for the next turns: all of it where a mind read it and may remember, nothing where it was only put into a sentence. */
  left(): readonly Taint[] | undefined {
    return this.#inPlay ? this.#taints : undefined;
  }

  add(taint: Taint): void {
    const known = this.#taints.some(({ origin, name }) => origin === taint.origin && name === taint.name);
    if (known || this.#taints.length >= MOST) return;
    this.#taints.push(taint);
    this.#emit({ type: 'turn-tainted', taint });
  }

  /** A mind is asked, which remembers what earlier turns of this conversation have read. */
  mindAsked(carried: readonly Taint[]): void {
    this.#inPlay = true;
    for (const taint of carried) this.add(taint);
  }

  /**
   * A tool has answered. Names and states of devices that a skill puts into a sentence choose nothing, so they taint only where a mind reads them; and for a
   * mind the words of a failure are a stranger's words, whoever reports it.
   */
  answered(tool: string, { taint, outcome, reason }: ToolOutcome, reader: Reader): void {
    if (taint !== undefined && (reader === 'mind' || taint.origin !== 'device')) this.add(taint);
    else if (reader === 'mind' && reason !== undefined && (outcome === 'failed' || outcome === 'rejected'))
      this.add({ origin: 'tool-error', name: tool.slice(0, 200) });
  }
}
