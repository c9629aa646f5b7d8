import { type LineKind, lineKind } from './markdown-line.ts';
import { sentenceEnd } from './sentence-end.ts';
import { spokenInline } from './spoken-inline.ts';
import { SpokenTable } from './spoken-table.ts';

const CODE = 'I have put the code on the screen.';
const MORE_CODE = 'There is more code on the screen.';
const FORMULA = 'I have put the formula on the screen.';
/** Text without any end is cut here, at a comma or a space; characters. */
const LONGEST = 400;
const ORDINALS = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'];

/**
 * Markdown in pieces of any length becomes sentences to be said, each as soon as it is complete: no marks, links by their text, code and formulas announced,
 * lists and tables read. It goes character by character, so that the sentences do not depend on where the pieces were cut.
 */
export class SpokenAnswer {
  /** Beginning of a line whose kind is not certain yet, or a line that counts whole. */
  #line = '';
  #state: 'line-start' | 'text' | { fence: string } | { math: string } = 'line-start';
  #table: SpokenTable | undefined;
  /** Markdown of the sentence under way. */
  #sentence = '';
  /** Headings and items end with a stop even where none is written. */
  #ownLine = false;
  #isHeading = false;
  #codeSeen = false;
  #made: string[] = [];

  /** The sentences that `piece` completes. */
  push(piece: string): string[] {
    for (let index = 0; index < piece.length; index += 1) this.#take(piece.charAt(index));
    return this.#handOver();
  }

  /** What is left. */
  end(): string[] {
    this.#take('\n');
    this.#endTable();
    this.#endParagraph();
    this.#state = 'line-start';
    this.#codeSeen = false;
    return this.#handOver();
  }

  #handOver(): string[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }

  #take(character: string): void {
    if (character === '\r') return;
    const state = this.#state;
    if (state === 'text') {
      if (character === '\n') this.#endLine();
      else this.#write(character);
    } else if (state === 'line-start') this.#begin(character);
    else if ('fence' in state) this.#skipCode(character, state.fence);
    else this.#skipMath(character, state.math);
  }

  #begin(character: string): void {
    const ended = character === '\n';
    if (!ended) this.#line += character;
    const kind = lineKind(this.#line, ended);
    if (kind === undefined) return;
    const line = this.#line;
    this.#line = '';
    if (kind.type !== 'table') this.#endTable();
    this.#open(kind, line, ended);
  }

  #open(kind: LineKind, line: string, ended: boolean): void {
    switch (kind.type) {
      case 'blank':
      case 'rule':
      case 'definition':
        this.#endParagraph();
        return;
      case 'table':
        this.#endParagraph();
        this.#table ??= new SpokenTable();
        for (const row of this.#table.line(line)) this.#say(row, true);
        return;
      case 'fence':
        this.#endParagraph();
        this.#made.push(this.#codeSeen ? MORE_CODE : CODE);
        this.#codeSeen = true;
        this.#state = { fence: kind.mark };
        return;
      case 'math':
        this.#endParagraph();
        this.#made.push(FORMULA);
        this.#state = { math: kind.closer };
        for (let index = 0; index < kind.rest.length; index += 1) this.#take(kind.rest.charAt(index));
        if (ended) this.#take('\n');
        return;
      case 'quote':
        this.#again(kind.rest, ended);
        return;
      case 'heading':
        this.#endParagraph();
        this.#ownLine = true;
        this.#isHeading = true;
        this.#writeLine(kind.rest, ended);
        return;
      case 'item':
        this.#endParagraph();
        this.#ownLine = true;
        if (kind.number !== undefined) this.#sentence = `${ORDINALS[kind.number - 1] ?? `Number ${kind.number}`}: `;
        this.#again(kind.rest, ended);
        return;
      case 'task':
        this.#sentence += kind.done ? 'Done: ' : 'To do: ';
        this.#writeLine(kind.rest, ended);
        return;
      case 'text':
        if (this.#sentence !== '' && !/\s$/u.test(this.#sentence)) this.#write(' ');
        this.#writeLine(kind.rest, ended);
        return;
      default:
        kind satisfies never;
    }
  }

  /** What follows a mark is the beginning of a line itself. */
  #again(rest: string, ended: boolean): void {
    this.#state = 'line-start';
    for (let index = 0; index < rest.length; index += 1) this.#take(rest.charAt(index));
    if (ended) this.#take('\n');
  }

  #writeLine(rest: string, ended: boolean): void {
    this.#state = 'text';
    for (let index = 0; index < rest.length; index += 1) this.#write(rest.charAt(index));
    if (ended) this.#endLine();
  }

  /** A paragraph goes on in the next line; a heading does not. */
  #endLine(): void {
    this.#state = 'line-start';
    if (this.#isHeading) this.#endParagraph();
  }

  #write(character: string): void {
    this.#sentence += character;
    const end = /\s/u.test(character) ? undefined : sentenceEnd(this.#sentence);
    if (end !== undefined) this.#cut(end);
    else if (this.#sentence.length >= LONGEST) this.#cut(placeToCut(this.#sentence));
  }

  #cut(at: number): void {
    const sentence = this.#sentence.slice(0, at);
    this.#sentence = this.#sentence.slice(at).trimStart();
    this.#say(sentence, false);
  }

  #say(markdown: string, ownLine: boolean): void {
    const said = spokenInline(markdown);
    if (said === '') return;
    this.#made.push(ownLine && !/[.!?…:;,]["'”’)]*$/u.test(said) ? `${said}.` : said);
  }

  #endParagraph(): void {
    this.#say(this.#sentence.replace(/\\$/u, ''), this.#ownLine);
    this.#sentence = '';
    this.#ownLine = false;
    this.#isHeading = false;
  }

  #endTable(): void {
    for (const row of this.#table?.end() ?? []) this.#say(row, true);
    this.#table = undefined;
  }

  #skipCode(character: string, mark: string): void {
    if (character !== '\n') {
      if (this.#line.length < 200) this.#line += character;
      return;
    }
    const line = this.#line.trim();
    this.#line = '';
    if (line.startsWith(mark) && [...line].every((each) => each === mark.charAt(0))) this.#state = 'line-start';
  }

  #skipMath(character: string, closer: string): void {
    this.#line = (this.#line + character).slice(-2);
    if (this.#line !== closer) return;
    this.#line = '';
    this.#state = 'text';
  }
}

/** Behind the last comma of the second half, else behind the last space; never in the middle of a character. */
function placeToCut(text: string): number {
  const comma = Math.max(text.lastIndexOf(', '), text.lastIndexOf('; '), text.lastIndexOf(': ')) + 1;
  if (comma > text.length / 2) return comma;
  const space = text.lastIndexOf(' ');
  if (space > 0) return space;
  return /[\uD800-\uDBFF]$/u.test(text) ? text.length - 1 : text.length;
}
