import { readFile, realpath } from 'node:fs/promises';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { HomeSettings } from '../../contract/settings.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import type { WrittenWay } from './connect-request.ts';
import { wayId } from './home-credentials.ts';
import { parseSettings, settingsPath } from './settings-file.ts';

/**
 * Adds a way into the home to `settings.yaml`, or replaces the one of the same address; comments and the rest of the file stay. A file that says
 * nothing of a home means the demo home, which then gives way.
 * @throws SettingsError for a file that cannot be used; it is left as it is
 */
export function addWayToFile(dataFolder: string, settings: HomeSettings, written: WrittenWay): Promise<void> {
  return change(dataFolder, (document, ways) => {
    const home: unknown = document.get('home');
    const node = document.createNode(written);
    if (isSeq(home)) {
      const index = ways.findIndex((way) => wayId(way) === wayId(settings));
      if (index === -1) home.add(node);
      else home.set(index, node);
    } else if (isMap(home) && !ways.some((way) => wayId(way) === wayId(settings))) document.set('home', document.createNode([home, node]));
    else document.set('home', document.createNode([node]));
  });
}

/** Takes a way out; without any the file says nothing of a home again. */
export function removeWayFromFile(dataFolder: string, id: string): Promise<void> {
  return change(dataFolder, (document, ways) => {
    const home: unknown = document.get('home');
    const index = ways.findIndex((way) => wayId(way) === id);
    if (index === -1 || home === undefined) return;
    if (isSeq(home) && home.items.length > 1) home.delete(index);
    else document.delete('home');
  });
}

async function change(dataFolder: string, edit: (document: Document, ways: readonly HomeSettings[]) => void): Promise<void> {
  const path = settingsPath(dataFolder);
  const text = await readText(path);
  const { home } = parseSettings(text, path);
  const document = parseDocument(text);
  edit(document, home);
  const changed = document.toString({ lineWidth: 0 });
  // Whatever comes out must be what the next start can read.
  parseSettings(changed, path);
  await writeFileAtomic(await targetOf(path), changed === '{}\n' || changed === 'null\n' ? '' : changed);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

/** Settings kept elsewhere by a link stay there. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return path;
    throw error;
  }
}
