import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import { collect } from './options.ts';
import { CommandError, outputClosed, printJson } from './output.ts';

interface MatchOptions {
  home: string;
  phrasebook: string[];
  builtIn: boolean;
  sentences?: string;
  room?: string;
}

export function addMatch(program: Command): Command {
  return program
    .command('match [TEXT...]')
    .description('Show what sentences mean, without doing anything. One JSON object per sentence.')
    .option('--home <demo|FILE>', 'the home whose names are known', 'demo')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--sentences <FILE|->', 'one sentence per line; - reads stdin (the default without TEXT)')
    .option('--room <AREA>', 'the room the sentence is said in')
    .option('--json', 'accepted for symmetry; the output is always JSON')
    .action(async (words: string[], options: MatchOptions) => {
      const [{ homeOf }, { loadPhrasebook }, { compilePhrasebook }] = await Promise.all([
        import('./home-of.ts'),
        import('../../assistant/phrasebook/load-phrasebook.ts'),
        import('../../assistant/phrasebook/compile-phrasebook.ts'),
      ]);
      const home = await homeOf(options.home, options.room);
      const loaded = await loadPhrasebook({ folders: options.phrasebook, builtIn: options.builtIn });
      const phrasebook = compilePhrasebook(loaded, home.snapshot);
      for await (const sentence of sentencesOf(words, options)) {
        if (outputClosed.aborted) break;
        matchOne(sentence, phrasebook, home.room);
      }
    });
}

async function* sentencesOf(words: string[], options: MatchOptions): AsyncGenerator<string> {
  if (words.length > 0) yield words.join(' ');
  if (words.length > 0 && options.sentences === undefined) return;
  if (options.sentences !== undefined && options.sentences !== '-') {
    let text: string;
    try {
      text = await readFile(options.sentences, 'utf8');
    } catch (error) {
      throw new CommandError(`${options.sentences} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    yield* text.split(/\r?\n/u).filter((line) => line.trim() !== '');
    return;
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield line;
  }
}

function matchOne(text: string, phrasebook: Phrasebook, room: string | undefined): void {
  const before = performance.now();
  const understanding = phrasebook.understand(text, room === undefined ? {} : { room });
  const ms = Math.round((performance.now() - before) * 1000) / 1000;
  switch (understanding.type) {
    case 'matched': {
      const [first, ...others] = understanding.matches;
      // A sentence of several commands: the first stands where one is expected, `commands` has them all in order.
      printJson({ text, ...first, ms, ...(others.length > 0 ? { commands: understanding.matches } : {}) });
      return;
    }
    case 'ambiguous':
      printJson({
        text,
        intent: null,
        ask: { intent: understanding.match.intent, slots: understanding.match.slots, which: understanding.which },
        ms,
      });
      return;
    case 'none': {
      const { reason, detail, nearest } = understanding;
      printJson({
        text,
        intent: null,
        reason,
        ...(detail === undefined ? {} : { detail }),
        ...(nearest === undefined ? {} : { nearest }),
        ms,
      });
    }
  }
}
