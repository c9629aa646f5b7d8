import { LARGEST_ATTACHMENT } from '../../contract/chat-interface.ts';

/** What a model can read as text; by the end of the name, since browsers know few types. */
const ENDINGS = new Set(
  (
    'txt md markdown rst adoc tex org csv tsv json jsonl json5 ndjson yaml yml toml ini cfg conf env properties xml html htm svg css scss less ' +
    'js mjs cjs jsx ts mts cts tsx vue svelte py pyi ipynb rb php java kt kts scala groovy gradle go rs c h cc cpp cxx hpp cs fs swift m mm lua pl r jl dart ' +
    'ex exs erl hs ml clj sql graphql proto sh bash zsh fish ps1 bat cmd mk cmake dockerfile tf nix diff patch log out err srt vtt ics vcf eml'
  ).split(' '),
);
/** Files without an ending that are text all the same. */
const NAMES = new Set([
  'dockerfile',
  'makefile',
  'readme',
  'license',
  'changelog',
  'gemfile',
  'rakefile',
  'procfile',
  '.gitignore',
  '.editorconfig',
]);

export type ReadFile = { ok: true; name: string; mediaType: string; text: string } | { ok: false; reason: string };

/** Reads a dropped file as text. Refuses, in words, what a model could not read or what is too large. */
export async function readFile(file: Pick<File, 'name' | 'size' | 'type' | 'arrayBuffer'>): Promise<ReadFile> {
  const name = file.name.slice(-255) || 'file.txt';
  if (!isTextName(name, file.type)) return { ok: false, reason: `I cannot read ${name}: only text, tables, code and logs.` };
  // UTF-8 takes at most four bytes for what counts as one or two characters.
  if (file.size > LARGEST_ATTACHMENT * 4) return { ok: false, reason: tooLarge(name) };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    // A folder, or a file that is gone meanwhile: browsers say no more.
    return { ok: false, reason: `${name} could not be opened.` };
  }
  const text = decode(bytes);
  if (text === undefined) return { ok: false, reason: `${name} is no text.` };
  if (text.length > LARGEST_ATTACHMENT) return { ok: false, reason: tooLarge(name) };
  if (text.trim() === '') return { ok: false, reason: `${name} is empty.` };
  return { ok: true, name, mediaType: file.type.slice(0, 200) || 'text/plain', text };
}

function isTextName(name: string, type: string): boolean {
  const lower = name.toLowerCase();
  const dot = lower.lastIndexOf('.');
  if (NAMES.has(lower)) return true;
  if (dot >= 0 && ENDINGS.has(lower.slice(dot + 1))) return true;
  return type.startsWith('text/') || type === 'application/json';
}

const tooLarge = (name: string): string => `${name} is too large: at most ${LARGEST_ATTACHMENT / 1_000_000} million characters.`;

/** UTF-8, UTF-16 with its mark, or what old Windows programs write; undefined: bytes that are no text. */
function decode(bytes: ArrayBuffer): string | undefined {
  const head = new Uint8Array(bytes, 0, Math.min(bytes.byteLength, 2));
  const wide = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
  try {
    const text = new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    const text = new TextDecoder('windows-1252').decode(bytes);
    // Control characters are what programs and pictures are full of.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/u.test(text) ? undefined : text;
  }
}

/** "1.2 MB" */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
