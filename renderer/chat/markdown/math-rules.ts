import type { MarkdownIt } from 'markdown-it';

const DOLLAR = 0x24;
const BACKSLASH = 0x5c;
/** Longer ones are an accident: two prices far apart. */
const LONGEST_INLINE = 2000;

/** LaTeX as `math_inline` and `math_block` tokens: `$…$`, `\(…\)`, `$$…$$`, `\[…\]`. Prices are no formulas. */
export function mathRules(parser: MarkdownIt): void {
  // Before `escape`, which would take the backslash of \( away.
  parser.inline.ruler.before('escape', 'math_inline', (state, silent) => {
    const { src, pos } = state;
    const found = inlineMath(src, pos);
    if (found === undefined || found.end > state.posMax) return false;
    if (!silent) {
      const token = state.push(found.display ? 'math_block' : 'math_inline', 'math', 0);
      token.content = found.content;
    }
    state.pos = found.end;
    return true;
  });
  parser.block.ruler.before(
    'fence',
    'math_block',
    (state, startLine, endLine, silent) => {
      const begin = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      const opening = state.src.slice(begin, begin + 2);
      const closing = opening === '$$' ? '$$' : opening === '\\[' ? '\\]' : undefined;
      if (closing === undefined || state.sCount[startLine]! - state.blkIndent >= 4) return false;
      const lines: string[] = [];
      for (let line = startLine; line < endLine; line++) {
        const from = line === startLine ? begin + 2 : (state.bMarks[line] ?? 0) + Math.min(state.tShift[line] ?? 0, state.blkIndent);
        const text = state.src.slice(from, state.eMarks[line]);
        const end = text.indexOf(closing);
        if (end < 0) {
          lines.push(text);
          continue;
        }
        // Words behind it: a paragraph with a formula in it.
        if (text.slice(end + 2).trim() !== '') return false;
        if (silent) return true;
        lines.push(text.slice(0, end));
        const token = state.push('math_block', 'math', 0);
        token.content = lines.join('\n').trim();
        token.map = [startLine, line + 1];
        token.block = true;
        state.line = line + 1;
        return true;
      }
      return false;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

function inlineMath(src: string, pos: number): { content: string; end: number; display: boolean } | undefined {
  const first = src.charCodeAt(pos);
  if (first === BACKSLASH) {
    const opening = src[pos + 1];
    if (opening !== '(' && opening !== '[') return undefined;
    return between(src, pos + 2, opening === '(' ? '\\)' : '\\]', opening === '[');
  }
  if (first !== DOLLAR) return undefined;
  if (src.charCodeAt(pos + 1) === DOLLAR) return between(src, pos + 2, '$$', true);
  if (/\s/u.test(src[pos + 1] ?? ' ')) return undefined;
  for (let end = src.indexOf('$', pos + 1); end > 0 && end - pos < LONGEST_INLINE; end = src.indexOf('$', end + 1)) {
    if (src.charCodeAt(end - 1) === BACKSLASH) continue;
    // "$5 and $10": a formula neither ends behind a space nor right before a digit.
    if (/\s/u.test(src[end - 1] ?? '') || /\d/u.test(src[end + 1] ?? '')) return undefined;
    const content = src.slice(pos + 1, end);
    // "$10, or US$ 3": words behind a number, and nothing that is reckoned.
    if (/^\d.*\s/u.test(content) && !/[\\^_={}<>+*/]/u.test(content)) return undefined;
    return { content, end: end + 1, display: false };
  }
  return undefined;
}

function between(
  src: string,
  from: number,
  closing: string,
  display: boolean,
): { content: string; end: number; display: boolean } | undefined {
  const end = src.indexOf(closing, from);
  const content = src.slice(from, end).trim();
  return end < 0 || content === '' ? undefined : { content, end: end + closing.length, display };
}
