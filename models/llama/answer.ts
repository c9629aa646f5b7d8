/** Where an answer goes while it is made. */
export interface AnswerSink {
  text(text: string): void;
  /** `input` is JSON text. */
  toolCall(toolCallId: string, name: string, input: string): void;
}

export interface AnswerEnd {
  finish: 'stop' | 'length' | 'tool-calls' | 'aborted';
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  firstTokenMs?: number;
  ms: number;
}
