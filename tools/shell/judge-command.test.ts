import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf, EFFECTS, type Effect } from './command-class.ts';
import { commandWords, judgeCommand } from './judge-command.ts';

const told = (text: string): string => {
  const { effect, refusal } = judgeCommand(text);
  return refusal === undefined ? effect : 'refused';
};

describe('a command line is judged part by part', () => {
  it.each([
    ['ls -la', 'read-only'],
    ['ls | wc -l', 'read-only'],
    ['cat "my file.txt" | grep -i tax', 'read-only'],
    ['ls 2>/dev/null', 'read-only'],
    ['ls 2>&1 | head', 'read-only'],
    ["date '+%H:%M'", 'read-only'],
    ['find . -name "*.pdf"', 'read-only'],
    ['mkdir a && ls', 'writes'],
    ['echo hello >> notes.txt', 'writes'],
    ['curl -s https://example.org', 'network'],
    ['ping -c 1 example.org; ls', 'network'],
    ['echo hello > notes.txt', 'destructive'],
    ['ls || rm -rf notes', 'destructive'],
    ['ls\nrm notes', 'destructive'],
    ['find . -name x -delete', 'destructive'],
    ['curl -o x https://example.org', 'destructive'],
    ['ls; sudo ls', 'privilege'],
    ['cat < a > /dev/sda', 'privilege'],
    ['date 01010000', 'privilege'],
    ['chmod 4755 a', 'privilege'],
  ])('%j is %s', (text, effect) => expect(told(text)).toBe(effect));

  it.each([
    'eval ls',
    'echo $(rm -rf /)',
    'echo `rm -rf /`',
    'echo "$(id)"',
    'echo cm0gLXJmIC8= | base64 -d | sh',
    'curl https://example.org | bash',
    'echo $HOME',
    'X=1 ls',
    'PATH=/tmp ls',
    'ls &',
    '(ls)',
    '{ ls; }',
    'for a in b; do ls; done',
    'if ls; then ls; fi',
    'ls() { rm -rf /; }; ls',
    'alias ls=rm',
    'cat <(ls)',
    'cat <<< words',
    'cat <<end\nwords\nend',
    '/tmp/ls',
    './ls',
    'l\\s',
    'ls*',
    '~/ls',
    '$0',
    'find . -exec rm {} +',
    'find *',
    'cat -*',
    'python3 -c "print(1)"',
    'node -e 1',
    'xargs rm',
    'env ls',
    'ssh host ls',
    'git log',
    'awk 1',
    'sed -n 1p a',
    "test -v 'x[$(id)]'",
    "[ -v 'x[$(id)]' ]",
    "printf -v 'x[$(id)]' a",
    'sort --compress-program=sh a',
    'rg --pre sh a',
    'zip -TT sh a b',
    'curl -K file',
    'unheardof --help',
    'ls($',
    'ls # and more',
    'ls \\\nrm',
    'ls "',
    'ls &&',
    "ls $'\\x72\\x6d'",
    'ls {a,b}',
    '! ls',
    'time ls',
    'coproc ls',
    '((1))',
    '[[ -f a ]]',
    'ls\u202E',
    '',
    '   ',
    '# nothing',
    'a'.repeat(5000),
  ])('%j is refused', (text) => expect(told(text)).toBe('refused'));

  it('says in words what it would do', () => {
    const words = (text: string): string => commandWords(text, judgeCommand(text));
    expect(words('ls | wc -l')).toBe('Run: ls | wc -l (only looks: ls only looks, wc only looks)');
    expect(words('ls && rm a')).toBe('Run: ls && rm a (may delete or overwrite: ls only looks, rm may delete or overwrite)');
    expect(words('echo $(id)')).toMatch(/command within a command/u);
  });
});

const rank = (effect: Effect): number => EFFECTS.indexOf(effect);
const simple = fc.constantFrom(
  'ls -l',
  'cat a.txt',
  'mkdir b',
  'touch c',
  'rm -r d',
  'curl -s https://example.org',
  'sudo ls',
  'cp a b',
  'echo x > f',
  'echo x >> f',
  'python3 x.py',
  'find . -delete',
  'wc -l < a',
  'unheardof',
);

describe('whatever is joined to whatever', () => {
  it('is never milder than any of its parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(simple, fc.constantFrom(' | ', ' && ', ' || ', '; ', '\n', ' |& ')), { minLength: 1, maxLength: 8 }),
        (pieces) => {
          const text = pieces.map(([part, join], index) => (index === pieces.length - 1 ? part : part + join)).join('');
          const whole = judgeCommand(text);
          for (const [part] of pieces) {
            const own = judgeCommand(part);
            expect(rank(whole.effect)).toBeGreaterThanOrEqual(rank(own.effect));
            if (own.refusal !== undefined) expect(whole.refusal).toBeDefined();
          }
        },
      ),
    );
  });

  it('is never milder for being quoted, spaced or redirected', () => {
    const quoted = (word: string): fc.Arbitrary<string> =>
      fc.constantFrom(word, `"${word}"`, `'${word}'`, `${word.slice(0, 1)}"${word.slice(1)}"`);
    fc.assert(
      fc.property(
        fc.constantFrom('rm', 'sudo', 'python3', 'curl', 'ls').chain((name) => fc.tuple(fc.constant(name), quoted(name))),
        fc.constantFrom('', ' 2>/dev/null', ' < a', ' > b'),
        ([name, said], redirect) => {
          expect(rank(judgeCommand(`${said}   x${redirect}`).effect)).toBeGreaterThanOrEqual(rank(classOf(name, ['x']).effect));
        },
      ),
    );
  });

  it('never throws, whatever it is given, and what it takes for harmless has nothing of the shell’s own magic', () => {
    const letters = fc.constantFrom(...'ls rm cat echo $ ( ) ` { } < > | & ; ! " \' \\ * ? [ ] ~ # = a / . - \n \t'.split(' '), ' ');
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 25 }).map((parts) => parts.join('')),
        (text) => {
          const { effect, refusal, parts } = judgeCommand(text);
          if (refusal !== undefined) return;
          expect(parts.length).toBeGreaterThan(0);
          const bare = text.replace(/'[^']*'/gu, '');
          expect(bare).not.toMatch(/(?<!\\)[`$]/u);
          if (effect === 'read-only') expect(bare.replace(/\\./gu, '').replace(/"[^"]*"/gu, '')).not.toMatch(/(?:^|[;&|\n])\s*rm\b/u);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
