import type { LanguageModelV4Content, LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from '@ai-sdk/provider';

type Block = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>;

/** A whole stream as one result. Throws what its `error` part holds. The stream has to be a steady one: one `finish`, at its end. */
export async function collectAnswer(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<LanguageModelV4GenerateResult> {
  const content: LanguageModelV4Content[] = [];
  const blocks = new Map<string, Block>();
  let warnings: LanguageModelV4GenerateResult['warnings'] = [];
  let response: LanguageModelV4GenerateResult['response'];
  for await (const part of stream) {
    switch (part.type) {
      case 'stream-start':
        warnings = part.warnings;
        break;
      case 'response-metadata': {
        const { type: _, ...metadata } = part;
        response = metadata;
        break;
      }
      case 'text-start':
      case 'reasoning-start': {
        const block: Block = { type: part.type === 'text-start' ? 'text' : 'reasoning', text: '', ...metadataOf(part) };
        blocks.set(`${block.type} ${part.id}`, block);
        content.push(block);
        break;
      }
      case 'text-delta':
      case 'text-end':
      case 'reasoning-delta':
      case 'reasoning-end': {
        const block = blocks.get(`${part.type.startsWith('text') ? 'text' : 'reasoning'} ${part.id}`);
        if (block === undefined) break;
        if ('delta' in part) block.text += part.delta;
        Object.assign(block, metadataOf(part));
        break;
      }
      case 'tool-call':
      case 'tool-result':
      case 'tool-approval-request':
      case 'source':
      case 'file':
      case 'reasoning-file':
      case 'custom':
        content.push(part);
        break;
      case 'error':
        throw part.error;
      case 'finish':
        return {
          content,
          finishReason: part.finishReason,
          usage: part.usage,
          warnings,
          ...metadataOf(part),
          ...(response === undefined ? {} : { response }),
        };
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'ping':
      case 'raw':
        break;
      default:
        part satisfies never;
    }
  }
  throw new Error('the stream of an answer ended without its finish');
}

type Metadata = Pick<LanguageModelV4GenerateResult, 'providerMetadata'>;

const metadataOf = ({ providerMetadata }: Metadata): Metadata => (providerMetadata === undefined ? {} : { providerMetadata });
