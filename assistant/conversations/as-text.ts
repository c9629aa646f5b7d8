/** Text as SQLite keeps it whole: it ends some texts at a NUL, and half a character is none. */
export function asText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
