/** The number in a state or attribute; undefined for anything that is none. */
export function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export const clamped = (value: number, lowest: number, highest: number): number => Math.min(highest, Math.max(lowest, value));

/** The words of a list attribute; empty where the entity has no such list. */
export function wordList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : [];
}
