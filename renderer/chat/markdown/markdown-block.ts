import type { Token } from 'markdown-it';
import { defineComponent, h, type PropType, type VNodeChild } from 'vue';
import CodeBlock from './code-block.vue';
import MathFormula from './math-formula.vue';
import { type MarkdownBlock, safeAddress } from './parse-markdown.ts';

/** One block of an answer. Everything is made of vnodes: what a model writes is never taken as HTML, and nothing is fetched for it. */
export default defineComponent({
  name: 'markdown-block',
  props: { block: { type: Object as PropType<MarkdownBlock>, required: true }, growing: Boolean },
  setup: (props) => () => draw(props.block.tokens, props.growing),
});

/** Tags that markdown-it opens; anything else is shown without one. */
const TAGS = new Set('p h1 h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td strong em s'.split(' '));

function draw(tokens: readonly Token[], growing: boolean): VNodeChild[] {
  let at = 0;
  const children = (end: string | undefined): VNodeChild[] => {
    const drawn: VNodeChild[] = [];
    while (at < tokens.length) {
      const token = tokens[at++];
      if (token === undefined || token.type === end) break;
      if (token.nesting > 0) {
        const inside = children(token.type.replace(/_open$/u, '_close'));
        drawn.push(element(token, inside));
      } else {
        drawn.push(leaf(token, growing));
      }
    }
    return drawn;
  };
  return children(undefined);
}

function element(token: Token, inside: VNodeChild[]): VNodeChild {
  // A tight list has paragraphs that are none.
  if (token.hidden) return inside;
  if (token.tag === 'a') return link(attribute(token, 'href'), inside);
  if (!TAGS.has(token.tag)) return inside;
  if (token.tag === 'table') return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Table' }, [h('table', inside)]);
  // The chat has headings of its own above those of an answer.
  if (/^h[1-6]$/u.test(token.tag)) return h(`h${Math.min(6, Number(token.tag[1]) + 2)}`, { class: `heading ${token.tag}` }, inside);
  const start = token.tag === 'ol' ? attribute(token, 'start') : null;
  const align = /^text-align:(left|right|center)$/u.exec(attribute(token, 'style') ?? '')?.[1];
  return h(token.tag, { ...(start !== null && { start }), ...(align !== undefined && { class: `align-${align}` }) }, inside);
}

function attribute(token: Token, name: string): string | null {
  const value = token.attrGet(name);
  return value === null ? null : String(value);
}

function link(href: string | null, inside: VNodeChild[]): VNodeChild {
  const address = safeAddress(href);
  // What leads nowhere safe is shown as what it says.
  if (address === undefined) return inside;
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer', title: address }, inside);
}

function leaf(token: Token, growing: boolean): VNodeChild {
  switch (token.type) {
    case 'inline':
      return draw(token.children ?? [], growing);
    case 'text':
      return token.content;
    case 'softbreak':
      return ' ';
    case 'hardbreak':
      return h('br');
    case 'hr':
      return h('hr');
    case 'code_inline':
      return h('code', token.content);
    case 'fence':
      return h(CodeBlock, { code: token.content, language: token.info.trim().split(/\s+/u)[0] ?? '', growing });
    case 'code_block':
      return h(CodeBlock, { code: token.content, language: '', growing });
    case 'math_inline':
      return h(MathFormula, { source: token.content, display: false });
    case 'math_block':
      return h(MathFormula, { source: token.content, display: true });
    case 'image': {
      // A picture from elsewhere would tell its server that this was read.
      const words = token.content === '' ? 'Picture' : token.content;
      return link(attribute(token, 'src'), [`Picture: ${words}`]);
    }
    default:
      return token.content;
  }
}
