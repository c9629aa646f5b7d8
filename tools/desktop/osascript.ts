import type { Command } from './ask-program.ts';

/** An AppleScript whose values come as arguments: `item 1 of argv` and so on. Behind `--` none of them is an option. */
export const appleScript = (lines: readonly string[], ...values: string[]): Command => [
  '/usr/bin/osascript',
  ...['on run argv', ...lines, 'end run'].flatMap((line) => ['-e', line]),
  '--',
  ...values,
];

/** The same in JavaScript: `script` is the body of `run(argv)`. */
export const javaScript = (script: string, ...values: string[]): Command => [
  '/usr/bin/osascript',
  '-l',
  'JavaScript',
  '-e',
  `function run(argv) { ${script} }`,
  '--',
  ...values,
];
