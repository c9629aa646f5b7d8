/** Enough of a GGUF writer to make files that are right, and files that are wrong, for tests. */
const TYPE = { uint32: 4, float32: 6, boolean: 7, text: 8, list: 9, uint64: 10 } as const;

export type Field =
  | { key: string; uint32: number }
  | { key: string; float32: number }
  | { key: string; boolean: boolean }
  | { key: string; text: string }
  | { key: string; uint64: bigint }
  | { key: string; texts: readonly string[] }
  | { key: string; numbers: readonly number[] };

export interface TensorPlan {
  name: string;
  dimensions: readonly number[];
  /** ggml's number */
  type: number;
  bytes: number;
}

export const uint32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

export const uint64 = (value: number | bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
};

export const text = (value: string): Uint8Array => {
  const bytes = new TextEncoder().encode(value);
  return joined([uint64(bytes.length), bytes]);
};

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function field(each: Field): Uint8Array {
  const key = text(each.key);
  if ('uint32' in each) return joined([key, uint32(TYPE.uint32), uint32(each.uint32)]);
  if ('boolean' in each) return joined([key, uint32(TYPE.boolean), new Uint8Array([each.boolean ? 1 : 0])]);
  if ('text' in each) return joined([key, uint32(TYPE.text), text(each.text)]);
  if ('uint64' in each) return joined([key, uint32(TYPE.uint64), uint64(each.uint64)]);
  if ('texts' in each) return joined([key, uint32(TYPE.list), uint32(TYPE.text), uint64(each.texts.length), ...each.texts.map(text)]);
  if ('numbers' in each)
    return joined([key, uint32(TYPE.list), uint32(TYPE.uint32), uint64(each.numbers.length), ...each.numbers.map(uint32)]);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, each.float32, true);
  return joined([key, uint32(TYPE.float32), bytes]);
}

export interface GgufPlan {
  version?: number;
  fields: readonly Field[];
  tensors?: readonly TensorPlan[];
  /** Said in the header instead of the true one. */
  fieldCount?: number | bigint;
  tensorCount?: number | bigint;
}

const ALIGNMENT = 32;
const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

export function ggufBytes({ version = 3, fields, tensors = [], fieldCount, tensorCount }: GgufPlan): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const infos = tensors.map((each) => {
    const at = offset;
    offset += padded(each.bytes);
    return joined([text(each.name), uint32(each.dimensions.length), ...each.dimensions.map(uint64), uint32(each.type), uint64(at)]);
  });
  const head = joined([
    new TextEncoder().encode('GGUF'),
    uint32(version),
    uint64(tensorCount ?? tensors.length),
    uint64(fieldCount ?? fields.length),
    ...fields.map(field),
    ...infos,
  ]);
  return joined([head, new Uint8Array(padded(head.length) - head.length + offset)]);
}

/** A llama of two layers; `more` replaces or adds values. */
export function tinyLlama(more: readonly Field[] = []): GgufPlan {
  const fields: Field[] = [
    { key: 'general.architecture', text: 'llama' },
    { key: 'general.name', text: 'tiny' },
    { key: 'general.file_type', uint32: 1 },
    { key: 'llama.context_length', uint32: 2048 },
    { key: 'llama.embedding_length', uint32: 64 },
    { key: 'llama.block_count', uint32: 2 },
    { key: 'llama.attention.head_count', uint32: 4 },
    { key: 'llama.attention.head_count_kv', uint32: 2 },
    { key: 'tokenizer.ggml.model', text: 'llama' },
    { key: 'tokenizer.ggml.tokens', texts: ['<unk>', '<s>', '</s>', 'a'] },
    { key: 'tokenizer.chat_template', text: '{% for m in messages %}{{ m.content }}{% endfor %}{% if tools %}{{ tools }}{% endif %}' },
  ];
  const keys = new Set(more.map((each) => each.key));
  return {
    fields: [...fields.filter((each) => !keys.has(each.key)), ...more],
    tensors: [
      { name: 'token_embd.weight', dimensions: [64, 4], type: 1, bytes: 512 },
      { name: 'blk.0.attn_q.weight', dimensions: [64, 64], type: 8, bytes: 4352 },
      { name: 'output_norm.weight', dimensions: [64], type: 0, bytes: 256 },
    ],
  };
}
