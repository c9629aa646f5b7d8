import { askProgram } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import { kindOfApp } from './kinds-of-app.ts';

/** Id of the program that the person has chosen for "the browser" and the like. */
export async function preferredApp(desktop: Desktop, said: string, signal: AbortSignal): Promise<string | undefined> {
  const opens = kindOfApp(said)?.opens;
  if (opens === undefined || !desktop.programs.has('xdg-mime')) return undefined;
  try {
    const answer = (await askProgram(desktop, ['xdg-mime', 'query', 'default', opens], { signal })).trim();
    return answer.endsWith('.desktop') ? answer.slice(0, -'.desktop'.length) : undefined;
  } catch (error) {
    // Nothing chosen is no failure: any program of the kind will do.
    if (error instanceof DesktopTrouble) return undefined;
    throw error;
  }
}
