/** Text of somebody else on one line: no control characters, no escape sequences of terminals, no marks that turn the reading direction. */
export function plainWords(text: string, most: number): string {
  const plain = text
    .slice(0, most * 4)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/gu, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length > most ? `${plain.slice(0, most)}…` : plain;
}
