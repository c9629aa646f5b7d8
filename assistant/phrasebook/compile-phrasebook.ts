import type { HomeSnapshot } from '../../contract/home.ts';
import type { Completeness, IntentMatch, Understanding } from '../../contract/intent.ts';
import type { Hearing, LoadedPhrasebook, Phrasebook } from '../phrasebook.ts';
import { CompiledHome } from './compiled-home.ts';
import type { IntentExamples } from './example-sentences.ts';
import { examplesOf, NearestExample } from './example-sentences.ts';
import { ReadyPhrasebook } from './load-phrasebook.ts';
import { PhrasebookError } from './phrasebook-error.ts';
import type { SourceEntry } from './phrasebook-source.ts';
import { SentenceMatcher } from './sentence-matcher.ts';
import { speechGrammar } from './speech-grammar.ts';
import { CompletenessMeter } from './text-completeness.ts';
import { understandText } from './understand-text.ts';

class CompiledPhrasebook implements Phrasebook {
  private readonly source: ReadyPhrasebook;
  private readonly compiled: CompiledHome;
  private readonly matcher: SentenceMatcher;
  private readonly meter: CompletenessMeter;
  private readonly entryByMatch = new WeakMap<IntentMatch, SourceEntry>();
  private examples: IntentExamples[] | undefined;
  private nearest: NearestExample | undefined;
  private jsgf: string | undefined;

  constructor(source: ReadyPhrasebook, home: HomeSnapshot) {
    this.source = source;
    this.compiled = new CompiledHome(home, source.automaton);
    this.matcher = new SentenceMatcher(this.compiled, source.entries);
    this.meter = new CompletenessMeter(this.compiled, source.entries);
  }

  understand(text: string, hearing: Hearing = {}): Understanding {
    const { understanding, matched } = understandText(this.matcher, text, { room: hearing.room, before: hearing.before ?? [] }, (words) => {
      this.nearest ??= new NearestExample(this.help());
      return this.nearest.of(words);
    });
    for (const { match, entry } of matched) this.entryByMatch.set(match, entry);
    return understanding;
  }

  completeness(text: string): Completeness {
    return this.meter.of(text);
  }

  grammar(answers: readonly string[] = []): string {
    if (answers.length > 0) return speechGrammar(this.compiled, this.source.entries, answers);
    this.jsgf ??= speechGrammar(this.compiled, this.source.entries);
    return this.jsgf;
  }

  help(): IntentExamples[] {
    this.examples ??= examplesOf(this.compiled, this.source.entries);
    return this.examples;
  }

  entryOf(match: IntentMatch): { reply?: string[]; tool?: string } | undefined {
    // A match that was sent through a message is another object: the intent's name finds its entry then.
    const entry = this.entryByMatch.get(match) ?? this.source.entries.findLast(({ intent }) => intent === match.intent);
    if (entry === undefined || (entry.reply === undefined && entry.tool === undefined)) return undefined;
    return { ...(entry.reply === undefined ? {} : { reply: entry.reply }), ...(entry.tool === undefined ? {} : { tool: entry.tool }) };
  }
}

/** Adds one home's names to loaded sentences. Throws `PhrasebookError` for a phrasebook that `loadPhrasebook` did not make. */
export function compilePhrasebook(loaded: LoadedPhrasebook, home: HomeSnapshot): Phrasebook {
  if (!(loaded instanceof ReadyPhrasebook)) {
    throw new PhrasebookError(loaded.files[0] ?? 'phrasebook', undefined, 'was not read by loadPhrasebook', 'load it first');
  }
  return new CompiledPhrasebook(loaded, home);
}
