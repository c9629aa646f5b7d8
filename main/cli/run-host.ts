import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Approval } from '../../contract/tool.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { codeIn } from '../../tools/approval-code.ts';
import type { Host } from '../host/host.ts';
import { openLog } from '../host/log.ts';
import { readSettings } from '../host/settings-file.ts';
import { startHost } from '../host/start-host.ts';
import { homeSettingsOf } from './home-of.ts';
import { complain, outputClosed } from './output.ts';
import { isTerminal } from './terminal.ts';

export interface CommandHostOptions {
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  voice: boolean;
  verbose?: boolean;
  /** Whoever uses it asks for approvals, and takes Ctrl-C, himself. */
  interactive?: boolean;
}

/** A host for the length of one command: same core, no page, approvals asked in the terminal. */
export async function withHost<T>(options: CommandHostOptions, use: (host: Host, signal: AbortSignal) => Promise<T>): Promise<T> {
  const dataFolder = await openDataFolder();
  const settings = await readSettings(dataFolder);
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort(new Error('interrupted'));
  if (options.interactive !== true) process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  outputClosed.addEventListener('abort', interrupt);
  const host = await startHost({
    dataFolder,
    runId: randomUUID(),
    settings: {
      ...settings,
      ...(options.home === undefined ? {} : { home: [homeSettingsOf(options.home)] }),
      phrasebooks: [...settings.phrasebooks, ...options.phrasebook],
    },
    builtInPhrasebook: options.builtIn,
    log: openLog({ level: options.verbose === true ? 'debug' : 'warn' }),
    voice: options.voice,
    gateway: undefined,
  });
  try {
    const asking = options.interactive === true ? undefined : answerApprovals(host, stopping.signal);
    const result = await use(host, stopping.signal);
    stopping.abort(new Error('done'));
    await asking;
    return result;
  } finally {
    stopping.abort(new Error('done'));
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    outputClosed.removeEventListener('abort', interrupt);
    await host.stop();
  }
}

/** Asks in the terminal; where nobody sits at one, the answer is no, at once and said so. */
async function answerApprovals(host: Host, signal: AbortSignal): Promise<void> {
  for await (const change of host.approvals.changes(signal)) {
    if (change.type !== 'asked') continue;
    const { id: approvalId, sentence } = change.approval;
    if (isTerminal()) host.approvals.give({ approvalId, by: 'cli', ...(await askInTerminal(change.approval, signal)) });
    else {
      complain(`${sentence}? Nobody is here to approve it, so the answer is no.`);
      host.approvals.nobody(approvalId);
    }
  }
}

export interface TerminalAnswer {
  approved: boolean;
  /** Where a yes alone is not enough. */
  code?: string;
}

/** Of whoever sits at the terminal: yes, or the code that is shown. */
export async function askInTerminal({ sentence, code }: Approval, signal: AbortSignal): Promise<TerminalAnswer> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = code === undefined ? `${sentence}? (y/N) ` : `${sentence}? Type "${code}" to approve it: `;
    const answer = (await terminal.question(question, { signal })).trim();
    // A wrong code is a no: whoever sits here has the right one on the screen.
    return code === undefined ? { approved: /^y(es)?$/iu.test(answer) } : { approved: codeIn(answer) === code, code: answer };
  } finally {
    terminal.close();
  }
}
