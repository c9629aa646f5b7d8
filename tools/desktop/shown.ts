/** Text that others chose (a window's title, a program's last words) in one line that cannot play tricks with a terminal or a page. */
export function shown(text: string, most = 120): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}
