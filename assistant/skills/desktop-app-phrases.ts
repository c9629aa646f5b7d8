/** Things of a home that are opened and closed too: a program of that name is opened by "open the … app". */
const OF_THE_HOME =
  /^(?:the )?(?:\S+ )*(?:doors?|windows?|gates?|garages?|blinds?|shutters?|curtains?|covers?|valves?|awnings?|locks?|lights?|lamps?|everything|all|it|them|that|this)$/u;

const MOST_APPS = 500;

/**
 * A phrasebook file (JSON, which is YAML) that knows the programs of this computer by name: "open Kdenlive", "close Kdenlive". For a folder of its own beside
 * the person's; empty where there is nothing to say.
 * @param taken names that the home has; they stay the home's
 */
export function appPhrases(apps: readonly string[], taken: readonly string[] = []): string {
  const home = new Set(taken.map(plain));
  // What is left has no sign that a template could read.
  const names = [...new Set(apps.map(plain))].filter(
    (name) => name.length >= 3 && name.length <= 60 && !home.has(name) && !OF_THE_HOME.test(name) && !/^\d+$/u.test(name),
  );
  if (names.length === 0) return '';
  const file = {
    lists: { installed_apps: names.sort().slice(0, MOST_APPS) },
    intents: {
      JarvisOpenApp: { speech: false, sentences: ['(open|launch|start) {app:installed_apps}'] },
      JarvisCloseWindow: { speech: false, sentences: ['close {window:installed_apps} [window]'] },
      JarvisFocusWindow: { speech: false, sentences: ['switch to {window:installed_apps} [window]'] },
    },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, ' ')
    .trim();
