import { contentText, list, maybeNumber, present, record, text } from './read-body.ts';
import type { SeenMessage, SeenRequest } from './scripted-turn.ts';
import { sse, type Wire, wireInput } from './wire.ts';

/** Google's `streamGenerateContent` with `alt=sse`. */
export const googleWire: Wire = {
  contentType: 'text/event-stream',
  isAnswer: (path) => path.includes(':streamGenerateContent'),
  keyOf: (headers) => (typeof headers['x-goog-api-key'] === 'string' ? headers['x-goog-api-key'] : undefined),
  see: (given, path) => {
    const body = record(given);
    const generation = record(body.generationConfig);
    const calling = record(record(body.toolConfig).functionCallingConfig);
    return {
      model: /models\/([^:]+):/u.exec(decodeURIComponent(path))?.[1] ?? '',
      system: contentText(record(body.systemInstruction).parts),
      messages: list(body.contents).map(record).flatMap(seenMessages),
      tools: list(body.tools)
        .flatMap((tool) => list(record(tool).functionDeclarations))
        .map((tool) => {
          const { name, description, parameters, parametersJsonSchema } = record(tool);
          return { name: text(name), description: text(description), input: parametersJsonSchema ?? parameters };
        }),
      ...present<Pick<SeenRequest, 'toolChoice' | 'json' | 'maximumTokens' | 'temperature' | 'stop'>>({
        toolChoice: choiceOf(calling),
        json:
          generation.responseJsonSchema ??
          generation.responseSchema ??
          (generation.responseMimeType === 'application/json' ? true : undefined),
        maximumTokens: maybeNumber(generation.maxOutputTokens),
        temperature: maybeNumber(generation.temperature),
        stop: generation.stopSequences === undefined ? undefined : list(generation.stopSequences).map(text),
      }),
    };
  },
  begin: (model) => {
    const chunk = (parts: unknown[], more: object = {}, usage: object = {}): string =>
      sse({
        candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
        usageMetadata: { promptTokenCount: 1, totalTokenCount: 1, ...usage },
        modelVersion: model,
        responseId: 'response-1',
      });
    return {
      start: () => '',
      text: (piece) => chunk([{ text: piece }]),
      reasoning: (piece) => chunk([{ text: piece, thought: true }]),
      toolCall: ({ id, name, input }) => [chunk([{ functionCall: { id, name, args: wireInput(input) } }])],
      finish: (reason, { input, output, cached }) =>
        chunk(
          [{ text: '' }],
          { finishReason: { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', 'content-filter': 'SAFETY' }[reason] },
          { promptTokenCount: input, candidatesTokenCount: output, cachedContentTokenCount: cached, totalTokenCount: input + output },
        ),
      end: () => '',
      error: (code, message) => sse({ error: { code: code === 'UNAVAILABLE' ? 503 : 500, message, status: code ?? 'INTERNAL' } }),
      malformed: () => 'data: {"candidates":[{"content":{"parts":[{"te\n\n',
    };
  },
  failure: (status, code, message) => ({ error: { code: status, message, status: code ?? STATUSES[status] ?? 'INTERNAL' } }),
  embedding: {
    isAsked: (path) => path.includes(':batchEmbedContents') || path.includes(':embedContent'),
    body: (vectors) =>
      vectors.length === 1 ? { embedding: { values: vectors[0] } } : { embeddings: vectors.map((values) => ({ values })) },
  },
};

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function seenMessages({ role, parts }: Record<string, unknown>): SeenMessage[] {
  const given = list(parts).map(record);
  const results = given
    .filter(({ functionResponse }) => functionResponse !== undefined)
    .map(({ functionResponse }): SeenMessage => {
      const { content } = record(record(functionResponse).response);
      return { role: 'tool', text: typeof content === 'string' ? content : JSON.stringify(content) };
    });
  const toolCalls = given.flatMap(({ functionCall }) =>
    functionCall === undefined ? [] : [{ name: text(record(functionCall).name), input: record(functionCall).args }],
  );
  const said = contentText(given);
  const message: SeenMessage = {
    role: role === 'model' ? 'assistant' : 'user',
    text: said,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
  return said === '' && toolCalls.length === 0 ? results : [...results, message];
}

function choiceOf({ mode, allowedFunctionNames }: Record<string, unknown>): SeenRequest['toolChoice'] {
  const [name] = list(allowedFunctionNames);
  if (typeof name === 'string') return { name };
  switch (mode) {
    case 'AUTO':
      return 'auto';
    case 'NONE':
      return 'none';
    case 'ANY':
      return 'required';
    default:
      return undefined;
  }
}
