import { z } from 'zod';
import type { ProviderModel } from '../../contract/models.ts';
import type { AskProvider } from './ask-provider.ts';
import { knownModel, type ModelKnowledge } from './known-model.ts';
import { ProviderFailure } from './provider-failure.ts';

const Tokens = z.number().int().min(1).nullish().catch(undefined);
const Words = z.array(z.string()).nullish().catch(undefined);

/** What servers of this kind add to OpenAI's `id`. */
const EntrySchema = z.object({
  id: z.string(),
  owned_by: z.string().nullish().catch(undefined),
  /** vLLM */
  max_model_len: Tokens,
  /** OpenRouter, Together */
  context_length: Tokens,
  /** Groq */
  context_window: Tokens,
  /** Mistral */
  max_context_length: Tokens,
  /** llama.cpp: `n_ctx` of a loaded model, else what it was trained for. */
  meta: z.object({ n_ctx: Tokens, n_ctx_train: Tokens }).nullish().catch(undefined),
  /** OpenRouter */
  architecture: z.object({ input_modalities: Words }).nullish().catch(undefined),
  supported_parameters: Words,
  /** Mistral */
  capabilities: z
    .object({ function_calling: z.boolean().nullish(), vision: z.boolean().nullish(), completion_chat: z.boolean().nullish() })
    .nullish()
    .catch(undefined),
});
type Entry = z.infer<typeof EntrySchema>;

const ListSchema = z.object({ data: z.array(EntrySchema) });

/** llama.cpp's `/props`: the context that the server was started with. */
const PropsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number().int().min(1) }),
  modalities: z.object({ vision: z.boolean().nullish() }).nullish(),
});

/** LM Studio's `/api/v0/models` */
const StudioSchema = z.object({
  data: z.array(
    z.object({ id: z.string(), type: z.string(), max_context_length: Tokens, loaded_context_length: Tokens, capabilities: Words }),
  ),
});

/** LiteLLM's `/v1/model/info` */
const LiteSchema = z.object({
  data: z.array(
    z.object({
      model_name: z.string(),
      model_info: z.object({
        mode: z.string().nullish(),
        max_input_tokens: Tokens,
        supports_function_calling: z.boolean().nullish(),
        supports_vision: z.boolean().nullish(),
      }),
    }),
  ),
});

interface Known extends ModelKnowledge {
  chat?: boolean;
}

/** `url` is the base address, with its `/v1`. */
export async function listCompatible(ask: AskProvider, url: string, signal: AbortSignal): Promise<ProviderModel[]> {
  const { data } = await ask('/models', ListSchema, signal);
  const more = data.every((entry) => contextOf(entry) !== undefined) ? new Map<string, Known>() : await moreOf(data, ask, url, signal);
  return data.flatMap((entry) => {
    const { chat = !/embed|rerank|whisper/iu.test(entry.id), ...known } = { ...ofEntry(entry), ...more.get(entry.id) };
    return chat ? [knownModel(known)] : [];
  });
}

const contextOf = (entry: Entry): number | undefined =>
  entry.meta?.n_ctx ?? entry.max_model_len ?? entry.context_length ?? entry.context_window ?? entry.max_context_length ?? undefined;

function ofEntry(entry: Entry): Known {
  const { capabilities, architecture, supported_parameters: parameters } = entry;
  const tools = capabilities?.function_calling ?? parameters?.includes('tools');
  const vision = capabilities?.vision ?? architecture?.input_modalities?.includes('image');
  return {
    id: entry.id,
    contextLength: contextOf(entry) ?? entry.meta?.n_ctx_train,
    ...(typeof tools === 'boolean' ? { tools } : {}),
    ...(typeof vision === 'boolean' ? { vision } : {}),
    ...(capabilities?.completion_chat === false ? { chat: false } : {}),
  };
}

/** What the server tells at a door of its own. Most have none. */
async function moreOf(data: readonly Entry[], ask: AskProvider, url: string, signal: AbortSignal): Promise<Map<string, Known>> {
  const root = url.replace(/\/v1$/u, '');
  const [props, studio, lite] = await Promise.all([
    ifThere(ask(`${root}/props`, PropsSchema, signal)),
    ifThere(ask(`${root}/api/v0/models`, StudioSchema, signal)),
    ifThere(ask('/model/info', LiteSchema, signal)),
  ]);
  const found = new Map<string, Known>();
  const [only] = data;
  // A llama.cpp server that holds one model speaks of that one.
  if (props !== undefined && only !== undefined && data.length === 1) {
    const vision = props.modalities?.vision;
    found.set(only.id, {
      id: only.id,
      contextLength: props.default_generation_settings.n_ctx,
      ...(typeof vision === 'boolean' ? { vision } : {}),
    });
  }
  for (const { id, type, max_context_length: most, loaded_context_length: loaded, capabilities } of studio?.data ?? []) {
    const tools = capabilities?.includes('tool_use');
    found.set(id, {
      id,
      contextLength: loaded ?? most,
      vision: type === 'vlm',
      ...(tools === undefined ? {} : { tools }),
      chat: type === 'llm' || type === 'vlm',
    });
  }
  for (const { model_name: id, model_info: info } of lite?.data ?? []) {
    found.set(id, {
      id,
      contextLength: info.max_input_tokens,
      ...(typeof info.supports_function_calling === 'boolean' ? { tools: info.supports_function_calling } : {}),
      ...(typeof info.supports_vision === 'boolean' ? { vision: info.supports_vision } : {}),
      ...(typeof info.mode === 'string' ? { chat: info.mode === 'chat' } : {}),
    });
  }
  return found;
}

async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderFailure) return undefined;
    throw error;
  }
}
