import type { ListedModel } from '../../contract/models.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { inGigabytes } from '../../models/fit/fit-sentence.ts';
import { KIND_WORDS, marksOf, speedWords, verdictWords } from './models-words.ts';

const HEAD = ['  ', 'id', 'title', 'size', 'runs on', 'weights', 'context', 'tokens/s'] as const;
type Row = readonly [string, string, string, string, string, string, string, string];
const TITLE = 2;
/** Fewer signs of a title say nothing. */
const LEAST_TITLE = 6;
const GAP = 2;
const NUMBERS = [3, 5, 6, 7];

/**
 * Lines of a table, by kind. What does not fit into `width` columns is taken from the titles, down to none at all; ids and numbers stay whole.
 * @param width columns of the terminal; undefined: as wide as it gets
 */
export function modelsTable(models: readonly ListedModel[], width: number | undefined): string[] {
  const rows = models.map((model) => ({ kind: model.kind, unused: model.unused, row: rowOf(model) }));
  const all: readonly Row[] = [HEAD, ...rows.map(({ row }) => row)];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => lengthOf(row[column] ?? ''))));
  const others = widths.reduce((sum, each, column) => sum + (column === TITLE ? 0 : each + GAP), 0);
  const room = width === undefined ? Number.POSITIVE_INFINITY : width - others;
  const title = Math.min(widths[TITLE] ?? 0, room);
  widths[TITLE] = title < LEAST_TITLE ? 0 : title;
  const lines = [lineOf(HEAD, widths)];
  let kind: ListedModel['kind'] | undefined;
  const isMixed = new Set(rows.map((each) => each.kind)).size > 1;
  for (const each of rows) {
    if (isMixed && each.kind !== kind) lines.push(`${KIND_WORDS[each.kind]}:${each.unused === undefined ? '' : ` (${each.unused})`}`);
    kind = each.kind;
    lines.push(lineOf(each.row, widths));
  }
  return lines;
}

function rowOf(model: ListedModel): Row {
  const { id, title, bytes, fit, file, installed } = model;
  const size = `${file?.estimated === true && installed === undefined ? '~' : ''}${bytesInWords(bytes)}`;
  const name = installed?.id ?? id;
  if (fit === undefined) return [marksOf(model), name, title, size, '-', '-', '-', '-'];
  return [
    marksOf(model),
    name,
    title,
    size,
    verdictWords(fit),
    inGigabytes(fit.weightsBytes + fit.overheadBytes),
    inGigabytes(fit.kvBytes),
    speedWords(fit.tokensPerSecond),
  ];
}

function lineOf(row: Row, widths: readonly number[]): string {
  const cells = row.flatMap((cell, column) => {
    const width = widths[column] ?? 0;
    if (width === 0) return [];
    const cut = clip(cell, width);
    const space = ' '.repeat(Math.max(0, width - lengthOf(cut)));
    return [NUMBERS.includes(column) ? `${space}${cut}` : `${cut}${space}`];
  });
  return cells.join(' '.repeat(GAP)).trimEnd();
}

const lengthOf = (text: string): number => [...text].length;

/** At most `width` signs; what is cut off leaves a mark. */
export function clip(text: string, width: number): string {
  const signs = [...text];
  return signs.length <= width ? text : `${signs.slice(0, Math.max(0, width - 1)).join('')}…`;
}
