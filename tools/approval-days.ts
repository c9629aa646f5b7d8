import type { ApprovalAnswer, ApprovalDay } from '../contract/tool.ts';

/** Days that are kept. */
const DAYS = 90;

/** Counts questions and answers by the day, of the host's own calendar. */
export class ApprovalDays {
  #days: ApprovalDay[] = [];

  /** Oldest first. */
  list(): ApprovalDay[] {
    return this.#days.map((day) => ({ ...day }));
  }

  /** Those of an earlier run, once, before anything is counted. */
  restore(days: readonly ApprovalDay[]): void {
    this.#days = days.map((day) => ({ ...day })).slice(-DAYS);
  }

  asked(now: number): void {
    this.#of(now).asked += 1;
  }

  answered({ approved, by }: Pick<ApprovalAnswer, 'approved' | 'by'>, now: number): void {
    if (approved) this.#of(now).approved += 1;
    else if (by === 'expiry') this.#of(now).expired += 1;
    else if (by !== 'cancel') this.#of(now).refused += 1;
  }

  /** By name, not by place: a clock that is set back comes to a day that was there before. */
  #of(now: number): ApprovalDay {
    const name = dayOf(now);
    const known = this.#days.find(({ day }) => day === name);
    if (known !== undefined) return known;
    const fresh = { day: name, asked: 0, approved: 0, refused: 0, expired: 0 };
    this.#days = [...this.#days, fresh].sort((one, other) => (one.day < other.day ? -1 : 1)).slice(-DAYS);
    return fresh;
  }
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
