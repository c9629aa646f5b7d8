import { z } from 'zod';
import type { ProviderModel } from '../../contract/models.ts';
import type { AskProvider } from './ask-provider.ts';
import { knownModel } from './known-model.ts';
import { ProviderFailure } from './provider-failure.ts';

const TagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) });
const ShowSchema = z.object({
  /** Since 0.6.4. */
  capabilities: z.array(z.string()).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  /** Lines of the Modelfile: `num_ctx   32768` */
  parameters: z.string().nullish(),
});
type Show = z.infer<typeof ShowSchema>;

const AT_ONCE = 4;

/**
 * `contextLength` is what we shall ask Ollama to hold: as the model's own Modelfile says, else `contextSize`, never more than it was trained for. What it was
 * trained for alone would not do: 131,072 tokens of context can take more memory than the model itself.
 */
export async function listOllama(ask: AskProvider, contextSize: number, signal: AbortSignal): Promise<ProviderModel[]> {
  const { models } = await ask('/tags', TagsSchema, signal);
  const found: ProviderModel[] = [];
  for (let from = 0; from < models.length; from += AT_ONCE) {
    const looked = models.slice(from, from + AT_ONCE).map(async ({ name }) => described(name, await show(ask, name, signal), contextSize));
    found.push(...(await Promise.all(looked)).flat());
  }
  return found;
}

async function show(ask: AskProvider, name: string, signal: AbortSignal): Promise<Show> {
  try {
    return await ask('/show', ShowSchema, signal, { model: name });
  } catch (error) {
    // One broken model must not hide the others.
    if (error instanceof ProviderFailure) return {};
    throw error;
  }
}

function described(id: string, { capabilities, model_info: info, parameters }: Show, contextSize: number): ProviderModel[] {
  if (capabilities && !capabilities.includes('completion')) return [];
  const trained = info?.[`${String(info['general.architecture'])}.context_length`];
  const chosen = Number(/^num_ctx\s+(\d{1,9})\s*$/mu.exec(parameters ?? '')?.[1] ?? contextSize);
  const contextLength = typeof trained === 'number' && trained >= 1 ? Math.min(Math.floor(trained), chosen) : chosen;
  return [
    knownModel({
      id,
      contextLength: Math.max(1, contextLength),
      ...(capabilities ? { tools: capabilities.includes('tools'), vision: capabilities.includes('vision') } : {}),
    }),
  ];
}
