/** Why a file is no usable GGUF; `message` is a sentence for people. */
export class GgufError extends Error {
  readonly reason: 'not-gguf' | 'truncated' | 'unsupported' | 'broken' | 'too-large' | 'unreachable';
  constructor(reason: GgufError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GgufError';
    this.reason = reason;
  }
}
