import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type LlamaModule = typeof import('node-llama-cpp');

/** The engine's JavaScript: from `engineFolder/node_modules`, else wherever Node finds it. Rejects with a sentence for people. */
export async function importEngine(engineFolder: string | undefined): Promise<LlamaModule> {
  if (engineFolder === undefined) return await found(import('node-llama-cpp'));
  const entry = join(engineFolder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
  if (!(await stat(entry).catch(() => undefined))) throw new Error(`There is no language model engine in ${engineFolder}.`);
  return await found(import(pathToFileURL(entry).href));
}

async function found(module: Promise<LlamaModule>): Promise<LlamaModule> {
  try {
    return await module;
  } catch (error) {
    throw new Error('The language model engine is not installed, or its files are broken.', { cause: error });
  }
}
