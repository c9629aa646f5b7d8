import type { Completeness, IntentMatch, Understanding } from '../contract/intent.ts';

/** Where and to what a sentence is said. */
export interface Hearing {
  /** Area id of the room that heard it: "the light" is the light of this room. */
  room?: string;
  /** What was understood last in this conversation, newest first: "now the bedroom", "turn it off again". */
  before?: readonly IntentMatch[];
}

/** Sentences compiled with the names of one home: matcher, speech grammar and help from the same templates. */
export interface Phrasebook {
  /** Never throws; p99 ≤ 1 ms at 200 names. */
  understand(text: string, hearing?: Hearing): Understanding;
  /** How finished is this partial text? Exact words only, no tolerance. */
  completeness(text: string): Completeness;
  /**
   * JSGF grammar of every sentence with the home's names, lower case words `[a-z0-9']+` only. `answers` may be said as well: plain words, or
   * pieces of JSGF of such, that answer a question JARVIS has just asked.
   */
  grammar(answers?: readonly string[]): string;
  /** Sentences that work in this home, a few for each intent. */
  help(): { intent: string; examples: string[] }[];
  /** What the entry behind a match says or calls itself; undefined where it leaves that to JARVIS. */
  entryOf(match: IntentMatch): { reply?: string[]; tool?: string } | undefined;
}

export interface PhrasebookSource {
  /** Folders of YAML files; the built-in English one is always first unless `builtIn` is false. */
  folders: string[];
  builtIn?: boolean;
}

/** Parsed and checked phrasebook files, before any home's names. */
export interface LoadedPhrasebook {
  readonly files: string[];
}
