#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { readVersion } from '../host/version.ts';
import { addAsk } from './ask.ts';
import { addDoctor } from './doctor.ts';
import { addListen } from './listen.ts';
import { addMatch } from './match.ts';
import { CommandError, complain } from './output.ts';
import { addSay } from './say.ts';
import { addStart } from './start.ts';

const program = new Command('jarvis')
  .description('A private, voice-first assistant for your home and desktop.')
  .version(readVersion())
  .showHelpAfterError('(jarvis --help shows every command)')
  .exitOverride();

for (const add of [addListen, addAsk, addMatch, addSay, addDoctor, addStart]) {
  add(program).exitOverride();
}

/** A reader that goes away (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    complain(error instanceof CommandError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = error instanceof CommandError ? error.code : 1;
  }
}
