import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Settings } from '../../contract/settings.ts';
import { SettingsSchema } from '../../contract/settings.ts';

export class SettingsError extends Error {
  constructor(path: string, problems: string[]) {
    super(`${path} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

export const settingsPath = (dataFolder: string): string => join(dataFolder, 'settings.yaml');

/** Reads `settings.yaml`; an absent file means all defaults. Throws `SettingsError` naming line and key. */
export async function readSettings(dataFolder: string): Promise<Settings> {
  const path = settingsPath(dataFolder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return SettingsSchema.parse({});
    throw new SettingsError(path, [error instanceof Error ? error.message : String(error)]);
  }
  return parseSettings(text, path);
}

export function parseSettings(text: string, path: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  if (document.errors.length > 0)
    throw new SettingsError(
      path,
      document.errors.map((error) => error.message),
    );
  const parsed = SettingsSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    path,
    parsed.error.issues.map((issue) => {
      const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      const node = document.getIn(keys, true);
      const line = isNode(node) && node.range != null ? `line ${lines.linePos(node.range[0]).line}, ` : '';
      const fix = issue.code === 'unrecognized_keys' ? '; remove it, or check its spelling' : '';
      return `${line}${keys.length === 0 ? 'top level' : keys.join('.')}: ${issue.message}${fix}`;
    }),
  );
}
