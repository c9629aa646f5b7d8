#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { readVersion } from '../host/version.ts';
import { addApprovals } from './approvals.ts';
import { addAsk } from './ask.ts';
import { addAudit } from './audit.ts';
import { addChat } from './chat.ts';
import { addDoctor } from './doctor.ts';
import { addHardware } from './hardware.ts';
import { addHome } from './home.ts';
import { addListen } from './listen.ts';
import { addMatch } from './match.ts';
import { addMcp } from './mcp.ts';
import { addMind } from './mind.ts';
import { addModels } from './models.ts';
import { CommandError, complain } from './output.ts';
import { addPolicy } from './policy.ts';
import { addSay } from './say.ts';
import { addSecrets } from './secrets.ts';
import { addStart } from './start.ts';
import { addResume, addStop } from './stop.ts';
import { addTools } from './tools.ts';
import { addTrust } from './trust.ts';

// The files below hold options only and load the work itself when it is asked for: help and short commands need not wait for MQTT and the page.
const program = new Command('jarvis')
  .description('A private, voice-first assistant for your home and desktop.')
  .version(readVersion())
  .showHelpAfterError('(jarvis --help shows every command)')
  .exitOverride();

for (const add of [
  addListen,
  addAsk,
  addChat,
  addMatch,
  addSay,
  addHome,
  addMcp,
  addApprovals,
  addPolicy,
  addAudit,
  addStop,
  addResume,
  addSecrets,
  addTrust,
  addDoctor,
  addStart,
  addTools,
  addModels,
  addMind,
  addHardware,
]) {
  add(program).exitOverride();
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    const { errorText } = await import('./error-text.ts');
    const text = errorText(error);
    if (text !== '') complain(text);
    // Not by itself: a host that failed while it was starting may have parts that hold the process.
    process.exit(error instanceof CommandError ? error.code : 1);
  }
}
