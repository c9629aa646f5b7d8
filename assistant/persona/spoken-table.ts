/** More rows are for the eyes. */
const MOST_ROWS = 6;

/** A Markdown table, read row by row: "Monday: high 21, low 9." */
export class SpokenTable {
  #header: string[] | undefined;
  #titles: string[] = [];
  #rows = 0;

  /** The next line of it; what can be said now, as Markdown. */
  line(line: string): string[] {
    const cells = cellsOf(line);
    if (this.#header === undefined) {
      this.#header = cells;
      return [];
    }
    if (this.#rows === 0 && this.#titles.length === 0 && cells.every((cell) => /^:?-+:?$/u.test(cell))) {
      this.#titles = this.#header;
      return [];
    }
    // Without the line of dashes the first row is a row like every other.
    const first = this.#rows === 0 && this.#titles.length === 0 ? this.#row(this.#header) : [];
    return [...first, ...this.#row(cells)];
  }

  end(): string[] {
    if (this.#header !== undefined && this.#rows === 0) return this.#row(this.#header);
    const left = this.#rows - MOST_ROWS;
    return left <= 0 ? [] : [left === 1 ? 'There is one more row on the screen.' : `There are ${left} more rows on the screen.`];
  }

  #row(cells: string[]): string[] {
    this.#rows += 1;
    if (this.#rows > MOST_ROWS) return [];
    const [subject = '', ...others] = cells;
    const parts = others.flatMap((cell, index) => {
      const title = this.#titles[index + 1] ?? '';
      return cell === '' ? [] : [title === '' || others.length === 1 ? cell : `${title} ${cell}`];
    });
    const row = [subject, parts.join(', ')].filter((part) => part !== '').join(': ');
    return row === '' ? [] : [row];
  }
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/u, '')
    .replace(/(?<!\\)\|$/u, '')
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
