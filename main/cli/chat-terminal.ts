import { createInterface } from 'node:readline';

export interface ChatTerminalOptions {
  input: NodeJS.ReadableStream;
  /** Where questions and what is typed are shown; never where answers go. */
  output: NodeJS.WritableStream;
  /** A person sits at it. */
  isTerminal: boolean;
}

/** Lines that come within so many ms are one message: somebody pasted them. */
const PASTE_MS = 25;
const FENCE = '"""';

/** Where somebody writes to JARVIS: a person line by line, or a file that is piped in. */
export class ChatTerminal implements Disposable {
  readonly isTerminal: boolean;
  /** Sees what is typed while an answer comes; true: it was for it. */
  whileBusy: (text: string) => boolean = () => false;
  onInterrupt: () => void = () => undefined;
  readonly #lines: ReturnType<typeof createInterface>;
  readonly #messages: string[] = [];
  #pasted: string[] = [];
  #pasting: NodeJS.Timeout | undefined;
  /** Lines between two fences. */
  #fenced: string[] | undefined;
  #closed = false;
  #waiting: ((text: string | undefined) => void) | undefined;
  #question: ((text: string) => void) | undefined;

  constructor({ input, output, isTerminal }: ChatTerminalOptions) {
    this.isTerminal = isTerminal;
    this.#lines = createInterface({ input, ...(isTerminal ? { output } : {}), terminal: isTerminal, historySize: 200 });
    this.#lines.setPrompt('› ');
    this.#lines.on('line', (line) => this.#line(line));
    this.#lines.on('SIGINT', () => this.onInterrupt());
    this.#lines.on('close', () => {
      this.#flush();
      this.#closed = true;
      this.#waiting?.(undefined);
      this.#question?.('');
    });
  }

  /** The next message; undefined when no more will come. */
  async next(): Promise<string | undefined> {
    const ready = this.#messages.shift();
    if (ready !== undefined) return ready;
    if (this.#closed) return undefined;
    if (this.isTerminal) this.#lines.prompt();
    return new Promise((resolve) => {
      this.#waiting = (text) => {
        this.#waiting = undefined;
        resolve(text);
      };
    });
  }

  /** What the person answers. Rejects with the signal's reason when that is not wanted any more. */
  ask(question: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#question = undefined;
        signal.removeEventListener('abort', stop);
      };
      const stop = (): void => {
        done();
        reject(signal.reason);
      };
      if (signal.aborted || this.#closed) {
        reject(signal.reason ?? new Error('nobody answers any more'));
        return;
      }
      signal.addEventListener('abort', stop, { once: true });
      this.#question = (text) => {
        done();
        resolve(text);
      };
      this.#lines.setPrompt(question);
      this.#lines.prompt();
      this.#lines.setPrompt('› ');
    });
  }

  /** No more is read. */
  [Symbol.dispose](): void {
    clearTimeout(this.#pasting);
    this.#pasted = [];
    this.#lines.close();
  }

  #line(line: string): void {
    if (this.#question !== undefined) {
      this.#question(line);
      return;
    }
    if (!this.isTerminal) {
      this.#fence(line);
      return;
    }
    this.#pasted.push(line);
    clearTimeout(this.#pasting);
    this.#pasting = setTimeout(() => this.#flush(), PASTE_MS);
  }

  #flush(): void {
    clearTimeout(this.#pasting);
    const lines = this.#pasted;
    this.#pasted = [];
    if (lines.length === 0) return;
    if (lines.some((line) => line.trim() === FENCE) || this.#fenced !== undefined) for (const line of lines) this.#fence(line);
    else this.#message(lines.join('\n'));
  }

  #fence(line: string): void {
    const isFence = line.trim() === FENCE;
    if (this.#fenced === undefined) {
      if (isFence) this.#fenced = [];
      else this.#message(line);
      return;
    }
    if (!isFence) {
      this.#fenced.push(line);
      return;
    }
    const text = this.#fenced.join('\n');
    this.#fenced = undefined;
    this.#message(text);
  }

  #message(text: string): void {
    if (this.#waiting !== undefined) this.#waiting(text);
    else if (!this.isTerminal || !this.whileBusy(text)) this.#messages.push(text);
  }
}
