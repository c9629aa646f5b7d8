import type { ScriptedFinish, SeenRequest } from './scripted-turn.ts';

export interface WireUsage {
  input: number;
  output: number;
  cached: number;
}

/** One format that models are spoken to in: bytes on the way out, plain words on the way in. */
export interface Wire {
  contentType: string;
  /** The path a model is asked at. */
  isAnswer(path: string): boolean;
  see(body: unknown, path: string): Omit<SeenRequest, 'key'>;
  /** Without the word before it. */
  keyOf(headers: NodeJS.Dict<string | string[]>): string | undefined;
  begin(model: string): WireAnswer;
  /** Body of an HTTP error. */
  failure(status: number, code: string | undefined, message: string): unknown;
  /** Path and body of embeddings, where it has any. */
  embedding?: { isAsked(path: string): boolean; body(vectors: readonly (readonly number[])[]): unknown };
}

/** One answer, told as text for the wire. */
export interface WireAnswer {
  start(): string;
  text(piece: string): string;
  reasoning(piece: string): string;
  /** In the pieces that it comes in. `input` is the text of its JSON, or of what is none. */
  toolCall(call: { id: string; name: string; input: string }): string[];
  finish(reason: ScriptedFinish, usage: WireUsage): string;
  /** After everything; often nothing. */
  end(): string;
  error(code: string | undefined, message: string): string;
  malformed(): string;
}

export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

export function bearer({ authorization }: NodeJS.Dict<string | string[]>): string | undefined {
  return typeof authorization === 'string' ? authorization.replace(/^Bearer /u, '') : undefined;
}

export const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
};

/** What stands in a script as not JSON goes out as a string, where the wire carries objects. */
export function wireInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
