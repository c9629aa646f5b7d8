import { isAbsolute, join } from 'node:path';

export interface ProgramFolders {
  lmStudio: readonly string[];
  ollama: readonly string[];
}

/** Where LM Studio and Ollama keep their models. `OLLAMA_MODELS` comes first where it is set. */
export function programFolders(home: string, environment: Readonly<Record<string, string | undefined>>): ProgramFolders {
  const named = environment.OLLAMA_MODELS?.trim() ?? '';
  return {
    lmStudio: [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')],
    ollama: [
      ...(isAbsolute(named) ? [named] : []),
      join(home, '.ollama', 'models'),
      '/usr/share/ollama/.ollama/models',
      '/var/lib/ollama/.ollama/models',
      '/var/lib/ollama/models',
    ],
  };
}
