import { extname } from 'node:path';

const LONGEST = 255;

/** The name with a number where it is taken: "a.pdf", "a (2).pdf", "a (3).tar.gz". Never longer than `longest` bytes, never half a letter. */
export function numberedName(name: string, number: number, longest = LONGEST): string {
  if (number <= 1 && Buffer.byteLength(name) <= longest) return name;
  const double = /(?<=.)\.tar\.\w{1,4}$/iu.exec(name)?.[0];
  const ending = double ?? extname(name);
  const mark = number <= 1 ? '' : ` (${number})`;
  const room = longest - Buffer.byteLength(mark + ending);
  // An ending that fills the name is none.
  if (room < 1) return cut(name, longest - Buffer.byteLength(mark)) + mark;
  return cut(name.slice(0, name.length - ending.length), room) + mark + ending;
}

function cut(text: string, bytes: number): string {
  let length = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    length += Buffer.byteLength(segment);
    if (length > bytes) break;
    kept += segment;
  }
  return kept;
}
