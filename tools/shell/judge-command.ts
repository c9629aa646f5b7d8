import { forEachChild, parse, type Redirection, type SyntaxNode, type Word } from 'unbash';
import { classOf, type Effect, worse } from './command-class.ts';
import { shellMagic } from './shell-magic.ts';

/** One program of a command line. */
export interface CommandPart {
  text: string;
  effect: Effect;
  because?: string;
  network?: boolean;
}

export interface CommandJudgement {
  effect: Effect;
  parts: CommandPart[];
  /** Why it is not run at all, in words; absent where every part is understood. */
  refusal?: string;
}

const LONGEST = 4000;

/** Kinds of grammar that are understood; every other kind is refused, also kinds that a later parser may bring. */
const UNDERSTOOD: ReadonlySet<string> = new Set(
  'Script Statement Pipeline AndOr Command Word Literal SingleQuoted DoubleQuoted Glob Redirect FileDescriptor'.split(' '),
);

const REFUSED: Record<string, string | undefined> = {
  CommandExpansion: 'a command within a command',
  ProcessSubstitution: 'a command in place of a file',
  ParameterExpansion: 'a variable',
  SimpleExpansion: 'a variable',
  ArithmeticExpansion: 'arithmetic',
  ArithmeticCommand: 'arithmetic',
  Assignment: 'a variable being set',
  HereDoc: 'text that follows',
  HereString: 'text that is fed in',
  Function: 'a function',
  Subshell: 'a shell within the shell',
  BraceGroup: 'a group of commands',
  For: 'a loop',
  ArithmeticFor: 'a loop',
  While: 'a loop',
  Select: 'a loop',
  If: 'a condition',
  Case: 'a condition',
  TestCommand: 'a condition',
  Coproc: 'a process in the background',
  BraceExpansion: 'braces that make several words',
  ExtendedGlob: 'an extended pattern',
  AnsiCQuoted: 'a quoted code',
  LocaleString: 'a translated text',
  Negation: 'a negation',
  Time: 'a measurement',
  FileDescriptorVariable: 'a variable',
};

/**
 * What a command line would do, part by part; the worst part decides. Only plain commands joined by pipes, `&&`, `||` and `;` are understood: whatever else the
 * grammar has is refused, since what it comes to is not seen before it runs.
 */
export function judgeCommand(text: string): CommandJudgement {
  const refuse = (refusal: string, parts: CommandPart[] = []): CommandJudgement => ({ effect: 'unknown', parts, refusal });
  if (text.trim() === '') return refuse('There is no command.');
  if (text.length > LONGEST) return refuse('That command is too long.');
  if (/[^\P{C}\n\t]/u.test(text)) return refuse('There are hidden signs in it.');
  const magic = shellMagic(text);
  if (magic !== undefined) return refuse(`It has ${magic} in it, so I cannot tell what it would do.`);
  const script = parse(text);
  const trouble = firstTrouble(script, text);
  if (trouble !== undefined) return refuse(trouble);
  const parts: CommandPart[] = [];
  collect(script, text, parts);
  if (parts.length === 0) return refuse('There is no command.');
  const effect = parts.map((part) => part.effect).reduce(worse);
  const unknown = parts.find((part) => part.effect === 'unknown');
  return {
    effect,
    parts,
    ...(unknown === undefined ? {} : { refusal: `I do not know what it would do: ${unknown.because ?? unknown.text}.` }),
  };
}

function firstTrouble(node: SyntaxNode, text: string): string | undefined {
  if (node.type === 'Script' && (node.errors?.length ?? 0) > 0) return 'I cannot read that as a command.';
  if (!UNDERSTOOD.has(node.type))
    return `It has ${REFUSED[node.type] ?? 'something in it that I do not know'}, so I cannot tell what it would do.`;
  if (node.type === 'Statement' && node.background === true) return 'It would go on in the background, where nothing ends it.';
  if (node.type === 'Command') {
    // What is not a plain word could turn into any program.
    if (node.name === undefined || !isPlain(node.name)) return 'The program is not named plainly, so I cannot tell what it would run.';
    for (const argument of node.args) {
      if (argument.type !== 'Word') return 'It has a variable being set, so I cannot tell what it would do.';
      // A file may be called like an option.
      if (!isPlain(argument) && /^[-*?[]/u.test(argument.text)) return 'It has a pattern that may become an option; write ./ before it.';
    }
  }
  if (node.type === 'Redirect' && (node.target === undefined || !isPlain(node.target)))
    return 'It writes somewhere that is not named plainly.';
  let trouble: string | undefined;
  forEachChild(node, (child) => {
    trouble ??= firstTrouble(child, text);
  });
  return trouble;
}

const isPlain = ({ parts, text }: Word): boolean =>
  (parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((inner) => inner.type === 'Literal')),
  ) && !(parts === undefined && /[*?[\]{}~$`\\]/u.test(text));

function collect(node: SyntaxNode, text: string, parts: CommandPart[]): void {
  if (node.type === 'Command') {
    const args = node.args.map((argument) => (argument.type === 'Word' ? argument.value : ''));
    const own = classOf(node.name?.value ?? '', args);
    const written = node.redirects.map(redirectEffect).reduce(worse, 'read-only');
    const effect = worse(own.effect, written);
    const because = own.effect === effect ? own.because : written === 'destructive' ? 'it overwrites a file' : 'it writes a file';
    parts.push({
      text: text.slice(node.pos, node.end),
      effect,
      ...(because === undefined ? {} : { because }),
      ...(own.network === true ? { network: true } : {}),
    });
    return;
  }
  forEachChild(node, (child) => collect(child, text, parts));
}

function redirectEffect(redirect: Redirection): Effect {
  if (redirect.type !== 'Redirect') return 'unknown';
  const { operator } = redirect;
  const target = redirect.target?.value ?? '';
  switch (operator) {
    case '<':
      // The shell itself opens connections at these.
      return /^\/dev\/(?:tcp|udp)\//u.test(target) ? 'network' : 'read-only';
    case '>&':
    case '<&':
      return /^(?:\d+|-)$/u.test(target) ? 'read-only' : 'destructive';
    case '>>':
    case '&>>':
      return writeEffect(target, 'writes');
    case '>':
    case '>|':
    case '&>':
    case '<>':
      return writeEffect(target, 'destructive');
    default:
      return operator satisfies never;
  }
}

function writeEffect(target: string, effect: Effect): Effect {
  if (target === '/dev/null') return 'read-only';
  if (/^\/dev\/(?:tcp|udp)\//u.test(target)) return 'network';
  return target.startsWith('/dev/') || target.startsWith('/proc/') || target.startsWith('/sys/') ? 'privilege' : effect;
}

const DOES: Record<Effect, string> = {
  'read-only': 'only looks',
  writes: 'writes files',
  network: 'uses the network',
  destructive: 'may delete or overwrite',
  privilege: 'takes rights over this computer',
  unknown: 'does I do not know what',
};

/** "Run: ls | wc -l (only looks)"; for several parts, what each does. */
export function commandWords(text: string, { parts, effect, refusal }: CommandJudgement): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const shown = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  if (refusal !== undefined && parts.length === 0) return `Run: ${shown} (${refusal})`;
  if (parts.length < 2) return `Run: ${shown} (${DOES[effect]})`;
  const each = parts.slice(0, 6).map((part) => `${part.text.split(/\s/u)[0]} ${DOES[part.effect]}`);
  return `Run: ${shown} (${DOES[effect]}: ${[...new Set(each)].join(', ')})`;
}
