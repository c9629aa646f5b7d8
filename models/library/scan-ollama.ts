import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type FoundModel, kindByName, plainTitle } from './found-model.ts';
import { walkFiles } from './walk-files.ts';

const LayerSchema = z.object({ mediaType: z.string(), digest: z.string(), size: z.number().int().min(0).optional() });
const ManifestSchema = z.object({ layers: z.array(LayerSchema).max(10_000) });

/** Bytes of a manifest; real ones have a few hundred. */
const MAXIMUM = 1024 * 1024;
const DEFAULT_REGISTRIES = ['registry.ollama.ai', 'ollama.com'];

/**
 * Models in a folder of Ollama: a manifest per name and tag, whose model layer names a blob. Only digests are taken from a manifest, never paths. What is no
 * manifest is left out.
 */
export async function scanOllama(folder: string): Promise<FoundModel[]> {
  const found = new Map<string, FoundModel>();
  // The newer folder keeps copies of what the older one may have too.
  for (const each of ['manifests', 'manifests-v2']) {
    for (const file of await walkFiles(join(folder, each))) {
      const title = titleOf(file.name);
      if (title === undefined || file.bytes > MAXIMUM) continue;
      const model = await readManifest(file.path, title, folder);
      if (model !== undefined) found.set(title, model);
    }
  }
  return [...found.values()];
}

/** `registry.ollama.ai/library/llama3.1/8b` is called `llama3.1:8b` by its people. */
function titleOf(name: string): string | undefined {
  const parts = name.split('/');
  const tag = parts.pop();
  if (tag === undefined || parts.length < 2) return undefined;
  const [registry = '', ...rest] = parts;
  const own = DEFAULT_REGISTRIES.includes(registry) ? rest : parts;
  const short = own[0] === 'library' && own.length > 1 ? own.slice(1) : own;
  return plainTitle(`${short.join('/')}:${tag}`);
}

async function readManifest(path: string, title: string, folder: string): Promise<FoundModel | undefined> {
  const manifest = ManifestSchema.safeParse(await readJson(path)).data;
  if (manifest === undefined) return undefined;
  const layers = manifest.layers.map((each) => ({
    ...each,
    type: each.mediaType.split(';')[0]?.replace('application/vnd.ollama.image.', '') ?? '',
  }));
  const model = layers.find((each) => each.type === 'model');
  const common = { program: 'Ollama' as const, title, kind: kindByName(title) };
  if (model === undefined) {
    // Models of another format, and those that only run elsewhere.
    return layers.some((each) => each.type === 'tensor') ? { ...common, path, bytes: 0, problem: 'It is not kept as GGUF.' } : undefined;
  }
  const digest = /^sha256[:-]([0-9a-f]{64})$/u.exec(model.digest)?.[1];
  if (digest === undefined) return undefined;
  const blob = join(folder, 'blobs', `sha256-${digest}`);
  const info = await stat(blob).catch(() => undefined);
  const note = noteOn(layers.map((each) => each.type));
  return {
    ...common,
    path: blob,
    bytes: info?.size ?? model.size ?? 0,
    ...(note !== undefined && { note }),
    ...(problemOf(info, model.size) ?? {}),
  };
}

function problemOf(info: { isFile(): boolean; size: number } | undefined, size: number | undefined): { problem: string } | undefined {
  if (info?.isFile() !== true) return { problem: 'Its file is not there, or may not be read.' };
  if (size !== undefined && size !== info.size) return { problem: `Its file has ${info.size} bytes instead of ${size}.` };
  return undefined;
}

function noteOn(types: readonly string[]): string | undefined {
  const left = [
    ...(types.includes('adapter') ? ['adapter'] : []),
    ...(types.includes('projector') ? ['part for pictures'] : []),
    ...(types.includes('template') ? ['template'] : []),
    ...(types.includes('system') ? ['system prompt'] : []),
    ...(types.includes('params') ? ['parameters'] : []),
  ];
  return left.length === 0 ? undefined : `Not taken over: ${left.join(', ')}.`;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
