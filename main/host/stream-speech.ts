import { MessageQueue } from '../supervisor/message-queue.ts';

/** Sentences out of pieces of text, each as soon as it is complete. */
export interface SentenceMaker {
  push(piece: string): string[];
  end(): string[];
}

/** An answer that is spoken while it is written. */
export interface StreamedSpeech {
  push(piece: string): void;
  /** Nothing more comes; resolves when it was played or broken off. */
  end(): Promise<void>;
}

/**
 * Speaks an answer while it is still being written. Who speaks over it ends the writing as well: what would come after is never heard.
 * `speak` resolves true when it was broken off.
 */
export function streamSpeech(
  maker: SentenceMaker,
  writing: AbortController,
  speak: (sentences: AsyncIterable<string>) => Promise<boolean>,
): StreamedSpeech {
  const sentences = new MessageQueue<string>();
  let written = false;
  const say = (made: string[]): void => {
    for (const sentence of made) sentences.push(sentence);
  };
  writing.signal.addEventListener('abort', () => sentences.end(), { once: true });
  const spoken = speak(sentences).then((brokenOff) => {
    sentences.end();
    if (brokenOff && !written) writing.abort(new Error('interrupted'));
  });
  return {
    push: (piece) => say(maker.push(piece)),
    end() {
      written = true;
      say(maker.end());
      sentences.end();
      return spoken;
    },
  };
}
