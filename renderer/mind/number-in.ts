/** What somebody wrote into a field for an amount; undefined: nothing. Takes a comma for a point. */
export function numberIn(text: string): number | undefined | 'wrong' {
  const trimmed = text.trim().replaceAll(/[\s_]/gu, '').replace(',', '.');
  if (trimmed === '') return undefined;
  return /^\d{1,12}(?:\.\d{1,9})?$/u.test(trimmed) ? Number(trimmed) : 'wrong';
}
