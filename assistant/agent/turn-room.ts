import type { LanguageModelV4Message } from '@ai-sdk/provider';

/** Characters of one token, at the careful end: other languages and JSON take more tokens. */
const CHARACTERS_PER_TOKEN = 3;
/** Of what is left of a context, so much may be read from tools. */
const SHARE = 0.5;
/** Characters; less would say nothing. */
const LEAST = 1_500;
const LEFT_OUT = '(Left out to save room: you have read it before.)';

/** Tokens of a text, guessed rather too high. */
export const lengthOf = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

export interface TurnRoom {
  /** Characters that the results of one step may take. */
  oneStep: number;
  /** Leaves out the oldest results until all of them fit; never those of the last step. */
  makeRoom(messages: LanguageModelV4Message[]): void;
}

/** How much of what tools give back fits in one turn. */
export function roomFor(readCharacters: number, contextLength: number | undefined, promptTokens: number): TurnRoom {
  const free = contextLength === undefined ? Number.POSITIVE_INFINITY : (contextLength - promptTokens) * CHARACTERS_PER_TOKEN * SHARE;
  const all = Math.max(LEAST, Math.min(readCharacters, free));
  return {
    oneStep: all,
    makeRoom(messages) {
      const results = messages.flatMap((message) => (message.role === 'tool' ? [message] : []));
      let length = results.reduce((sum, message) => sum + lengthOfResults(message), 0);
      for (const message of results.slice(0, -1)) {
        if (length <= all) return;
        length -= lengthOfResults(message);
        message.content = message.content.map((part) =>
          part.type === 'tool-result' ? { ...part, output: { type: 'text', value: LEFT_OUT } } : part,
        );
        length += lengthOfResults(message);
      }
    },
  };
}

const lengthOfResults = ({ content }: Extract<LanguageModelV4Message, { role: 'tool' }>): number =>
  content.reduce(
    (sum, part) =>
      sum +
      (part.type === 'tool-result' && (part.output.type === 'text' || part.output.type === 'error-text') ? part.output.value.length : 0),
    0,
  );
