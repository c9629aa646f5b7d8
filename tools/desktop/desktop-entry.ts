/** What a `.desktop` file says, as the freedesktop specification has it. */
export interface DesktopEntry {
  /** `org.gnome.Nautilus.desktop` without its ending. */
  id: string;
  /** Absolute path of the file. */
  file: string;
  name: string;
  /** Its name as it is written without a language. */
  plainName: string;
  genericName: string;
  keywords: string[];
  exec: string;
  icon: string;
  tryExec: string;
  folder: string;
  terminal: boolean;
  /** It must not be offered to people. */
  hidden: boolean;
  onlyIn: string[];
  notIn: string[];
}

const LONGEST_VALUE = 2000;

/** The escapes of a value; a list keeps `\;` for itself. */
const unescaped = (value: string): string =>
  value.replace(/\\([sntr\\])/gu, (_all, letter: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[letter] ?? '\\');

const listOf = (value: string): string[] =>
  value
    .split(/(?<!\\);/u)
    .map((each) => unescaped(each.replaceAll('\\;', ';')).trim())
    .filter((each) => each !== '');

/** `en_GB.UTF-8@latin` → the suffixes that fit, best first. */
function suffixes(locale: string): string[] {
  const [, language = '', country, modifier] = /^([A-Za-z]+)(?:_([A-Za-z]+))?(?:\.[^@]*)?(?:@(.+))?$/u.exec(locale) ?? [];
  if (language === '' || language === 'C' || language === 'POSIX') return [];
  return [
    ...(country !== undefined && modifier !== undefined ? [`[${language}_${country}@${modifier}]`] : []),
    ...(country !== undefined ? [`[${language}_${country}]`] : []),
    ...(modifier !== undefined ? [`[${language}@${modifier}]`] : []),
    `[${language}]`,
  ];
}

/** Undefined for what is no application: another type, no name, or garbage. */
export function parseDesktopEntry(text: string, id: string, file: string, locale: string): DesktopEntry | undefined {
  const values = new Map<string, string>();
  let isInside = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) {
      if (isInside) break;
      isInside = line === '[Desktop Entry]';
      continue;
    }
    if (!isInside || line === '' || line.startsWith('#')) continue;
    const [, key, value] = /^([A-Za-z0-9-]+(?:\[[^\]]*\])?)\s*=\s*(.*)$/u.exec(line) ?? [];
    if (key !== undefined && value !== undefined && value.length <= LONGEST_VALUE && !values.has(key)) values.set(key, value);
  }
  const spoken = (key: string): string => {
    const found = [...suffixes(locale).map((suffix) => `${key}${suffix}`), key].find((each) => values.has(each));
    return found === undefined ? '' : (values.get(found) ?? '');
  };
  const plain = (key: string): string => unescaped(values.get(key) ?? '');
  const isTrue = (key: string): boolean => values.get(key) === 'true';
  const name = unescaped(spoken('Name'));
  if (plain('Type') !== 'Application' || name === '') return undefined;
  return {
    id,
    file,
    name,
    plainName: plain('Name'),
    genericName: unescaped(spoken('GenericName')),
    keywords: listOf(spoken('Keywords')),
    exec: plain('Exec'),
    icon: unescaped(spoken('Icon')),
    tryExec: plain('TryExec'),
    folder: plain('Path'),
    terminal: isTrue('Terminal'),
    hidden: isTrue('Hidden') || isTrue('NoDisplay'),
    onlyIn: listOf(values.get('OnlyShowIn') ?? ''),
    notIn: listOf(values.get('NotShowIn') ?? ''),
  };
}
