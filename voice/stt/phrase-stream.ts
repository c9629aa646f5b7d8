import type { Transcript, TranscriptStream } from '../engine.ts';
import type { PhraseEngine } from './phrase-engine.ts';
import { judgePhrase } from './phrase-score.ts';
import { SoundLevel, type Survey } from './sound-level.ts';
import { frameStep } from './speech-decoder.ts';

/** 100 ms: how often the level is looked at, sound is searched and a partial text is read. */
const block = 1_600;
/** Silence kept before the first and after the last loud frame: 300 and 400 ms hold the quiet consonants at a phrase's edges. */
const leadFrames = 30;
const tailFrames = 40;
/** 200 ms without a loud frame is a pause: the time to get the mean right and to let the phone loop catch up, unheard by the person. */
const pauseFrames = 20;
/** The first search begins when 0.3 s of sound stand out by 6 dB. */
const firstFrames = 30;
const firstSpread = 6;
/** Sound that lags behind is searched by at most this many samples more than came, so that no write blocks for long. */
const catchUp = 8_000;
/** No command is longer than 30 s; what comes later is not kept. */
const longest = 30 * 16_000;
/** While nothing stands out, only the last second is kept. */
const idle = 16_000;
/** The samples are made louder (in floating point, so nothing clips) until no frame's level is negative: the front end does not normalise those. */
const gain = 32 / 32_768;
/** The phone loop sets out when the mean rests on this many frames, so that it rarely has to set out again. */
const loopFrames = 60;
/** In running speech the search starts afresh for a better mean up to this many frames; later it could not catch up before the end. */
const settledFrames = 140;
/** Root mean square over the cepstrum by which a mean may be off before the search starts afresh: in a pause, in speech. */
const pauseMeanTolerance = 4;
const runningMeanTolerance = 4;
/** The same at the end, where only a phrase that would just be refused, or an empty one, is searched afresh. */
const doubtfulMeanTolerance = 2.5;
const worthRetry = 0.1;
/** Samples past which a refusal is not tried again: it would keep the person waiting, and by then the mean was right from early on. */
const longestRetry = 4 * 16_000;

/** One utterance on an engine. The engine serves one stream at a time. */
export class PhraseStream implements TranscriptStream {
  readonly #engine: PhraseEngine;
  readonly #closed: () => void;
  readonly #level: SoundLevel;
  #samples = new Float32Array(8 * block);
  #length = 0;
  #noise = 1;
  #end: Promise<Transcript> | undefined;
  #disposed = false;
  #text = '';
  /** Sample at which the search began, up to which it has come, and the phone loop's own; undefined before the first. */
  #origin: number | undefined;
  #searched = 0;
  #looped: number | undefined;
  #mean: number[] = [];
  #meanCount = 0;
  /** Frames that a mean could rest on by now. */
  #known = 0;
  #examined = 0;

  constructor(engine: PhraseEngine, closed: () => void) {
    this.#engine = engine;
    this.#closed = closed;
    this.#level = new SoundLevel((samples) => engine.ear.spectrum(samples));
  }

  write(samples: Int16Array): string | undefined {
    if (this.#disposed || this.#end !== undefined) return undefined;
    const before = this.#text;
    for (let from = 0; from < samples.length; from += block) {
      this.#append(samples.subarray(from, from + block));
      if (this.#length - this.#examined >= block) this.#guard(() => this.#advance());
    }
    return this.#text === before ? undefined : this.#text;
  }

  end(): Promise<Transcript> {
    this.#end ??= this.#finish();
    return this.#end;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#end === undefined) this.#release();
  }

  #append(samples: Int16Array): void {
    const room = Math.min(samples.length, longest - this.#length);
    if (this.#length + room > this.#samples.length) {
      const larger = new Float32Array(Math.max(this.#samples.length * 2, this.#length + room));
      larger.set(this.#samples.subarray(0, this.#length));
      this.#samples = larger;
    }
    for (let index = 0; index < room; index++) {
      // Digital silence has no spectrum and stalls the search: one step of noise, from a fixed sequence so that the same sound gives the same text.
      this.#noise = (Math.imul(this.#noise, 1_664_525) + 1_013_904_223) >>> 0;
      this.#samples[this.#length++] = ((samples[index] ?? 0) + this.#noise / 2 ** 31 - 1) * gain;
    }
  }

  #advance(): void {
    this.#examined = this.#length;
    this.#level.update(this.#samples.subarray(0, this.#length));
    const survey = this.#level.survey();
    if (this.#origin === undefined) {
      if (!this.#begin(survey)) this.#forget();
    } else {
      this.#reconsider(survey);
    }
    this.#search(survey, block + catchUp);
    const paused = this.#level.frames - survey.last > pauseFrames;
    if (paused || this.#known >= loopFrames) this.#loop(block + catchUp);
    const searchedAll = this.#origin !== undefined && this.#searched >= this.#limit(survey);
    if (searchedAll) this.#text = this.#engine.grammar.text() || this.#text;
  }

  /** The sample up to which sound is worth searching. */
  #limit(survey: Survey): number {
    return Math.min(this.#length, (survey.last + tailFrames) * frameStep);
  }

  #begin(survey: Survey): boolean {
    if (survey.first < 0 || survey.spread < firstSpread) return false;
    const { mean, count } = this.#level.mean(survey.first, survey.last + 1, survey.threshold);
    if (count < firstFrames) return false;
    this.#restart(survey.first, mean, count);
    return true;
  }

  #forget(): void {
    const frames = Math.floor((this.#length - 2 * idle) / frameStep);
    if (frames <= 0) return;
    const kept = frames + idle / frameStep;
    this.#samples.copyWithin(0, kept * frameStep, this.#length);
    this.#length -= kept * frameStep;
    this.#examined = this.#length;
    this.#level.drop(kept);
  }

  /** The mean is known better the more was said: afresh when twice as much is known, and in the first pause. */
  #reconsider(survey: Survey): void {
    const { mean, count } = this.#level.mean(Math.max(0, survey.first), survey.last + 1, survey.threshold);
    const paused = this.#level.frames - survey.last > pauseFrames;
    this.#known = count;
    const off = distance(mean, this.#mean);
    const due =
      (count >= 2 * this.#meanCount && count <= settledFrames && off > runningMeanTolerance) ||
      (paused && count > this.#meanCount * 1.1 && off > pauseMeanTolerance);
    const start = Math.max(0, survey.first - leadFrames) * frameStep;
    const missedStart = start < (this.#origin ?? 0) - leadFrames * frameStep;
    if (due || missedStart) this.#restart(survey.first, mean, count);
  }

  #restart(first: number, mean: number[], count: number): void {
    this.#origin = Math.max(0, first - leadFrames) * frameStep;
    this.#searched = this.#origin;
    this.#looped = undefined;
    this.#engine.loop.abandon();
    this.#mean = mean;
    this.#meanCount = count;
    this.#engine.grammar.start(mean);
  }

  #search(survey: Survey, most: number): void {
    if (this.#origin === undefined) return;
    const end = Math.min(this.#limit(survey), this.#searched + most);
    this.#searched = feed(this.#engine.grammar, this.#samples, this.#searched, end);
  }

  #loop(most: number): void {
    if (this.#origin === undefined) return;
    if (this.#looped === undefined) {
      this.#engine.loop.start(this.#mean);
      this.#looped = this.#origin;
    }
    this.#looped = feed(this.#engine.loop, this.#samples, this.#looped, Math.min(this.#searched, this.#looped + most));
  }

  async #finish(): Promise<Transcript> {
    const nothing = { text: '', confidence: 0, rejected: false };
    if (this.#disposed) return nothing;
    try {
      this.#level.update(this.#samples.subarray(0, this.#length));
      const survey = this.#level.survey();
      if (this.#origin === undefined && (survey.first < 0 || survey.spread < firstSpread)) return nothing;
      const { mean, count } = this.#level.mean(Math.max(0, survey.first), survey.last + 1, survey.threshold);
      if (count === 0) return nothing;
      if (this.#origin === undefined) this.#restart(survey.first, mean, count);
      const heard = this.#judge(survey);
      const doubtful = heard.rejected && (heard.text === '' || heard.confidence > worthRetry);
      if (!doubtful || distance(mean, this.#mean) < doubtfulMeanTolerance || this.#searched - (this.#origin ?? 0) > longestRetry)
        return heard;
      this.#restart(survey.first, mean, count);
      const again = this.#judge(survey);
      return again.confidence > heard.confidence ? again : heard;
    } catch (error) {
      this.#engine.broken = true;
      throw error;
    } finally {
      this.#release();
    }
  }

  /** Searches what is left and weighs it. */
  #judge(survey: Survey): Transcript {
    this.#search(survey, Number.POSITIVE_INFINITY);
    this.#loop(Number.POSITIVE_INFINITY);
    this.#engine.grammar.finish();
    this.#engine.loop.finish();
    return judgePhrase(this.#engine.grammar.text(), this.#engine.grammar.segments(), this.#engine.loop.segments(), {
      levels: this.#level.levels((this.#origin ?? 0) / frameStep),
      spread: survey.spread,
      rejection: this.#engine.rejection,
    });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#engine.broken = true;
      this[Symbol.dispose]();
      throw error;
    }
  }

  #release(): void {
    if (!this.#engine.broken) {
      this.#engine.grammar.abandon();
      this.#engine.loop.abandon();
    }
    this.#samples = new Float32Array(0);
    this.#length = 0;
    this.#closed();
  }
}

function feed(decoder: { process(samples: Float32Array): void }, samples: Float32Array, from: number, end: number): number {
  for (let position = from; position < end; position += block) decoder.process(samples.subarray(position, Math.min(end, position + block)));
  return Math.max(from, end);
}

/** Root mean square difference per coefficient, the level left out: it moves with the voice and matters least. */
function distance(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (const [index, value] of left.entries()) sum += (value - (right[index] ?? 0)) ** 2 * (index === 0 ? 0.2 : 1);
  return Math.sqrt(sum / Math.max(1, left.length));
}
