import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { desktopTools } from '../../tools/desktop/desktop-tools.ts';
import { systemPrograms } from '../../tools/desktop/system-programs.ts';
import { fileTools } from '../../tools/files/file-tools.ts';
import { type Programs, scriptTools } from '../../tools/scripts/script-tools.ts';
import { shellTools } from '../../tools/shell/shell-tools.ts';
import { systemTools } from '../../tools/system/system-tools.ts';
import { thisSystem } from '../../tools/system/this-system.ts';
import type { Tool } from '../../tools/tool.ts';

export interface ComputerToolsOptions {
  dataFolder: string;
  clock: Clock;
  newId(): string;
  /** Runs what is not ours, shut in. */
  programs: Programs;
}

/** The first of these that is there; a sandbox sees the usual places only, so what a person's own path finds does not count. */
const firstOf = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

/** Tools for the computer that JARVIS sits on: desktop, files, scripts, shell, system. `problems` says which scripts were left out and why. */
export async function computerTools({
  dataFolder,
  clock,
  newId,
  programs,
}: ComputerToolsOptions): Promise<{ tools: Tool[]; problems: string[] }> {
  const { env, platform } = process;
  const home = homedir();
  const hidden = [dataFolder, ...['.ssh', '.gnupg', '.local/share/keyrings'].map((path) => join(home, path))];
  const workFolder = join(dataFolder, 'work');
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  const bash = firstOf(['/bin/bash', '/usr/bin/bash']);
  const python = firstOf(['/usr/bin/python3', '/usr/local/bin/python3']);
  const scripts = scriptTools({
    book: join(dataFolder, 'scripts.yaml'),
    home,
    workFolder,
    hidden,
    programs,
    interpreters: { node: process.execPath, ...(bash !== undefined && { bash }), ...(python !== undefined && { python }) },
  });
  return {
    tools: [
      ...desktopTools({
        platform,
        env,
        home,
        clock,
        programs: systemPrograms({ clock, platform, env }),
        processes: { ourselves: { pid: process.pid, user: process.getuid?.() } },
      }),
      ...fileTools({ home, dataFolder, env, platform, clock, newId }),
      ...scripts.tools,
      ...shellTools({ programs, bash, workFolder, paths: [], hidden }),
      ...systemTools({ source: thisSystem }),
    ],
    problems: scripts.problems,
  };
}
