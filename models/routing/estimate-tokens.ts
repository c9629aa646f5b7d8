import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider';

/** Bytes of UTF-8 that make a token: English prose has about 4, code and JSON about 3; scripts of two and three bytes a letter come out right too. */
const BYTES_PER_TOKEN = 3.5;
/** What a picture is charged as, whatever its size. */
const PICTURE_TOKENS = 1500;
/** Role and separators. */
const MESSAGE_TOKENS = 4;

/** About how many tokens a text is; for budgets where nobody told, so rather too many. */
export function estimateTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text, 'utf8'));
}

export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** About how many tokens a request is, with its tools and pictures. */
export function estimatePromptTokens({ prompt, tools, responseFormat }: LanguageModelV4CallOptions): number {
  let tokens = tools === undefined || tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools));
  if (responseFormat?.type === 'json' && responseFormat.schema !== undefined)
    tokens += estimateTokens(JSON.stringify(responseFormat.schema));
  for (const message of prompt) tokens += MESSAGE_TOKENS + messageTokens(message);
  return tokens;
}

function messageTokens(message: LanguageModelV4Message): number {
  if (message.role === 'system') return estimateTokens(message.content);
  let tokens = 0;
  for (const part of message.content) {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        tokens += estimateTokens(part.text);
        break;
      case 'file':
        tokens += part.data.type === 'text' ? estimateTokens(part.data.text) : PICTURE_TOKENS;
        break;
      case 'reasoning-file':
        tokens += PICTURE_TOKENS;
        break;
      case 'tool-call':
        tokens += estimateTokens(part.toolName) + estimateTokens(JSON.stringify(part.input) ?? '');
        break;
      case 'tool-result':
        tokens += estimateTokens(JSON.stringify(part.output) ?? '');
        break;
      case 'custom':
      case 'tool-approval-response':
        break;
      default:
        part satisfies never;
    }
  }
  return tokens;
}
