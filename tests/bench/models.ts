import { benchContext } from './mind-context.ts';
import { benchDownload } from './mind-download.ts';
import { benchEmbed } from './mind-embed.ts';
import { benchFirstToken } from './mind-first-token.ts';
import { benchLoad, benchSwap } from './mind-load.ts';
import { benchMemory } from './mind-memory.ts';
import { benchTokens } from './mind-tokens.ts';
import { benchTurn } from './mind-turn.ts';
import type { BenchPart } from './run-parts.ts';

/** The mind, measured, in the order the parts run. */
export const MODELS_PARTS: Readonly<Record<string, BenchPart>> = {
  tokens: benchTokens,
  'first-token': benchFirstToken,
  load: benchLoad,
  swap: benchSwap,
  memory: benchMemory,
  embed: benchEmbed,
  context: benchContext,
  turn: benchTurn,
  download: benchDownload,
};
