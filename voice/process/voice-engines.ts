import type { VoiceSettings } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { PhraseTranscriber, Synthesizer, Transcriber, VoiceActivityDetector, WakeDetector } from '../engine.ts';
import type { Ears } from '../pipeline/ears.ts';

type Part = EngineReport['part'];

export interface Loaded<Engine> {
  engine: Engine | undefined;
  report: EngineReport;
}

/** How the engines are made. None of them throws for what is missing on this machine: it falls back, and reports it. */
export interface EngineFactories {
  /** One detector for each stream. */
  wake(settings: VoiceSettings['wake']): Promise<Loaded<WakeDetector>>;
  /** One detector for each stream. `spare`: the one before failed; take the simplest. */
  vad(settings: VoiceSettings['vad'], spare: boolean): Promise<Loaded<VoiceActivityDetector>>;
  stt(settings: VoiceSettings['stt'], dataFolder: string): Promise<Loaded<PhraseTranscriber>>;
  tts(settings: VoiceSettings['tts'], changed: (report: EngineReport) => void): Promise<Loaded<Synthesizer>>;
}

export interface VoiceEnginesOptions {
  factories: EngineFactories;
  /** Engines were loaded, or one of them changed. */
  changed(reports: EngineReport[]): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
  /** ms that only grow */
  monotonic(): number;
}

/** An engine that fails more often than this is not brought back. */
const REVIVALS = 3;
const PARTS: readonly Part[] = ['wake', 'vad', 'stt', 'tts'];

/** The engines of the voice process: loaded side by side, replaced when settings change or one of them fails. */
export class VoiceEngines implements Disposable {
  readonly #options: VoiceEnginesOptions;
  readonly #reports = new Map<Part, EngineReport>();
  readonly #failures = new Map<Part, number>();
  readonly #ears = new Set<StreamEars>();
  #settings: VoiceSettings | undefined;
  #dataFolder = '';
  #transcriber: PhraseTranscriber | undefined;
  #synthesizer: Synthesizer | undefined;
  /** The last one asked for, and the one that serves. */
  #grammar: { id: string; jsgf: string } | undefined;
  #served: { id: string; jsgf: string } | undefined;
  /** Loaded to know that it works; the next stream listens with it. */
  #spareWake: WakeDetector | undefined;
  /** Loading, one after the other; grammars too, but these may wait for somebody to finish speaking. */
  #work: Promise<unknown> = Promise.resolve();
  #grammars: Promise<unknown> = Promise.resolve();

  constructor(options: VoiceEnginesOptions) {
    this.#options = options;
  }

  get synthesizer(): Synthesizer | undefined {
    return this.#synthesizer;
  }

  get transcriber(): Transcriber | undefined {
    return this.#transcriber;
  }

  get settings(): VoiceSettings | undefined {
    return this.#settings;
  }

  /** Loads what differs from the settings before; resolves when all of it can be used. */
  configure(settings: VoiceSettings, dataFolder: string): Promise<void> {
    return this.#next(async () => {
      const before = this.#settings;
      const differs = (part: Part) => JSON.stringify(before?.[part]) !== JSON.stringify(settings[part]);
      this.#settings = settings;
      this.#dataFolder = dataFolder;
      await Promise.all(PARTS.filter(differs).map((part) => this.#timed(part, () => this.#load(part, settings, false))));
      this.#tell();
    });
  }

  /** Resolves with the ms it took; throws when the recogniser refuses the grammar (the one before goes on serving). */
  setGrammar(id: string, jsgf: string): Promise<number> {
    const grammar = { id, jsgf };
    this.#grammar = grammar;
    const ready = Promise.all([this.#work, this.#grammars]).then(async () => {
      if (this.#grammar !== grammar) throw new Error('a newer grammar came before this one was ready');
      const began = this.#options.monotonic();
      await this.#transcriber?.setGrammar(id, jsgf);
      this.#served = grammar;
      return this.#options.monotonic() - began;
    });
    this.#grammars = ready.catch(() => undefined);
    return ready;
  }

  /** When the engines asked for so far are loaded. */
  async loaded(): Promise<void> {
    await this.#work;
  }

  /** When the grammars asked for so far are in force, or refused. A grammar waits for the utterance that is being heard. */
  async grammarsSettled(): Promise<void> {
    await this.#grammars;
  }

  /** Ears for one stream; dispose them with it. */
  async openEars(wake: boolean): Promise<StreamEars> {
    const ears = new StreamEars(this, wake, (part, error) => this.#failed(ears, part, error));
    this.#ears.add(ears);
    await this.#equip(ears, wake ? ['wake', 'vad'] : ['vad'], false);
    return ears;
  }

  closeEars(ears: StreamEars): void {
    this.#ears.delete(ears);
    ears.drop('wake');
    ears.drop('vad');
  }

  [Symbol.dispose](): void {
    for (const ears of this.#ears) this.closeEars(ears);
    this.#spareWake?.[Symbol.dispose]();
    this.#transcriber?.[Symbol.dispose]();
    this.#synthesizer?.[Symbol.dispose]();
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(work);
    // Whoever asked hears of a failure; the next piece of work goes on after it.
    this.#work = result.catch(() => undefined);
    return result;
  }

  async #load(part: Part, settings: VoiceSettings, spare: boolean): Promise<void> {
    const { factories } = this.#options;
    switch (part) {
      case 'wake': {
        const { engine, report } = await factories.wake(settings.wake);
        this.#spareWake?.[Symbol.dispose]();
        this.#spareWake = engine;
        this.#reports.set(part, report);
        await Promise.all([...this.#ears].filter((ears) => ears.wantsWake).map((ears) => this.#equip(ears, ['wake'], false)));
        break;
      }
      case 'vad': {
        const { engine, report } = await factories.vad(settings.vad, spare);
        engine?.[Symbol.dispose]();
        this.#reports.set(part, report);
        await Promise.all([...this.#ears].map((ears) => this.#equip(ears, ['vad'], spare)));
        break;
      }
      case 'stt': {
        const { engine, report } = await factories.stt(settings.stt, this.#dataFolder);
        if (engine && this.#served) await engine.setGrammar(this.#served.id, this.#served.jsgf);
        this.#transcriber?.[Symbol.dispose]();
        this.#transcriber = engine;
        this.#reports.set(part, report);
        break;
      }
      case 'tts': {
        const { engine, report } = await factories.tts(settings.tts, (changed) => {
          this.#reports.set('tts', changed);
          this.#tell();
        });
        this.#synthesizer?.[Symbol.dispose]();
        this.#synthesizer = engine;
        this.#reports.set(part, report);
        break;
      }
      default:
        part satisfies never;
    }
  }

  async #timed(part: Part, load: () => Promise<void>): Promise<void> {
    const began = this.#options.monotonic();
    try {
      await load();
    } catch (error) {
      this.#reports.set(part, { part, engine: 'none', detail: `it did not start: ${describe(error)}`, fellBack: true });
      this.#options.log('error', `${part}: the engine did not start: ${describe(error)}`);
      return;
    }
    const ms = Math.round(this.#options.monotonic() - began);
    this.#options.log('info', `${part}: ${this.#reports.get(part)?.engine} is ready after ${ms} ms`);
  }

  async #equip(ears: StreamEars, parts: readonly ('wake' | 'vad')[], spare: boolean): Promise<void> {
    const settings = this.#settings;
    if (!settings) return;
    const { factories } = this.#options;
    for (const part of parts) {
      if (part === 'wake') {
        const spareWake = this.#spareWake;
        this.#spareWake = undefined;
        ears.takeWake(spareWake ?? (await factories.wake(settings.wake)).engine);
      } else ears.takeVad((await factories.vad(settings.vad, spare)).engine);
      if (!this.#ears.has(ears)) ears.drop(part);
    }
  }

  #failed(ears: StreamEars, part: Part, error: unknown): void {
    const failures = (this.#failures.get(part) ?? 0) + 1;
    this.#failures.set(part, failures);
    this.#options.log('error', `${part}: the engine failed (${failures}): ${describe(error)}`);
    const settings = this.#settings;
    if (!settings) return;
    if (failures > REVIVALS && part !== 'vad') {
      const before = this.#reports.get(part);
      this.#reports.set(part, {
        part,
        engine: part === 'stt' ? (before?.engine ?? 'none') : 'none',
        detail: `it failed ${failures} times, last: ${describe(error)}`,
        fellBack: true,
      });
      this.#tell();
      return;
    }
    const revive = () => {
      if (part === 'stt') return this.#load(part, settings, false);
      return part === 'wake' || part === 'vad' ? this.#equip(ears, [part], part === 'vad') : Promise.resolve();
    };
    this.#next(() => this.#timed(part, revive)).catch((cause: unknown) => this.#options.log('error', describe(cause)));
  }

  #tell(): void {
    this.#options.changed(PARTS.flatMap((part) => this.#reports.get(part) ?? []));
  }
}

/** The engines that one stream listens with. */
export class StreamEars implements Ears {
  readonly wantsWake: boolean;
  readonly failed: Ears['failed'];
  readonly #engines: VoiceEngines;
  #wake: WakeDetector | undefined;
  #vad: VoiceActivityDetector | undefined;

  constructor(engines: VoiceEngines, wantsWake: boolean, failed: Ears['failed']) {
    this.#engines = engines;
    this.wantsWake = wantsWake;
    this.failed = failed;
  }

  get wake(): WakeDetector | undefined {
    return this.#wake;
  }

  get vad(): VoiceActivityDetector | undefined {
    return this.#vad;
  }

  get transcriber(): Transcriber | undefined {
    return this.#engines.transcriber;
  }

  takeWake(engine: WakeDetector | undefined): void {
    this.drop('wake');
    this.#wake = engine;
  }

  takeVad(engine: VoiceActivityDetector | undefined): void {
    this.drop('vad');
    this.#vad = engine;
  }

  drop(part: 'wake' | 'vad'): void {
    if (part === 'wake') {
      this.#wake?.[Symbol.dispose]();
      this.#wake = undefined;
    } else {
      this.#vad?.[Symbol.dispose]();
      this.#vad = undefined;
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
