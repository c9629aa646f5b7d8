import type { ModelTrouble } from '../../contract/models-message.ts';
import { GgufError } from '../gguf/gguf-error.ts';
import { ModelError } from '../model-link.ts';

const GGUF_TROUBLES: Readonly<Record<GgufError['reason'], ModelTrouble>> = {
  'not-gguf': 'broken-file',
  truncated: 'broken-file',
  broken: 'broken-file',
  'too-large': 'broken-file',
  unsupported: 'unsupported',
  unreachable: 'missing-file',
};

/** What the engine, or the system, meant by an error of a load. `path` is named in the sentence; `complaints` is what native code logged meanwhile. */
export function loadTrouble(error: unknown, path: string, complaints = ''): ModelError {
  if (error instanceof ModelError) return error;
  const options = { cause: error };
  if (error instanceof GgufError) return new ModelError(GGUF_TROUBLES[error.reason], `${error.message}: ${path}.`, options);
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ModelError('missing-file', `There is no file ${path}.`, options);
  if (code === 'EISDIR') return new ModelError('broken-file', `${path} is a folder, not a model.`, options);
  if (code !== undefined) return new ModelError('missing-file', `${path} cannot be read (${code}).`, options);
  const text = `${messageOf(error)}\n${complaints}`;
  if (isMemory(error, text)) return new ModelError('out-of-memory', `There is not enough memory for ${path} with these settings.`, options);
  if (/unknown (model )?architecture|not supported|unsupported/iu.test(text))
    return new ModelError('unsupported', `The engine does not know this kind of model: ${path}.`, options);
  if (/failed to load model|failed to create context|invalid|corrupt|missing tensor|wrong shape/iu.test(text))
    return new ModelError('broken-file', `The engine cannot load ${path}; the file may be broken.`, options);
  return new ModelError('failed', `${path} could not be loaded: ${messageOf(error)}`, options);
}

export function answerTrouble(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const text = messageOf(error);
  const options = { cause: error };
  if (error instanceof Error && error.name === 'DisposedError')
    return new ModelError('not-loaded', 'The model was unloaded meanwhile.', options);
  if (isMemory(error, text)) return new ModelError('out-of-memory', 'There was not enough memory to answer.', options);
  return new ModelError('failed', `The model could not answer: ${text}`, options);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isMemory(error: unknown, text: string): boolean {
  return (
    (error instanceof Error && error.constructor.name === 'InsufficientMemoryError') ||
    /out of memory|not enough memory|insufficient memory|failed to allocate|cannot allocate|too large for the available/iu.test(text)
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/u.test(error.code)
    ? error.code
    : undefined;
}
