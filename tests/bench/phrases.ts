import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { largeHome } from '../../assistant/phrasebook/sample-home.ts';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { HomeSnapshot } from '../../contract/home.ts';
import { homeOf } from '../../main/cli/home-of.ts';
import type { PhraseTranscriber } from '../../voice/engine.ts';
import { createPhraseTranscriber } from '../../voice/stt/phrase-transcriber.ts';
import { type CoffeeLabel, coffeeOrders, without } from './coffee-phrasebook.ts';
import { type Heard, hearPhrase, phrasebookFor } from './hear-phrases.ts';
import { mixed } from './mix-noise.ts';
import {
  type Extent,
  extentNote,
  haveRecordings,
  isRoomResponse,
  NO_RECORDINGS,
  type Recording,
  recordings,
  recordingsFolder,
  SNRS,
  snrName,
  some,
} from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, quantile, share } from './report.ts';

/** Lists of the coffee orders from which values are taken out, one by one, to make near misses of the orders that hold them. */
const NEAR_MISS_LISTS = ['coffeeDrink', 'size', 'roast'];
/** Unless everything is to be heard, every so manieth: orders in noise alone, orders beside the home's own sentences clean and in noise, what must be refused. */
const STRIDE = { noise: 3, both: 3, bothNoise: 6, speech: 3, refused: 4 };
/** Unless everything is to be heard, so many orders for each value that is taken out. */
const NEAR_MISSES_EACH = 1;
const ACCEPTED = '≥ 97 %';
const REFUSED = '≥ 95 %';

/** How many commands the phrase recogniser takes, what it refuses, and what it costs. */
export async function benchPhrases(extent: Extent): Promise<BenchSection> {
  using transcriber = await createPhraseTranscriber();
  const { snapshot } = await homeOf('demo', undefined);
  const figures: Figure[] = [];
  const notes = [`engine ${transcriber.name}, names of the demo home, 512 samples a write, as fast as it goes`];
  if (haveRecordings) {
    const bench = await PhraseBench.open(transcriber, snapshot, extent);
    figures.push(
      ...(await bench.acceptance()),
      ...(await bench.homeCommands()),
      ...(await bench.rejection()),
      ...(await bench.nearMisses()),
    );
    figures.push(...bench.cost());
    notes.push('accepted = intent and every slot are right; the rest is counted as refused or as wrong', extentNote(extent));
  } else notes.push(NO_RECORDINGS);
  figures.push(...(await grammarCost(transcriber)));
  return { title: 'Phrase recogniser', notes, figures };
}

class PhraseBench {
  readonly #transcriber: PhraseTranscriber;
  readonly #home: HomeSnapshot;
  readonly #extent: Extent;
  readonly #coffee: Awaited<ReturnType<typeof coffeeOrders>>;
  readonly #orders: Recording[];
  readonly #noises: Recording[];
  readonly #clean: Heard[] = [];
  #grammars = 0;

  private constructor(
    transcriber: PhraseTranscriber,
    home: HomeSnapshot,
    coffee: Awaited<ReturnType<typeof coffeeOrders>>,
    orders: Recording[],
    noises: Recording[],
    extent: Extent,
  ) {
    this.#extent = extent;
    this.#transcriber = transcriber;
    this.#home = home;
    this.#coffee = coffee;
    this.#orders = orders;
    this.#noises = noises;
  }

  static async open(transcriber: PhraseTranscriber, home: HomeSnapshot, extent: Extent): Promise<PhraseBench> {
    const noises = await recordings('noise', (name) => !isRoomResponse(name));
    return new PhraseBench(transcriber, home, await coffeeOrders(), await recordings('commands/coffee'), noises, extent);
  }

  async acceptance(): Promise<Figure[]> {
    const figures: Figure[] = [];
    for (const builtIn of [false, true]) {
      const book = await phrasebookFor(this.#home, this.#coffee.phrasebook, builtIn);
      await this.#speak(book);
      for (const snr of SNRS) {
        const stride = builtIn ? (snr === undefined ? STRIDE.both : STRIDE.bothNoise) : snr === undefined ? 1 : STRIDE.noise;
        const orders = some(this.#orders, stride, this.#extent);
        figures.push(await this.#accepted(book, orders, snr, builtIn));
      }
    }
    return figures;
  }

  async #accepted(book: Phrasebook, orders: Recording[], snr: number | undefined, builtIn: boolean): Promise<Figure> {
    let right = 0;
    let refused = 0;
    for (const [index, samples] of mixed(orders, this.#noises, snr).entries()) {
      const heard = await hearPhrase(this.#transcriber, samples);
      if (snr === undefined) this.#clean.push(heard);
      if (heard.rejected) refused += 1;
      else if (means(book, heard.text, this.#coffee.labels[orders[index]!.name])) right += 1;
    }
    const counted = share(right, orders.length);
    return {
      name: `orders accepted, ${builtIn ? 'with the built-in sentences' : 'orders alone'}, ${snrName(snr)}`,
      ...counted,
      detail: `${counted.detail}, ${refused} refused, ${orders.length - right - refused} wrong`,
      ...(snr === undefined ? { target: ACCEPTED } : {}),
    };
  }

  async homeCommands(): Promise<Figure[]> {
    const book = await phrasebookFor(this.#home, undefined, true);
    await this.#speak(book);
    const spoken = await homeCommands();
    const figures: Figure[] = [];
    for (const human of [true, false]) {
      const commands = spoken.filter((command) => command.human === human);
      let right = 0;
      for (const { recording, text } of commands) {
        const heard = await hearPhrase(this.#transcriber, recording.samples);
        if (!heard.rejected && isDeepStrictEqual(book.understand(heard.text), book.understand(text))) right += 1;
      }
      const counted = share(right, commands.length);
      figures.push({
        name: `home commands accepted, ${human ? 'human' : 'synthetic'}`,
        ...counted,
        ...(human ? { target: ACCEPTED } : {}),
      });
    }
    return figures;
  }

  async rejection(): Promise<Figure[]> {
    const speech = await recordings('speech');
    const other = await recordings('wake/other');
    const figures: Figure[] = [];
    await this.#speak(await phrasebookFor(this.#home, undefined, true));
    for (const [what, clips] of [
      ['read speech', speech],
      ['coffee orders', some(this.#orders, STRIDE.refused, this.#extent)],
      ['other wake words', some(other, STRIDE.refused, this.#extent)],
    ] as const)
      figures.push(await this.#refused(`${what} refused by the home's sentences`, clips));
    await this.#speak(await phrasebookFor(this.#home, this.#coffee.phrasebook, false));
    figures.push(await this.#refused('read speech refused by the orders', some(speech, STRIDE.speech, this.#extent)));
    return figures;
  }

  async #refused(name: string, clips: readonly Recording[]): Promise<Figure> {
    let refused = 0;
    for (const { samples } of clips) if ((await hearPhrase(this.#transcriber, samples)).rejected) refused += 1;
    return { name, ...share(refused, clips.length), target: REFUSED };
  }

  /** An order whose drink, size or roast the grammar does not have: one word in ten is off. */
  async nearMisses(): Promise<Figure[]> {
    let refused = 0;
    let heardAtAll = 0;
    for (const list of NEAR_MISS_LISTS) {
      for (const value of this.#coffee.phrasebook.lists[list] ?? []) {
        const all = this.#orders.filter(({ name }) => this.#coffee.labels[name]?.slots[list] === value);
        const holding = this.#extent.thorough ? all : all.slice(0, NEAR_MISSES_EACH);
        if (holding.length === 0) continue;
        await this.#speak(await phrasebookFor(this.#home, without(this.#coffee.phrasebook, list, value), false));
        for (const { samples } of holding) {
          heardAtAll += 1;
          if ((await hearPhrase(this.#transcriber, samples)).rejected) refused += 1;
        }
      }
    }
    return [
      {
        name: `near misses refused (an order with a ${NEAR_MISS_LISTS.join(', ')} that the grammar lacks)`,
        ...share(refused, heardAtAll),
        target: REFUSED,
      },
    ];
  }

  cost(): Figure[] {
    const sum = (of: (heard: Heard) => number): number => this.#clean.reduce((total, heard) => total + of(heard), 0);
    const finals = this.#clean.map(({ finalMs }) => finalMs);
    const counted = { detail: `${finals.length} orders` };
    return [
      {
        name: 'time spent per time heard',
        value: Math.round((sum((heard) => heard.spentMs) / sum((heard) => heard.soundMs)) * 1000) / 1000,
        unit: '× real time',
        ...counted,
      },
      { name: 'last sound → text, p50', ...milliseconds(quantile(finals, 0.5)), ...counted, target: '≤ 150 ms' },
      { name: 'last sound → text, p95', ...milliseconds(quantile(finals, 0.95)), ...counted },
    ];
  }

  async #speak(book: Phrasebook): Promise<void> {
    this.#grammars += 1;
    await this.#transcriber.setGrammar(`bench-${this.#grammars}`, book.grammar());
  }
}

function means(book: Phrasebook, text: string, label: CoffeeLabel | undefined): boolean {
  const understanding = book.understand(text);
  if (understanding.type !== 'matched' || understanding.matches.length !== 1) return false;
  const match = understanding.matches[0]!;
  return label !== undefined && match.intent === label.intent && isDeepStrictEqual(match.slots, label.slots);
}

const TranscriptsSchema = z.record(z.string(), z.object({ text: z.string(), kind: z.string() }));

/** The spoken home commands, with what they say and who says it. */
export async function homeCommands(): Promise<{ recording: Recording; text: string; human: boolean }[]> {
  const transcripts = TranscriptsSchema.parse(JSON.parse(await readFile(join(recordingsFolder, 'commands/home/transcripts.json'), 'utf8')));
  return (await recordings('commands/home')).flatMap((recording) => {
    const transcript = transcripts[recording.name];
    return transcript === undefined ? [] : [{ recording, text: transcript.text, human: transcript.kind === 'human' }];
  });
}

async function grammarCost(transcriber: PhraseTranscriber): Promise<Figure[]> {
  const loaded = await loadPhrasebook({ folders: [] });
  const figures: Figure[] = [];
  for (const names of [30, 200, 2_000]) {
    const home = largeHome(names);
    const began = performance.now();
    const book = compilePhrasebook(loaded, home);
    const compiled = performance.now();
    const grammar = book.grammar();
    const written = performance.now();
    await transcriber.setGrammar(`names-${names}`, grammar);
    const set = performance.now();
    figures.push({
      name: `grammar in force, ${names} names`,
      ...milliseconds(set - began),
      detail: `compile ${Math.round(compiled - began)}, write ${Math.round(written - compiled)} (${Math.round(grammar.length / 1024)} KB), set ${Math.round(set - written)} ms`,
    });
  }
  return figures;
}
