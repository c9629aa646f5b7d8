import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
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
  const document = parseDocument(text, { prettyErrors: true });
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
      const where = issue.path.length === 0 ? 'top level' : issue.path.join('.');
      return `${where}: ${issue.message}`;
    }),
  );
}
