/** The ends of each slider, and what stands in the middle. */
export const TRAITS = [
  { id: 'formality', label: 'Formality', steps: ['easy-going', 'relaxed', 'polite', 'formal', 'very formal'] },
  { id: 'verbosity', label: 'Length', steps: ['as few words as will do', 'brief', 'some detail', 'thorough', 'talkative'] },
  { id: 'humour', label: 'Humour', steps: ['none', 'a little, dry', 'now and then', 'often', 'at every chance'] },
] as const;

/** 0–100 in words. */
export function traitWords(steps: readonly string[], value: number): string {
  const index = Math.min(steps.length - 1, Math.floor((value / 100) * steps.length));
  return steps[index] ?? '';
}
