import type { Taint } from '../../contract/tool.ts';
import { contentWords } from './content-words.ts';
import { cutText } from './cut-text.ts';

export interface FileBlock {
  text: string;
  tokens: number;
  taint: Taint[];
}

/** Of a file that is too long, this share is its beginning; the rest are the paragraphs that have to do with the question. */
const HEAD_SHARE = 0.4;

/** Texts of files in at most so many tokens, the short ones whole, the long ones cut to what the question is about. */
export function fileBlock(
  files: readonly { name: string; text: string }[],
  question: string,
  tokens: number,
  count: (text: string) => number,
): FileBlock {
  if (files.length === 0 || tokens < 40) return { text: '', tokens: 0, taint: [] };
  const parts: string[] = [];
  let left = tokens;
  const byLength = [...files].sort((one, other) => one.text.length - other.text.length);
  for (const [index, { name, text }] of byLength.entries()) {
    const frame = `[Text of the file “${name}”]\n`;
    const share = Math.floor(left / (byLength.length - index)) - count(frame) - 8;
    if (share < 20) continue;
    const part = `${frame}${excerpt(text, question, share, count)}\n[End of the file]`;
    left -= count(part) + 1;
    parts.push(part);
  }
  return {
    text: parts.join('\n\n'),
    tokens: tokens - left,
    taint: files.map(({ name }) => ({ origin: 'file', name: name.slice(0, 200) })),
  };
}

function excerpt(text: string, question: string, tokens: number, count: (text: string) => number): string {
  // A character is hardly ever more than a token, and most are less: what is far too long is not counted whole.
  if (text.length <= tokens * 8 && count(text) <= tokens) return text;
  const head = cutText(text.slice(0, tokens * 4), Math.floor(tokens * HEAD_SHARE), count).split(' […] ')[0] ?? '';
  const wanted = new Set(contentWords(question));
  const paragraphs = text
    .slice(head.length)
    .split(/\n\s*\n|\n(?=[#\-*\d])/u)
    .flatMap((paragraph) => (paragraph.length > 2000 ? (paragraph.match(/[\s\S]{1,1000}(?:\s|$)/gu) ?? []) : [paragraph]))
    .map((paragraph, at) => ({
      paragraph: paragraph.trim(),
      at,
      score: contentWords(paragraph).filter((word) => wanted.has(word)).length / Math.sqrt(20 + paragraph.length),
    }))
    .filter(({ paragraph, score }) => paragraph !== '' && score > 0)
    .sort((one, other) => other.score - one.score || one.at - other.at);
  let left = tokens - count(head) - 6;
  const chosen: typeof paragraphs = [];
  for (const each of paragraphs.slice(0, 200)) {
    const cost = count(each.paragraph) + 4;
    if (cost > left) continue;
    left -= cost;
    chosen.push(each);
  }
  chosen.sort((one, other) => one.at - other.at);
  return [head, ...chosen.map(({ paragraph }) => paragraph)].join('\n[…]\n') + (chosen.length === 0 ? ' […]' : '');
}
