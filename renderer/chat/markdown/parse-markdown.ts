import MarkdownIt, { type Env, type Token } from 'markdown-it';
import { mathRules } from './math-rules.ts';

/** A part of an answer that stands by itself: a paragraph, a list, a table, a piece of code. */
export interface MarkdownBlock {
  /** The lines it was read from. */
  source: string;
  tokens: Token[];
}

// HTML is shown as it was written, never taken as HTML.
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
mathRules(parser);
// `file.py` and `e.g.md` are no addresses; what has its scheme is.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/**
 * Blocks of a Markdown text, in order. Of `before`, what has not changed is the very same object again: what shows it is not drawn anew
 * while an answer grows.
 */
export function parseMarkdown(text: string, before: readonly MarkdownBlock[] = []): MarkdownBlock[] {
  const references: Env = {};
  const tokens = parser.parse(text, references);
  const lines = text.split('\n');
  const blocks: MarkdownBlock[] = [];
  let open: Token[] = [];
  // Names of addresses may be given anywhere: with them any block may read otherwise.
  const reusable = references.references === undefined || Object.keys(references.references).length === 0;
  for (const token of tokens) {
    open.push(token);
    if (token.level !== 0 || token.nesting > 0) continue;
    const [from, to] = open[0]?.map ?? [0, 0];
    const source = lines.slice(from, to).join('\n');
    const same = before[blocks.length];
    blocks.push(reusable && same?.source === source && same.tokens.length === open.length ? same : { source, tokens: open });
    open = [];
  }
  return blocks;
}

/** Addresses that a person may be led to. */
export function safeAddress(href: string | null): string | undefined {
  if (href === null || !URL.canParse(href)) return undefined;
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(href).protocol) ? href : undefined;
}
