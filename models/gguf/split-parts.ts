const PART = /^(.+)-(\d{5})-of-(\d{5})\.gguf$/u;
const MOST_PARTS = 256;

/** Names of all files of a split model, in order, from the name of any of them; undefined where the name is of a whole one. */
export function splitParts(name: string): string[] | undefined {
  const [, stem, index, count] = PART.exec(name) ?? [];
  const parts = Number(count);
  if (stem === undefined || !(parts >= 1 && parts <= MOST_PARTS && Number(index) >= 1 && Number(index) <= parts)) return undefined;
  const five = (number: number): string => String(number).padStart(5, '0');
  return Array.from({ length: parts }, (_, at) => `${stem}-${five(at + 1)}-of-${five(parts)}.gguf`);
}
