import type { LanguageModelV4ToolCall } from '@ai-sdk/provider';

export type ToolInput = { input: Record<string, unknown> } | { problem: string };

/** The input of a tool call, parsed; or what is wrong with it, as a sentence that can go back to the model. */
export function readToolInput({ input, toolName }: Pick<LanguageModelV4ToolCall, 'input' | 'toolName'>): ToolInput {
  if (input.trim() === '') return { input: {} };
  const value = parsed(input);
  // Some models put their JSON into a string once more.
  const inner = typeof value === 'string' ? parsed(value) : value;
  if (inner === null) return { input: {} };
  if (inner === undefined) return { problem: `The input of ${toolName} is not JSON.` };
  if (!isObject(inner)) return { problem: `The input of ${toolName} is not a JSON object.` };
  return { input: inner };
}

/** A tool call whose input is the text of a JSON object; or the call as it came, marked with what is wrong: `providerMetadata.jarvis.problem`. */
export function settleToolCall(call: LanguageModelV4ToolCall): LanguageModelV4ToolCall {
  const read = readToolInput(call);
  if ('input' in read) return { ...call, input: JSON.stringify(read.input) };
  return { ...call, providerMetadata: { ...call.providerMetadata, jarvis: { problem: read.problem } } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller, in words
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
