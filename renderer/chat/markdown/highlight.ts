import { createHighlighterCore, type HighlighterCore, type LanguageInput } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

/** A piece of a line and the kind of thing it is, for a class name; empty: nothing special. */
export interface CodePiece {
  text: string;
  kind: string;
}

/** The few that people ask about; each comes by itself when it is first seen. */
const LANGUAGES = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  docker: () => import('shiki/langs/docker.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  ini: () => import('shiki/langs/ini.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  lua: () => import('shiki/langs/lua.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  powershell: () => import('shiki/langs/powershell.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
} as const satisfies Record<string, LanguageInput>;
type Language = keyof typeof LANGUAGES;

const OTHER_NAMES: Readonly<Record<string, Language>> = {
  sh: 'bash',
  shell: 'bash',
  shellscript: 'bash',
  zsh: 'bash',
  console: 'bash',
  h: 'c',
  'c++': 'c',
  cpp: 'c',
  cs: 'csharp',
  'c#': 'csharp',
  scss: 'css',
  patch: 'diff',
  dockerfile: 'docker',
  golang: 'go',
  vue: 'html',
  svg: 'xml',
  conf: 'ini',
  properties: 'ini',
  env: 'ini',
  js: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  json5: 'json',
  jsonc: 'json',
  kt: 'kotlin',
  md: 'markdown',
  ps1: 'powershell',
  py: 'python',
  python3: 'python',
  rs: 'rust',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
};

const isLanguage = (name: string): name is Language => Object.hasOwn(LANGUAGES, name);

/** The theme's colours stand for kinds of things; `code-block.vue` gives those their colours, dark and light. */
const KINDS = 'kinds';
const scopes: [kind: string, scope: string[]][] = [
  ['comment', ['comment', 'punctuation.definition.comment']],
  ['string', ['string', 'markup.inline.raw', 'constant.other.symbol', 'string punctuation.definition.string']],
  ['number', ['constant.numeric', 'constant.language', 'constant.character', 'keyword.other.unit', 'support.constant']],
  ['keyword', ['keyword', 'storage', 'keyword.control', 'variable.language', 'markup.heading', 'entity.name.section']],
  ['function', ['entity.name.function', 'support.function', 'meta.function-call.generic', 'entity.other.attribute-name']],
  [
    'type',
    ['entity.name.type', 'support.type', 'support.class', 'entity.name.tag', 'entity.other.inherited-class', 'support.type.property-name'],
  ],
  ['inserted', ['markup.inserted']],
  ['deleted', ['markup.deleted']],
];
/** Colours must look like colours; these are never shown. */
const colourOf = (index: number): string => `#0000${(index + 1).toString(16).padStart(2, '0')}`;

let highlighter: Promise<HighlighterCore> | undefined;

function open(): Promise<HighlighterCore> {
  highlighter ??= createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    langs: [],
    themes: [
      {
        name: KINDS,
        type: 'dark',
        colors: { 'editor.foreground': '#000000', 'editor.background': '#ffffff' },
        settings: scopes.map(([, scope], index) => ({ scope, settings: { foreground: colourOf(index) } })),
      },
    ],
  });
  return highlighter;
}

/** Lines of code in pieces; undefined where the language is not known. Rejects where its grammar cannot be fetched. */
export async function highlight(code: string, language: string): Promise<CodePiece[][] | undefined> {
  const asked = language.toLowerCase();
  const name = isLanguage(asked) ? asked : OTHER_NAMES[asked];
  if (name === undefined) return undefined;
  const opened = await open();
  await opened.loadLanguage(LANGUAGES[name]);
  const kinds = new Map(scopes.map(([kind], index) => [colourOf(index), kind]));
  // A line of a minified file would hold the page up.
  const lines = opened.codeToTokensBase(code, { lang: name, theme: KINDS, tokenizeMaxLineLength: 2000, tokenizeTimeLimit: 200 });
  return lines.map((line) => line.map(({ content, color = '' }) => ({ text: content, kind: kinds.get(color.toLowerCase()) ?? '' })));
}
