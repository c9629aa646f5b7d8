import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** What a module can do to the world by itself. */
export type EffectKind = 'programs' | 'files' | 'sockets' | 'unknown';

export interface EffectImport {
  /** From the root, with `/`. */
  path: string;
  line: number;
  kind: EffectKind;
  /** `writeFile of node:fs/promises` */
  what: string;
}

/** Reading is no effect; everything else of `node:fs` is. */
const READS =
  /^(read.*|access(Sync)?|stat(Sync)?|lstat(Sync)?|fstat(Sync)?|exists(Sync)?|realpath(Sync)?|opendir(Sync)?|constants|watch|watchFile|createReadStream|glob(Sync)?|statfs(Sync)?|FSWatcher|Dirent|Stats)$/u;

const MODULES: readonly { name: RegExp; kind: EffectKind; harmless?: RegExp }[] = [
  { name: /^(node:)?child_process$/u, kind: 'programs' },
  { name: /^(node:)?(cluster|worker_threads)$/u, kind: 'programs', harmless: /^(parentPort|workerData|isMainThread)$/u },
  { name: /^(node:)?fs(\/promises)?$/u, kind: 'files', harmless: READS },
  { name: /^(node:)?(net|tls|dgram|http|https|http2)$/u, kind: 'sockets', harmless: /^(isIP|isIPv4|isIPv6|BlockList|STATUS_CODES)$/u },
  { name: /^(mqtt|ws|undici|aedes|fastify|home-assistant-js-websocket|systeminformation|@modelcontextprotocol\/.*)$/u, kind: 'sockets' },
  // Whatever is loaded by it, nobody sees.
  { name: /^(node:)?module$/u, kind: 'unknown' },
  { name: /^(node:)?vm$/u, kind: 'unknown' },
];

/** Reach the network, or end a program, without any import. */
const GLOBALS: Readonly<Record<string, EffectKind>> = { fetch: 'sockets', WebSocket: 'sockets', EventSource: 'sockets' };

/** Every way to an effect that a file opens for itself: imports, later imports, and globals. Types are none. */
export function effectImportsOf(path: string, text: string): EffectImport[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, /\.m?js$/u.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS);
  const found: EffectImport[] = [];
  const add = (node: ts.Node, kind: EffectKind, what: string): void => {
    found.push({ path, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, kind, what });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) staticImport(node, add);
    else if (ts.isCallExpression(node)) calledImport(node, add);
    else if (ts.isIdentifier(node)) globalUse(node, add);
    else if (ts.isPropertyAccessExpression(node)) processUse(node, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Add = (node: ts.Node, kind: EffectKind, what: string) => void;

function staticImport(node: ts.ImportDeclaration | ts.ExportDeclaration, add: Add): void {
  const { moduleSpecifier } = node;
  if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return;
  const rule = MODULES.find(({ name }) => name.test(moduleSpecifier.text));
  if (rule === undefined) return;
  const names = ts.isImportDeclaration(node) ? importedNames(node) : ['*'];
  for (const name of names) {
    if (rule.harmless?.test(name) !== true) add(node, rule.kind, `${name} of ${moduleSpecifier.text}`);
  }
}

/** Values alone; `*` for what cannot be told. */
function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  if (importClause === undefined) return ['*'];
  if (importClause.isTypeOnly) return [];
  const { namedBindings } = importClause;
  const whole = importClause.name !== undefined || (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) ? ['*'] : [];
  const named = namedBindings !== undefined && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return [...whole, ...named.flatMap((element) => (element.isTypeOnly ? [] : [(element.propertyName ?? element.name).text]))];
}

function calledImport(node: ts.CallExpression, add: Add): void {
  const isLoading =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require') ||
    (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'getBuiltinModule');
  if (!isLoading) return;
  const [name] = node.arguments;
  if (name === undefined || !ts.isStringLiteralLike(name)) {
    add(node, 'unknown', 'something that is named at run time');
    return;
  }
  const rule = MODULES.find((each) => each.name.test(name.text));
  if (rule !== undefined) add(node, rule.kind, `* of ${name.text}`);
}

/** The name alone, so that a copy of it, or a handing on, counts too. What is only called so (a member, a type) does not. */
function globalUse(node: ts.Identifier, add: Add): void {
  const kind = Object.hasOwn(GLOBALS, node.text) ? GLOBALS[node.text] : undefined;
  if (kind === undefined) return;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node && parent.expression.getText() !== 'globalThis') return;
  if (ts.isTypeNode(parent) || ts.isTypeQueryNode(parent) || ts.isImportSpecifier(parent)) return;
  const isName = 'name' in parent && parent.name === node && !ts.isPropertyAccessExpression(parent);
  if (isName) return;
  add(node, kind, node.text);
}

function processUse(node: ts.PropertyAccessExpression, add: Add): void {
  const whole = node.getText();
  if (whole === 'process.kill') add(node, 'programs', whole);
  if (whole === 'process.binding' || whole === 'process.dlopen') add(node, 'unknown', whole);
}

/** The modules of ours that a file imports for their values, from the root. */
export function ownImportsOf(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const take = (specifier: ts.Expression | undefined): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier) && specifier.text.startsWith('.'))
      found.push(join(dirname(path), specifier.text).replaceAll('\\', '/'));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && importedNames(node).length > 0) take(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && !node.isTypeOnly) take(node.moduleSpecifier);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) take(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function readSource(root: string, file: string): { path: string; text: string } {
  return { path: relative(root, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') };
}
