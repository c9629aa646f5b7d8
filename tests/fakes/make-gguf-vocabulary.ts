import type { GgufValue } from './make-gguf-writer.ts';

/** llama.cpp's kinds of tokens. */
const KINDS = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

const MERGES = 'th he in er an re on at en nd ▁t ▁a ▁the ▁s ▁w ▁i the ing ▁th ou or es is it ar te se le'.split(' ');

/** The script of a scripted model starts after this token, which ends its generation prompt. */
export const START_TOKEN = '<|go|>';
export const END_TOKEN = '<|im_end|>';

/** A small SentencePiece vocabulary: every byte, printable ASCII, a few merges, the marks of a chat, and pieces that are one token each. */
export class ChatVocabulary {
  readonly #tokens: string[] = [];
  readonly #kinds: number[] = [];
  readonly #scores: number[] = [];
  readonly #ids = new Map<string, number>();

  constructor(pieces: readonly string[] = []) {
    this.#add('<unk>', KINDS.unknown, 0);
    this.#add('<s>', KINDS.control, 0);
    this.#add('</s>', KINDS.control, 0);
    for (let byte = 0; byte < 256; byte++) this.#add(byteToken(byte), KINDS.byte, 0);
    for (const mark of ['<|im_start|>', END_TOKEN, START_TOKEN, '<think>', '</think>']) this.#add(mark, KINDS.control, 0);
    this.#add('▁', KINDS.normal, -1000);
    for (let code = 0x21; code < 0x7f; code++) this.#add(String.fromCharCode(code), KINDS.normal, -1000 - code);
    for (const [index, merge] of MERGES.entries()) this.#add(merge, KINDS.normal, -1 - index);
    for (const piece of pieces) this.#add(piece, KINDS.userDefined, -500);
    while (this.#tokens.length % 32 !== 0) this.#add(`<pad${this.#tokens.length}>`, KINDS.unused, 0);
  }

  get size(): number {
    return this.#tokens.length;
  }

  /** Of a piece, a mark, or a byte; throws where there is none. */
  id(token: string | number): number {
    const name = typeof token === 'number' ? byteToken(token) : token;
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`the vocabulary has no token ${JSON.stringify(name)}`);
    return id;
  }

  header(template: string): Record<string, GgufValue> {
    return {
      'tokenizer.ggml.model': { type: 'string', value: 'llama' },
      'tokenizer.ggml.pre': { type: 'string', value: 'default' },
      'tokenizer.ggml.tokens': { type: 'strings', value: this.#tokens },
      'tokenizer.ggml.scores': { type: 'floats', value: this.#scores },
      'tokenizer.ggml.token_type': { type: 'integers', value: this.#kinds },
      'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 1 },
      'tokenizer.ggml.eos_token_id': { type: 'uint32', value: this.id(END_TOKEN) },
      'tokenizer.ggml.unknown_token_id': { type: 'uint32', value: 0 },
      'tokenizer.ggml.padding_token_id': { type: 'uint32', value: 0 },
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
      'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
      'tokenizer.ggml.add_space_prefix': { type: 'bool', value: false },
      'tokenizer.chat_template': { type: 'string', value: template },
    };
  }

  #add(token: string, kind: number, score: number): void {
    if (this.#ids.has(token)) return;
    this.#ids.set(token, this.#tokens.length);
    this.#tokens.push(token);
    this.#kinds.push(kind);
    this.#scores.push(score);
  }
}

/** ChatML; with `start` the assistant's part begins with that token instead of a line break. */
export function chatTemplate(start = '\\n'): string {
  return (
    `{% for m in messages %}{{'<|im_start|>' + m['role'] + ('${start}' if m['role'] == 'assistant' else '\\n') + m['content'] + '<|im_end|>' + '\\n'}}` +
    `{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant${start}' }}{% endif %}`
  );
}

/** ChatML that shows tools as JSON and takes calls between tags, several in one answer, as many published models do. */
export const TOOL_TEMPLATE = [
  "{% if tools %}{{ '<|im_start|>system\\n' }}{% if messages[0].role == 'system' %}{{ messages[0].content + '\\n\\n' }}{% endif %}",
  "{{ '# Tools\\n<tools>' }}{% for tool in tools %}{{ '\\n' + (tool | tojson) }}{% endfor %}",
  '{{ \'\\n</tools>\\nAnswer calls as <tool_call>\\n{"name": <name>, "arguments": <input>}\\n</tool_call><|im_end|>\\n\' }}',
  "{% elif messages[0].role == 'system' %}{{ '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{% endif %}",
  "{% for m in messages %}{% if m.role == 'user' or (m.role == 'system' and not loop.first) %}",
  "{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}",
  "{% elif m.role == 'assistant' %}{{ '<|im_start|>assistant\\n' }}{% if m.content %}{{ m.content }}{% endif %}{% if m.tool_calls %}",
  "{% for call in m.tool_calls %}{% if not loop.first or m.content %}{{ '\\n' }}{% endif %}",
  '{{ \'<tool_call>\\n{"name": "\' + call.function.name + \'", "arguments": \' }}',
  "{{ (call.function.arguments | tojson) + '}\\n</tool_call>' }}{% endfor %}{% endif %}{{ '<|im_end|>\\n' }}",
  "{% elif m.role == 'tool' %}{% if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{ '<|im_start|>user' }}{% endif %}",
  "{{ '\\n<tool_response>\\n' + m.content + '\\n</tool_response>' }}",
  "{% if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{ '<|im_end|>\\n' }}{% endif %}{% endif %}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
