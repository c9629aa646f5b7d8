/** Why an engine pack is not there; `message` is a sentence for people. */
export class EnginePackError extends Error {
  readonly trouble:
    | 'no-npm'
    | 'no-such-build'
    | 'unreachable'
    | 'disk-full'
    | 'wrong-content'
    | 'not-published'
    | 'refused'
    | 'busy'
    | 'failed';
  constructor(trouble: EnginePackError['trouble'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnginePackError';
    this.trouble = trouble;
  }
}
