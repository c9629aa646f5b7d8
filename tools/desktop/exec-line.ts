import type { DesktopEntry } from './desktop-entry.ts';

/** Characters that mean something to a shell: the specification allows them inside quotes only. */
const RESERVED = /[\t\n'><~|&;$*?#()`]/u;

/**
 * The arguments of an `Exec` line, its field codes filled, for a start without files. Undefined where the line breaks the specification's rules of quoting:
 * no shell ever reads it, and no guess is made what it might have meant.
 */
export function argumentsOf(entry: Pick<DesktopEntry, 'exec' | 'icon' | 'name' | 'file'>): [string, ...string[]] | undefined {
  const words = wordsOf(entry.exec);
  if (words === undefined) return undefined;
  const [program, ...args] = words.flatMap(({ text, quoted }) => (quoted ? [text.replaceAll('%%', '%')] : filled(text, entry)));
  return program === undefined || program === '' || program.includes('=') ? undefined : [program, ...args];
}

interface Word {
  text: string;
  quoted: boolean;
}

function wordsOf(line: string): Word[] | undefined {
  const words: Word[] = [];
  let rest = line.trimStart();
  while (rest !== '') {
    const quoted = /^"((?:[^"\\`$]|\\["`$\\])*)"(?=\s|$)/u.exec(rest);
    const plain = /^[^\s"]+(?=\s|$)/u.exec(rest);
    const found = quoted ?? plain;
    if (found === null) return undefined;
    if (quoted === null && RESERVED.test(found[0])) return undefined;
    words.push(
      quoted === null ? { text: found[0], quoted: false } : { text: (quoted[1] ?? '').replace(/\\(["`$\\])/gu, '$1'), quoted: true },
    );
    rest = rest.slice(found[0].length).trimStart();
  }
  return words;
}

/** Codes for files and links have nothing to hold here; the old ones are dropped, as the specification says. */
function filled(word: string, { icon, name, file }: Pick<DesktopEntry, 'icon' | 'name' | 'file'>): string[] {
  if (word === '%i') return icon === '' ? [] : ['--icon', icon];
  const isOnlyFiles = /^%[fFuUdDnNvm]$/u.test(word);
  if (isOnlyFiles) return [];
  const text = word.replace(/%(.)/gu, (_all, code: string) => {
    switch (code) {
      case '%':
        return '%';
      case 'c':
        return name;
      case 'k':
        return file;
      default:
        return '';
    }
  });
  return [text];
}
