import { z } from 'zod';
import type { ProviderModel } from '../../contract/models.ts';
import type { AskProvider } from './ask-provider.ts';
import type { ProviderFailureKind } from './failure-nature.ts';
import type { RemoteType } from './provider-address.ts';
import { ProviderFailure } from './provider-failure.ts';

export interface ProviderCheck {
  ok: boolean;
  /** For people. */
  sentence: string;
  /** Where it is not well. */
  kind?: ProviderFailureKind;
  /** Those for conversation that it has. */
  models?: ProviderModel[];
  version?: string;
}

/** The first Ollama that streams tool calls. */
const OLDEST_OLLAMA = [0, 8, 0] as const;

interface CheckOptions {
  type: RemoteType;
  name: string;
  ask: AskProvider;
  list(signal: AbortSignal): Promise<ProviderModel[]>;
}

/** Asks the provider for its models, with the key. Costs nothing. Throws the signal's reason alone. */
export async function checkProvider({ type, name, ask, list }: CheckOptions, signal: AbortSignal): Promise<ProviderCheck> {
  try {
    const version = type === 'ollama' ? (await ask('/version', z.object({ version: z.string() }), signal)).version : undefined;
    const told = version === undefined ? {} : { version };
    if (version !== undefined && isOlder(version)) {
      return {
        ok: false,
        kind: 'refused',
        ...told,
        sentence: `${name} is too old: version ${version}, and 0.8.0 is the first that will do.`,
      };
    }
    const models = await list(signal);
    if (models.length === 0)
      return { ok: false, kind: 'no-such-model', models, ...told, sentence: `${name} answers, but has no model to talk with yet.` };
    return {
      ok: true,
      models,
      ...told,
      sentence: `${name} answers, and has ${models.length === 1 ? 'one model' : `${models.length} models`}.`,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProviderFailure) return { ok: false, kind: error.kind, sentence: error.sentence };
    throw error;
  }
}

/** Builds of one's own call themselves 0.0.0. */
function isOlder(version: string): boolean {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/u.exec(version)?.slice(1).map(Number);
  if (numbers === undefined || numbers.every((number) => number === 0)) return false;
  const different = OLDEST_OLLAMA.findIndex((number, place) => number !== numbers[place]);
  return different !== -1 && (numbers[different] ?? 0) < (OLDEST_OLLAMA[different] ?? 0);
}
