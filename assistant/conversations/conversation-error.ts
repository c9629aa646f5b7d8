/** Why a conversation cannot be had or changed; `message` is a sentence for people. */
export class ConversationError extends Error {
  readonly reason: 'unknown' | 'too-large' | 'not-readable';
  constructor(reason: ConversationError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConversationError';
    this.reason = reason;
  }
}
