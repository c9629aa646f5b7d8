import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError, complain } from './output.ts';
import { isTerminal } from './terminal.ts';

/** Far more than any token; a file given by mistake ends here. */
const LONGEST = 4_000;

/** The whole of stdin, without the line end. Throws `CommandError` when there is nothing in it. */
export async function secretFromStdin(what: string): Promise<string> {
  const secret = (await text(process.stdin)).trim();
  if (secret === '') throw new CommandError(`There is no ${what} on stdin.`);
  if (secret.length > LONGEST) throw new CommandError(`What came on stdin is too long for a ${what}.`);
  return secret;
}

/** Asks at the terminal, without echo. Undefined where nobody sits at one. */
export async function secretFromTerminal(question: string): Promise<string | undefined> {
  if (!isTerminal()) return undefined;
  process.stderr.write(question);
  // What is typed goes nowhere: readline writes its echo to the output it is given.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    complain('');
  }
}
