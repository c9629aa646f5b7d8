import type { Phrasebook } from '../../assistant/phrasebook.ts';

/** What a sentence means on one line: `HassTurnOn area=kitchen domain=light`, several joined by `; `; else what became of it (`none`, `ambiguous`). */
export function meantInWords(book: Phrasebook, text: string): string {
  const understood = book.understand(text);
  if (understood.type !== 'matched') return understood.type;
  return understood.matches
    .map(({ intent, slots }) =>
      [
        intent,
        ...Object.entries(slots)
          .map(([slot, value]) => `${slot}=${String(value)}`)
          .sort(),
      ].join(' '),
    )
    .join('; ');
}
