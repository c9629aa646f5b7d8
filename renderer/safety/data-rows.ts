/** One value of something that is shown as it is: `data.brightness` and `40`. */
export interface DataRow {
  place: string;
  value: string;
}

/** Rows and characters shown; whoever needs more looks into the record. */
const ROWS = 60;
const VALUE = 2000;

/** Flattens JSON to places and values, in its own order. Texts stand without quotes; what holds nothing says so. */
export function dataRows(data: unknown): DataRow[] {
  const rows: DataRow[] = [];
  collect(data, '', rows);
  return rows.length > ROWS ? [...rows.slice(0, ROWS), { place: '…', value: `and ${rows.length - ROWS} more` }] : rows;
}

function collect(value: unknown, place: string, rows: DataRow[]): void {
  if (rows.length > ROWS * 10) return;
  const plain = Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
  if (plain) {
    rows.push({ place, value: value.length === 0 ? 'none' : cut(value.map(words).join(', ')) });
  } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const list = Array.isArray(value);
    for (const [key, member] of Object.entries(value)) {
      const name = list ? String(Number(key) + 1) : key;
      collect(member, place === '' ? name : `${place} › ${name}`, rows);
    }
  } else if (value !== undefined) {
    rows.push({ place, value: cut(words(value)) });
  }
}

function words(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? 'none' : String(value);
}

const cut = (text: string): string => (text.length > VALUE ? `${text.slice(0, VALUE)}…` : text);
