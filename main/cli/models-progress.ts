import type { Clock } from '../../contract/clock.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { clip } from './models-table.ts';
import { durationWords } from './models-words.ts';

/** One thing that is on its way. */
export interface Part {
  key: string;
  title: string;
  done: number;
  /** Absent: nobody knows. */
  total?: number | undefined;
  /** A second. */
  rate?: number | undefined;
  /** What it does just now, where it is not simply coming: "checking". */
  doing?: string | undefined;
}

export interface ProgressOptions {
  write(text: string): void;
  /** Columns of the terminal now; undefined: it is none, and lines are added, never redrawn. */
  columns(): number | undefined;
  clock: Pick<Clock, 'monotonic'>;
}

const BAR = 20;
/** Beside a bar, a shorter title says nothing. */
const LEAST_TITLE = 8;
/** Without a terminal: a line for every so many per cent, and one when nothing was said for so many ms. */
const STEP = 10;
const QUIET_MS = 30_000;
/** A terminal is drawn at most so often, in ms. */
const DRAW_MS = 100;

/** Shows how far work is: lines that are redrawn in place on a terminal, a few plain ones elsewhere. */
export class ProgressLines {
  readonly #options: ProgressOptions;
  readonly #told = new Map<string, { step: number; doing: string | undefined; at: number }>();
  #drawn = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #last: readonly Part[] = [];

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(parts: readonly Part[]): void {
    this.#last = parts;
    if (this.#options.columns() === undefined) for (const part of parts) this.#tell(part);
    else if (this.#options.clock.monotonic() - this.#drawnAt >= DRAW_MS) this.#draw();
  }

  /** Leaves the last state standing. */
  end(): void {
    if (this.#options.columns() !== undefined && this.#last.length > 0) this.#draw();
    this.#drawn = 0;
    this.#last = [];
  }

  #draw(): void {
    const { write, columns, clock } = this.#options;
    // One column less: a line that fills the last one would be two in some terminals.
    const width = (columns() ?? 80) - 1;
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : '';
    write(`${up}${this.#last.map((part) => `\r\u001B[K${lineOf(part, width)}\n`).join('')}`);
    this.#drawn = Math.max(this.#drawn, this.#last.length);
    this.#drawnAt = clock.monotonic();
  }

  #tell(part: Part): void {
    const at = this.#options.clock.monotonic();
    const before = this.#told.get(part.key);
    const percent = percentOf(part);
    const step = percent === undefined ? 0 : Math.floor(percent / STEP);
    if (before !== undefined && before.step === step && before.doing === part.doing && at - before.at < QUIET_MS) return;
    this.#told.set(part.key, { step, doing: part.doing, at });
    this.#options.write(`${part.title}: ${figuresOf(part).join(', ')}\n`);
  }
}

function lineOf(part: Part, width: number): string {
  const percent = percentOf(part);
  const figures = figuresOf(part);
  // A line that wraps could not be redrawn: what says least goes first, and of what is left everything stays whole.
  while (figures.length > 1 && figures.join(', ').length > width) figures.pop();
  const shown = figures.join(', ');
  const filled = percent === undefined ? 0 : Math.round((percent / 100) * BAR);
  const bar = percent === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `;
  const room = width - shown.length - 1;
  const drawn = room - bar.length >= LEAST_TITLE ? bar : '';
  const title = room - drawn.length >= 2 ? `${clip(part.title, room - drawn.length)} ` : '';
  return `${title}${drawn}${shown}`;
}

function percentOf({ done, total }: Part): number | undefined {
  return total === undefined || total <= 0 ? undefined : Math.min(100, (100 * done) / total);
}

/** The most telling first. */
function figuresOf(part: Part): string[] {
  const { done, total, rate, doing } = part;
  const percent = percentOf(part);
  const isMoving = rate !== undefined && rate > 0;
  return [
    ...(percent === undefined ? [] : [`${Math.floor(percent)} %`]),
    ...(doing === undefined ? [] : [doing]),
    ...(total === undefined ? (done > 0 ? [bytesInWords(done)] : []) : [`${bytesInWords(done)} of ${bytesInWords(total)}`]),
    ...(isMoving ? [`${bytesInWords(Math.round(rate))}/s`] : []),
    ...(isMoving && total !== undefined && total > done ? [`${durationWords((total - done) / rate)} left`] : []),
  ];
}
