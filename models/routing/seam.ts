import type { LanguageModelV4Prompt } from '@ai-sdk/provider';

/** Where one model goes on with what another has said: what it is told, and how its text is joined on. */

/** Ends with a turn of the person: several providers refuse a prompt that ends with the assistant's own words. */
export function promptToGoOn(prompt: LanguageModelV4Prompt, said: string): LanguageModelV4Prompt {
  return [
    ...prompt,
    { role: 'assistant', content: [{ type: 'text', text: said }] },
    {
      role: 'user',
      content: [
        {
          type: 'text',
          text:
            'Your answer was cut off there. Write only the rest of it: begin with the very next character, with a space first where a new word ' +
            'begins. Repeat nothing, do not begin anew, do not mention this.',
        },
      ],
    },
  ];
}

/** An overlap of this many letters counts wherever it begins; a shorter one must be of whole words. */
const LONG_OVERLAP = 12;
const LEAST_PART_OF_WORD = 3;

export interface Seam {
  /** The next piece of the new model; gives what of it may be said now. */
  add(text: string): string;
  /** What was still held back. */
  end(): string;
}

/**
 * Cuts from the beginning of the new text what only repeats the end of what was said: the longest overlap. It holds text back as long as that could still
 * grow, which is as long as the text repeats something of what was said word for word.
 */
export function seam(said: string): Seam {
  let held = '';
  let isJoined = said === '';
  const join = (): string => {
    isJoined = true;
    const rest = held.slice(repeated(said, held));
    held = '';
    return rest;
  };
  return {
    add(text) {
      if (isJoined) return text;
      held += text;
      const isLead = /^[\s.…]{0,20}$/u.test(held);
      return isLead || said.includes(held) || said.includes(held.slice(leadOf(held))) ? '' : join();
    },
    end: () => (isJoined ? '' : join()),
  };
}

/** Blanks and dots that models like to put before going on. */
const leadOf = (text: string): number => /^(?:\s|\.{3}|…)*/u.exec(text)?.[0].length ?? 0;

/** Characters at the beginning of `next` that were said already. */
function repeated(said: string, next: string): number {
  const whole = overlap(said, next);
  const lead = leadOf(next);
  const without = lead === 0 ? 0 : overlap(said, next.slice(lead));
  return without + lead > whole && without > 0 ? without + lead : whole;
}

function overlap(said: string, next: string): number {
  for (let length = Math.min(said.length, next.length); length > 0; length -= 1)
    if (said.endsWith(next.slice(0, length)) && isMeant(said, next, length)) return length;
  return 0;
}

const LETTER = /[\p{L}\p{N}]/u;

/** "hel" + "lo" shares an l that is not said twice; "it is" + "is fine" says "is" twice. */
function isMeant(said: string, next: string, length: number): boolean {
  if (length >= LONG_OVERLAP) return true;
  const shared = next.slice(0, length);
  if (!LETTER.test(shared)) return false;
  const before = said.at(-length - 1);
  const beginsWord = before === undefined || !LETTER.test(before) || !LETTER.test(shared[0] ?? '');
  const after = next.at(length);
  const endsWord = after === undefined || !LETTER.test(after) || !LETTER.test(shared.at(-1) ?? '');
  return beginsWord && (endsWord || length >= LEAST_PART_OF_WORD);
}
