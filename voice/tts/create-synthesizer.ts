import { spawn } from 'node:child_process';
import type { AudioFrame } from '../../contract/audio.ts';
import { durationOf } from '../../contract/audio.ts';
import type { VoiceSettings } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { Synthesizer, Voice } from '../engine.ts';
import { EspeakProgram } from './espeak-program.ts';
import { EspeakWasm } from './espeak-wasm.ts';
import { splitSentences } from './sentences.ts';
import { spokenText } from './spoken-text.ts';

const INSTALL = 'apt install espeak-ng (or the same from your package manager) lets JARVIS speak without a helper process';

export interface SynthesizerOptions {
  /** Told once for each engine that is given up, with what is used from then on. */
  changed?(report: EngineReport): void;
  /** The candidates, best first; for tests and other engines. */
  engines?: { engine: Synthesizer; check(): Promise<void> }[];
}

/**
 * The voice: the system's eSpeak NG, else the WebAssembly one, else none. Texts of any length and content are spoken sentence by sentence. When an engine
 * fails twice over one sentence, the next takes over from the start of that sentence.
 */
export async function createSynthesizer(
  settings: VoiceSettings['tts'],
  options: SynthesizerOptions = {},
): Promise<{ synthesizer: Synthesizer; report: EngineReport }> {
  const candidates = options.engines ?? enginesOf(settings);
  const working: Synthesizer[] = [];
  const reasons: string[] = [];
  let waiting = [...candidates];
  while (working.length === 0 && waiting.length > 0) {
    const [next, ...rest] = waiting;
    waiting = rest;
    if (!next) break;
    try {
      await next.check();
      working.push(next.engine);
    } catch (error) {
      reasons.push(`${next.engine.name}: ${describe(error)}`);
      next.engine[Symbol.dispose]();
    }
  }
  const engines = [...working, ...waiting.map(({ engine }) => engine)];
  const report = reportOf(engines[0], reasons, settings.engine === 'none');
  return { synthesizer: new SpokenSynthesizer(engines, reasons, options.changed), report };
}

function enginesOf(settings: VoiceSettings['tts']): NonNullable<SynthesizerOptions['engines']> {
  const system = () => ({ engine: new EspeakProgram(), check: () => programAnswers('espeak-ng') });
  const wasm = () => {
    const engine = new EspeakWasm();
    return { engine, check: () => engine.warm(settings) };
  };
  switch (settings.engine) {
    case 'auto':
    case 'espeak-ng':
      return [system(), wasm()];
    case 'espeak-ng-wasm':
      return [wasm()];
    case 'none':
      return [];
    default:
      return settings.engine satisfies never;
  }
}

function programAnswers(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = spawn(path, ['--version'], { stdio: 'ignore', timeout: 5000 });
    program.once('error', () => reject(new Error('the program is not installed')));
    program.once('close', (code, by) => (code === 0 ? resolve() : reject(new Error(`it ended with ${by ?? code}`))));
  });
}

function reportOf(engine: Synthesizer | undefined, reasons: readonly string[], silent: boolean): EngineReport {
  const fellBack = reasons.length > 0;
  if (!engine) {
    const detail = silent ? 'switched off in the settings' : `nothing can speak (${reasons.join('; ')})`;
    return { part: 'tts', engine: 'none', detail, fellBack, ...(!silent && { improve: INSTALL }) };
  }
  const detail = fellBack ? reasons.join('; ') : 'present on this machine';
  return { part: 'tts', engine: engine.name, detail, fellBack, ...(engine.name === 'espeak-ng-wasm' && { improve: INSTALL }) };
}

/** Speaks sentence by sentence, and moves on to the next engine when one fails. */
class SpokenSynthesizer implements Synthesizer {
  #engines: Synthesizer[];
  readonly #reasons: string[];
  readonly #changed: ((report: EngineReport) => void) | undefined;

  constructor(engines: Synthesizer[], reasons: string[], changed?: (report: EngineReport) => void) {
    this.#engines = engines;
    this.#reasons = reasons;
    this.#changed = changed;
  }

  get name(): string {
    return this.#engines[0]?.name ?? 'none';
  }

  async *speak(text: string, voice: Voice, signal: AbortSignal): AsyncGenerator<AudioFrame, void, undefined> {
    let at = 0;
    for (const sentence of splitSentences(text)) {
      const spoken = spokenText(sentence);
      if (spoken === '') continue;
      for await (const frame of this.#speakSentence(spoken, voice, signal)) {
        yield { ...frame, at };
        at += durationOf(frame.samples.length, frame.sampleRate);
      }
      if (signal.aborted) return;
    }
  }

  [Symbol.dispose](): void {
    for (const engine of this.#engines) engine[Symbol.dispose]();
    this.#engines = [];
  }

  /** A sentence cut off by a failure is said again: better twice than lost. */
  async *#speakSentence(sentence: string, voice: Voice, signal: AbortSignal): AsyncGenerator<AudioFrame, void, undefined> {
    for (let failures = 0; ; ) {
      const [engine] = this.#engines;
      if (!engine)
        throw new Error(this.#reasons.length === 0 ? 'speaking is switched off' : `nothing can speak (${this.#reasons.join('; ')})`);
      try {
        yield* engine.speak(sentence, voice, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures < 2) continue;
        failures = 0;
        this.#giveUp(engine, error);
      }
    }
  }

  #giveUp(engine: Synthesizer, error: unknown): void {
    if (this.#engines[0] !== engine) return;
    this.#engines.shift();
    this.#reasons.push(`${engine.name}: ${describe(error)}`);
    engine[Symbol.dispose]();
    this.#changed?.(reportOf(this.#engines[0], this.#reasons, false));
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
