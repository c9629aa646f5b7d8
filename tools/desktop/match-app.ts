import { basename } from 'node:path';
import type { DesktopEntry } from './desktop-entry.ts';
import { argumentsOf } from './exec-line.ts';
import { kindOfApp, nameSaid, plainWords } from './kinds-of-app.ts';

export type AppMatch = { type: 'one'; app: DesktopEntry } | { type: 'several'; apps: DesktopEntry[] } | { type: 'none' };

/** The program's file, as people type it: `firefox`. */
const programOf = (app: DesktopEntry): string => plainWords(basename(argumentsOf(app)?.[0] ?? ''));

/** How well the words name a program; 0: not at all. */
function fitOf(said: string, app: DesktopEntry): number {
  const name = plainWords(app.name);
  if (said === name || said === plainWords(app.plainName)) return 100;
  if (said === plainWords(app.id) || said === plainWords(app.id.split('.').at(-1) ?? '')) return 95;
  if (said === programOf(app)) return 90;
  if (said === plainWords(app.genericName)) return 80;
  if (app.keywords.some((keyword) => plainWords(keyword) === said)) return 60;
  const words = said.split(' ');
  const inName = name.split(' ');
  if (words.every((word) => inName.includes(word))) return 50;
  // "visual studio code editor", "firefox web browser": the whole name and its kind.
  const around = new Set([...inName, ...plainWords(app.genericName).split(' ')]);
  return inName.every((word) => words.includes(word)) && words.every((word) => around.has(word)) ? 45 : 0;
}

/**
 * The program that the words mean. Two that fit equally well are two, never a guess.
 * @param preferred id of the program the person has chosen for this kind of thing ("the browser")
 */
export function matchApp(text: string, apps: readonly DesktopEntry[], preferred?: string): AppMatch {
  const said = nameSaid(text);
  if (said === '') return { type: 'none' };
  const scored = apps.map((app) => ({ app, score: fitOf(said, app) })).filter(({ score }) => score > 0);
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const kind = kindOfApp(said);
  // A name that is a program's own goes before the kind of the same name ("Files", "Terminal").
  if (kind !== undefined && best < 90) {
    const chosen = apps.find(({ id }) => id === preferred);
    if (chosen !== undefined) return { type: 'one', app: chosen };
    for (const program of kind.programs) {
      const app = apps.find((each) => programOf(each) === plainWords(program) || each.id.toLowerCase() === program);
      if (app !== undefined) return { type: 'one', app };
    }
  }
  const found = scored.filter(({ score }) => score === best).map(({ app }) => app);
  const distinct = found.filter((app, index) => found.findIndex((each) => each.exec === app.exec) === index);
  const [only] = distinct;
  if (only === undefined) return { type: 'none' };
  return distinct.length === 1 ? { type: 'one', app: only } : { type: 'several', apps: distinct };
}
