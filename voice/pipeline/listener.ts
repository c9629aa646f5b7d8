import { LISTENING_RATE } from '../../contract/audio.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { type Heard, type HeardFrame, hear, type Level } from './heard-frame.ts';
import type { ListenerInput } from './listener-input.ts';
import { endOf, type Opening, openingByWake, openingByWish } from './opening.ts';
import { type HeardSource, hearTurn, type TurnContext } from './turn.ts';

export interface ListenerOptions extends TurnContext {
  /** `none`: the whole stream is one command. `auto`: wait for the wake word, or for a wish to listen. */
  wake: 'auto' | 'none';
  /** About 10 times a second of sound. */
  level?(level: Level): void;
}

/** What is kept while nobody is spoken to, for a command that began before the wake word was recognised. */
const PRE_ROLL = LISTENING_RATE * 2.5;
/** While JARVIS speaks, a score below this is taken for its own voice. */
const SCORE_WHILE_PLAYING = 0.5;

/**
 * From one stream of sound to the events of its turns (`turn-started` … `transcript-ended` or `turn-failed`); the host adds the rest. `at` counts ms of
 * sound from the first sample of the command. Ends with its input, which must end when `options.signal` aborts (`InputQueue` does); a turn
 * under way is then told as cancelled. Engines that throw are reported to `ears.failed` and end no more than their turn.
 */
export async function* createListener(
  input: AsyncIterable<ListenerInput>,
  options: ListenerOptions,
): AsyncGenerator<TurnEvent, void, undefined> {
  const stream = hear(input, options.ears, options.level);
  let end: Heard | undefined;
  const source: HeardSource = {
    async next(): Promise<Heard> {
      if (end) return end;
      const result = await stream.next();
      if (result.done) throw new Error('the stream of sound ended without saying so');
      if (result.value.type === 'end') end = result.value;
      return result.value;
    },
  };
  try {
    let opening: Opening | undefined = options.wake === 'none' ? { by: 'file', start: 0, noticed: 0, heard: [] } : await idle(source);
    while (opening) {
      const next: Opening | undefined = yield* hearTurn(opening, source, options);
      opening = next ?? (options.wake === 'none' ? await drain(source) : await idle(source));
    }
  } finally {
    await stream.return();
  }
}

/** Waits for the wake word or a wish to listen; undefined at the end of the stream. */
async function idle(source: HeardSource): Promise<Opening | undefined> {
  const recent: HeardFrame[] = [];
  let kept = 0;
  for (;;) {
    const item = await source.next();
    switch (item.type) {
      case 'end':
        return undefined;
      case 'listen':
        return openingByWish(item.by, recent, item.at);
      case 'stop-listening':
        break;
      case 'frame': {
        recent.push(item);
        kept += item.samples.length;
        while (kept > PRE_ROLL) kept -= recent.shift()?.samples.length ?? kept;
        if (item.hit && !(item.playing && (item.hit.score ?? 1) < SCORE_WHILE_PLAYING)) return openingByWake(item.hit, recent, endOf(item));
        break;
      }
      default:
        item satisfies never;
    }
  }
}

/** Reads what is left of a stream that has had its one command. */
async function drain(source: HeardSource): Promise<undefined> {
  for (;;) if ((await source.next()).type === 'end') return undefined;
}
