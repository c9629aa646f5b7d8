import type { ModelShape } from '../../contract/models.ts';
import { readGgufFile } from '../gguf/read-gguf.ts';
import { ModelError } from '../model-link.ts';

/**
 * Looks at a model before native code does, which trusts what a header says and ends the process where it lies. Throws `GgufError`, `ModelError` or
 * the signal's reason. A file that passes may still be refused by the engine.
 */
export async function checkModelFile(path: string, signal: AbortSignal): Promise<ModelShape> {
  const { kind, shape } = await readGgufFile(path, signal);
  if (kind === 'projector') throw new ModelError('unsupported', `This is only the eyes of a vision model, useless alone: ${path}.`);
  if (shape === undefined)
    throw new ModelError('unsupported', `The header does not describe a language model that can be loaded: ${path}.`);
  // From these the engine computes sizes by dividing.
  const { embedding, heads, kvHeads, keyLength, valueLength, vocabulary } = shape;
  const possible =
    embedding <= 1_048_576 &&
    heads <= embedding &&
    kvHeads <= heads &&
    vocabulary <= 16_777_216 &&
    keyLength <= 65_536 &&
    valueLength <= 65_536;
  if (!possible) throw new ModelError('broken-file', `The header describes an impossible model: ${path}.`);
  return shape;
}
