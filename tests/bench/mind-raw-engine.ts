/** A program for benchmarks: the engine by itself, with no layer of ours in what is timed. Asked and answering by messages, one at a time. */
import { performance } from 'node:perf_hooks';
import type { Llama, LlamaContext, LlamaContextSequence, LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import type { GenerateRequest } from '../../contract/models-message.ts';
import { answerTools } from '../../models/llama/answer-tools.ts';
import { chatHistory } from '../../models/llama/chat-history.ts';
import { chooseChatWrapper } from '../../models/llama/choose-chat-wrapper.ts';
import { importEngine } from '../../models/llama/engine-module.ts';
import { steeredChatWrapper } from '../../models/llama/steered-chat-wrapper.ts';
import { type RawAnswer, type RawCommand, RawCommandSchema, type RawGenerated } from './mind-raw-messages.ts';

type Command<Type extends RawCommand['type']> = Extract<RawCommand, { type: Type }>;

const module = await importEngine(undefined);
let llama: Llama | undefined;
let model: LlamaModel | undefined;
let context: LlamaContext | undefined;
let sequence: LlamaContextSequence | undefined;
let embedding: LlamaEmbeddingContext | undefined;

const quiet = (): void => undefined;

async function load({ path, kind, contextSize, batchSize, threads }: Command<'load'>): Promise<RawAnswer> {
  llama ??= await module.getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: threads });
  const began = performance.now();
  model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  if (kind === 'chat') {
    context = await model.createContext({ contextSize, batchSize, sequences: 1, failedCreationRemedy: false });
    sequence = context.getSequence();
  } else embedding = await model.createEmbeddingContext({ contextSize, batchSize });
  return { type: 'loaded', ms: performance.now() - began };
}

async function unload(): Promise<RawAnswer> {
  await context?.dispose();
  await embedding?.dispose();
  await model?.dispose();
  model = undefined;
  context = undefined;
  sequence = undefined;
  embedding = undefined;
  return { type: 'unloaded' };
}

/** The prompt exactly as ours puts it, made before the clock starts. */
function promptOf(of: LlamaModel, request: GenerateRequest) {
  const inner = chooseChatWrapper(module, of, quiet);
  const tools = answerTools(request, inner, quiet);
  const wrapper = steeredChatWrapper(module, inner, { documented: tools.documented, start: 'free' });
  const history = chatHistory(request.prompt);
  const tokens = wrapper.generateContextState({ chatHistory: history }).contextText.tokenize(of.tokenizer);
  return { wrapper, history, tokens, tools };
}

async function generate({ request, by, fresh }: Command<'generate'>): Promise<RawAnswer> {
  if (model === undefined || sequence === undefined) throw new Error('no chat model is loaded');
  const { wrapper, history, tokens, tools } = promptOf(model, request);
  if (fresh) await sequence.clearHistory();
  const most = request.maximumTokens ?? 1;
  const sampling = {
    temperature: request.temperature ?? 0.7,
    topP: request.topP ?? 0.95,
    topK: request.topK ?? 40,
    ...(request.seed === undefined ? {} : { seed: request.seed }),
  };
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let firstMs: number | undefined;
  const counted = (said: number, text: string, cachedTokens: number): RawGenerated => {
    const used = process.cpuUsage(cpu);
    const ms = performance.now() - began;
    const cpuMs = (used.user + used.system) / 1000;
    return { type: 'generated', tokens: said, inputTokens: tokens.length, cachedTokens, firstMs: firstMs ?? ms, ms, cpuMs, text };
  };

  if (by === 'loop') {
    await sequence.adaptStateToTokens(tokens.slice(0, -1), false);
    const cached = sequence.nextTokenIndex;
    const said: Token[] = [];
    for await (const token of sequence.evaluate(tokens.slice(cached), sampling)) {
      firstMs ??= performance.now() - began;
      said.push(token);
      if (said.length >= most) break;
    }
    const result = counted(said.length, '', cached);
    return { ...result, text: model.detokenize(said) };
  }

  const before = sequence.tokenMeter.usedOutputTokens;
  const chat = new module.LlamaChat({ contextSequence: sequence, chatWrapper: wrapper });
  let text = '';
  const first = (): void => {
    firstMs ??= performance.now() - began;
  };
  await chat.generateResponse(history, {
    ...sampling,
    maxTokens: most,
    repeatPenalty: false,
    onResponseChunk: first,
    onTextChunk: (chunk) => {
      text += chunk;
    },
    ...(tools.callable === undefined ? {} : { functions: tools.callable, documentFunctionParams: true, onFunctionCallParamsChunk: first }),
  });
  chat.dispose({ disposeSequence: false });
  return counted(sequence.tokenMeter.usedOutputTokens - before, text, 0);
}

async function embed({ texts }: Command<'embed'>): Promise<RawAnswer> {
  if (model === undefined || embedding === undefined) throw new Error('no embedding model is loaded');
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  for (const text of texts) await embedding.getEmbeddingFor(text);
  const used = process.cpuUsage(cpu);
  return { type: 'embedded', count: texts.length, ms: performance.now() - began, cpuMs: (used.user + used.system) / 1000 };
}

async function obey(command: RawCommand): Promise<RawAnswer> {
  switch (command.type) {
    case 'load':
      return await load(command);
    case 'unload':
      return await unload();
    case 'generate':
      return await generate(command);
    case 'embed':
      return await embed(command);
    default:
      return command satisfies never;
  }
}

const tell = (answer: RawAnswer): void => void process.send?.(answer);
process.on('message', (message) => {
  obey(RawCommandSchema.parse(message)).then(tell, (error: unknown) => tell({ type: 'failed', reason: String(error) }));
});
process.once('disconnect', () => process.exit(0));
tell({ type: 'ready', engine: await module.getModuleVersion() });
