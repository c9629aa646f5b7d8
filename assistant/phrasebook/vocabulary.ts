/** Numbers for words: the sentences' own first, the home's names after them. */
export class Vocabulary {
  private readonly sentenceWords: ReadonlyMap<string, number>;
  private readonly nameWords = new Map<string, number>();

  constructor(sentenceWords: ReadonlyMap<string, number>) {
    this.sentenceWords = sentenceWords;
  }

  /** -1 for a word that is in no sentence and no name. */
  numberOf(word: string): number {
    return this.sentenceWords.get(word) ?? this.nameWords.get(word) ?? -1;
  }

  isSentenceWord(word: string): boolean {
    return this.sentenceWords.has(word);
  }

  add(word: string): number {
    const known = this.numberOf(word);
    if (known >= 0) return known;
    const number = this.sentenceWords.size + this.nameWords.size;
    this.nameWords.set(word, number);
    return number;
  }

  *words(): Generator<string> {
    yield* this.sentenceWords.keys();
    yield* this.nameWords.keys();
  }
}
