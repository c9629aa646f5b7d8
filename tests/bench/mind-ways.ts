import { performance } from 'node:perf_hooks';
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { GenerateRequest } from '../../contract/models-message.ts';
import type { RawDriver } from './mind-raw-driver.ts';
import { type MindRig, threadsMs } from './mind-rig.ts';

/** One answer as whoever asked saw it. */
export interface Taken {
  tokens: number;
  inputTokens: number;
  /** From the question to the first piece of the answer. */
  firstMs: number;
  /** From the question to the end of the answer. */
  ms: number;
  /** Of processors in all processes that had to do with it. */
  cpuMs: number;
  text: string;
}

/** A way to ask the same engine the same. `fresh`: nothing of an earlier prompt may be taken up again. */
export type Ask = (request: GenerateRequest, fresh?: boolean) => Promise<Taken>;

export interface Ways {
  /** llama.cpp with the least around it: a loop over tokens. */
  loop: Ask;
  /** The engine's own chat, without anything of ours. */
  chat: Ask;
  /** Our models process, by messages. */
  process: Ask;
  /** The AI SDK's language model on it. */
  model: Ask;
  /** The router over that. */
  router: Ask;
}

/** @param modelId loaded in both already */
export async function openWays(rig: MindRig, raw: RawDriver, modelId: string): Promise<Ways> {
  const bare =
    (by: 'loop' | 'chat'): Ask =>
    async (request, fresh = false) =>
      await raw.ask({ type: 'generate', request, by, fresh }, 'generated');
  const lease = await rig.pool.use(modelId, { signal: never });
  lease.release();
  rig.setFirst(modelId);

  const ours =
    (ask: (request: GenerateRequest, seen: (text: string) => void) => Promise<{ tokens: number; inputTokens: number }>): Ask =>
    async (request, fresh = false) => {
      if (fresh) await forgetPrompt(rig, lease.handle);
      const pid = rig.service.pid() ?? 0;
      const before = { host: process.cpuUsage(), child: await threadsMs(pid) };
      const began = performance.now();
      let firstMs: number | undefined;
      let text = '';
      const told = await ask(request, (piece) => {
        firstMs ??= performance.now() - began;
        text += piece;
      });
      const ms = performance.now() - began;
      const host = process.cpuUsage(before.host);
      const cpuMs = (host.user + host.system) / 1000 + (await threadsMs(pid)) - before.child;
      return { ...told, firstMs: firstMs ?? ms, ms, cpuMs, text };
    };

  return {
    loop: bare('loop'),
    chat: bare('chat'),
    process: ours(async (request, seen) => {
      for await (const part of rig.service.generate(lease.handle, request, never)) {
        if (part.type === 'text') seen(part.text);
        if (part.type === 'end') return { tokens: part.outputTokens, inputTokens: part.inputTokens };
      }
      throw new Error('an answer without an end');
    }),
    model: ours(async (request, seen) => {
      const { stream } = await rig.local.languageModel(modelId).doStream(callOptions(request));
      return await readAll(stream, seen);
    }),
    router: ours(async (request, seen) => {
      const need = { privacy: 'local-only', tools: request.tools.length > 0, vision: false, tokens: 64 } as const;
      return await readAll(
        rig.router.answer(need, callOptions(request), () => undefined),
        seen,
      );
    }),
  };
}

const never = new AbortController().signal;

/** What the sequence holds shares nothing with the prompt that comes, but for what every conversation begins with. */
async function forgetPrompt(rig: MindRig, handle: string): Promise<void> {
  const other: GenerateRequest = { prompt: [{ role: 'user', text: 'x' }], tools: [], toolChoice: 'none', maximumTokens: 1, temperature: 0 };
  for await (const _ of rig.service.generate(handle, other, never));
}

async function readAll(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  seen: (text: string) => void,
): Promise<{ tokens: number; inputTokens: number }> {
  let told: { tokens: number; inputTokens: number } | undefined;
  for await (const part of stream) {
    if (part.type === 'text-delta') seen(part.delta);
    if (part.type === 'tool-call') seen('');
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') told = { tokens: part.usage.outputTokens.total ?? 0, inputTokens: part.usage.inputTokens.total ?? 0 };
  }
  if (told === undefined) throw new Error('an answer without an end');
  return told;
}

/** The same request in the AI SDK's words. */
function callOptions({ prompt, tools, maximumTokens, temperature, topP, topK, seed }: GenerateRequest) {
  return {
    prompt: prompt.map((turn) => {
      if (turn.role === 'system') return { role: 'system' as const, content: turn.text };
      if (turn.role === 'user') return { role: 'user' as const, content: [{ type: 'text' as const, text: turn.text }] };
      const said = turn.parts.flatMap((part) => (part.type === 'text' ? [{ type: 'text' as const, text: part.text }] : []));
      return { role: 'assistant' as const, content: said };
    }),
    tools: tools.map(({ name, description, input }) => ({
      type: 'function' as const,
      name,
      description,
      inputSchema: typeof input === 'object' && input !== null ? input : {},
    })),
    toolChoice: { type: 'auto' as const },
    ...(maximumTokens === undefined ? {} : { maxOutputTokens: maximumTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
    abortSignal: never,
  };
}
