import { z } from 'zod';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { spanOfAge } from './files-age.ts';
import { outputOf } from './records.ts';
import { shortfall } from './shortfall.ts';
import { answer, fail, type Plan, type Skill, type SkillView } from './skill.ts';
import { asSentence, capitalised, countedInWords, listed } from './wording.ts';

/** A person's own files, changed and found through the gate. */

const FoundSchema = z.object({
  files: z.array(z.object({ name: z.string(), folder: z.string(), type: z.string(), bytes: z.number(), modified: z.number() })),
  count: z.number(),
});
const DoneSchema = z.object({ done: z.array(z.object({ to: z.string() })) });
const ReadSchema = z.object({ name: z.string(), text: z.string(), truncated: z.boolean() });
const OpenedSchema = z.object({ name: z.string() });

/** Names that are spoken; further ones are counted. */
const MOST_SPOKEN = 3;
/** Characters of a file that are read aloud. */
const MOST_READ = 600;

const text = (match: IntentMatch, slot: string): string | undefined => {
  const value = match.slots[slot];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** The files a sentence speaks of, as the tools want them. */
function whichFiles(match: IntentMatch, view: SkillView): Record<string, unknown> {
  const { slots } = match;
  const folder = text(match, 'folder');
  const kind = text(match, 'kind');
  const named = text(match, 'named');
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(kind === undefined ? {} : { kind }),
    ...(named === undefined ? {} : { named }),
    ...spanOfAge(text(match, 'age'), view.now),
    ...(slots.newest === true ? { newest: true } : {}),
    ...(slots.one === true ? { one: true } : {}),
  };
}

/** Where none is said, kinds of files are looked for where most of them arrive. */
const withFolder = (which: Record<string, unknown>): Record<string, unknown> =>
  which.folder === undefined && which.named === undefined ? { ...which, folder: 'downloads' } : which;

/** A file's name as it is spoken: one line, not endless. */
const spoken = (name: string): string =>
  name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 60);

const nameAt = (path: string): string => spoken(path.split(/[\\/]/u).at(-1) ?? path);

function act(tool: string, input: unknown, say: (outcome: ToolOutcome) => string): Plan {
  return {
    type: 'act',
    calls: [{ tool, input }],
    say([result]) {
      const trouble = shortfall(result?.outcome, 'I have left the files alone.');
      return trouble ?? (result === undefined ? '' : say(result.outcome));
    },
  };
}

/** "a.pdf is in Documents.", "Three files are in Documents." */
function doneWords(outcome: ToolOutcome, where: string): string {
  const done = outputOf(outcome, DoneSchema)?.done ?? [];
  const extra = outcome.outcome === 'accepted' && outcome.reason !== undefined ? ` ${asSentence(outcome.reason)}` : '';
  const [only] = done;
  const what = done.length === 1 && only !== undefined ? nameAt(only.to) : countedInWords(done.length, 'file');
  return `${capitalised(`${what} ${done.length === 1 ? 'is' : 'are'} ${where}`)}.${extra}`;
}

/** "Documents", "the taxes folder". */
const PLACES: ReadonlySet<string> = new Set(['desktop', 'documents', 'downloads', 'music', 'pictures', 'videos']);
const placeWords = (folder: string): string =>
  folder === 'desktop' ? 'on the desktop' : PLACES.has(folder) ? `in ${capitalised(folder)}` : `in ${spoken(folder)}`;

const carry =
  (tool: string): Skill['plan'] =>
  (match, view) => {
    const to = text(match, 'to');
    if (to === undefined) return fail('no-match');
    return act(tool, { which: withFolder(whichFiles(match, view)), to }, (outcome) => doneWords(outcome, placeWords(to)));
  };

const moveFiles: Skill = { intents: ['JarvisFilesMove'], plan: carry('files.move') };
const copyFiles: Skill = { intents: ['JarvisFilesCopy'], plan: carry('files.copy') };

const binFiles: Skill = {
  intents: ['JarvisFilesBin'],
  plan: (match, view) => act('files.bin', { which: withFolder(whichFiles(match, view)) }, (outcome) => doneWords(outcome, 'in the bin')),
};

const renameFile: Skill = {
  intents: ['JarvisFilesRename'],
  plan(match, view) {
    const name = text(match, 'new_name');
    if (name === undefined) return fail('no-match');
    return act('files.rename', { which: { ...whichFiles(match, view), one: true }, name }, (outcome) => {
      const [done] = outputOf(outcome, DoneSchema)?.done ?? [];
      return done === undefined ? 'It has its new name.' : `It is called ${nameAt(done.to)} now.`;
    });
  },
};

const makeFile: Skill = {
  intents: ['JarvisFilesMake'],
  plan(match) {
    const name = text(match, 'new_name');
    const folder = text(match, 'folder');
    if (name === undefined) return fail('no-match');
    return act(
      'files.make',
      { type: match.slots.type === 'file' ? 'file' : 'folder', name, ...(folder === undefined ? {} : { folder }) },
      (outcome) => doneWords(outcome, placeWords(folder ?? 'documents')),
    );
  },
};

const restoreFiles: Skill = {
  intents: ['JarvisFilesRestore'],
  plan(match) {
    const named = text(match, 'named');
    return act('files.restore', named === undefined ? {} : { named }, (outcome) => doneWords(outcome, 'back'));
  },
};

const undoFiles: Skill = {
  intents: ['JarvisFilesUndo'],
  plan: () => act('files.undo', {}, (outcome) => doneWords(outcome, 'as before')),
};

const openFile: Skill = {
  intents: ['JarvisFilesOpen'],
  plan(match, view) {
    const folder = text(match, 'folder');
    const input = match.slots.itself === true && folder !== undefined ? { paths: [folder] } : { which: whichFiles(match, view) };
    return act(
      'files.open',
      input,
      (outcome) => `I have asked the desktop to open ${spoken(outputOf(outcome, OpenedSchema)?.name ?? 'it')}.`,
    );
  },
};

const findFiles: Skill = {
  intents: ['JarvisFilesFind'],
  plan(match, view) {
    const { one: _one, newest: _newest, ...which } = whichFiles(match, view);
    const containing = text(match, 'containing');
    const order = text(match, 'order') ?? (which.named === undefined ? 'newest' : 'best');
    if (Object.keys(which).length === 0 && containing === undefined && order !== 'largest') return answer('What is it called?');
    const input = { ...which, ...(containing === undefined ? {} : { containing }), order, limit: 10 };
    return act('files.find', input, (outcome) => {
      const found = outputOf(outcome, FoundSchema);
      const [first] = found?.files ?? [];
      if (found === undefined || first === undefined) return 'I found no such file.';
      if (found.count === 1) return asSentence(`${spoken(first.name)} is in ${spoken(first.folder)}`);
      const names = found.files.slice(0, MOST_SPOKEN).map(({ name, folder }) => `${spoken(name)} in ${spoken(folder)}`);
      const more = found.count - names.length;
      return `I found ${countedInWords(found.count, 'file')}: ${listed(more > 0 ? [...names, `${more} more`] : names)}.`;
    });
  },
};

const listFiles: Skill = {
  intents: ['JarvisFilesList'],
  plan(match) {
    const folder = text(match, 'folder');
    if (folder === undefined) return fail('no-match');
    return act('files.list', { folder }, (outcome) => {
      const found = outputOf(outcome, FoundSchema);
      if (found === undefined || found.count === 0) return `There is nothing ${placeWords(folder)}.`;
      const names = found.files.slice(0, MOST_SPOKEN).map(({ name }) => spoken(name));
      const more = found.count - names.length;
      const count = `${countedInWords(found.count, 'thing')} ${found.count === 1 ? 'is' : 'are'} ${placeWords(folder)}`;
      return `${capitalised(count)}: ${listed(more > 0 ? [...names, `${more} more`] : names)}.`;
    });
  },
};

const readFile: Skill = {
  intents: ['JarvisFilesRead'],
  plan(match, view) {
    return act('files.read', { which: { ...whichFiles(match, view), one: true }, most: MOST_READ * 2 }, (outcome) => {
      const read = outputOf(outcome, ReadSchema);
      if (read === undefined) return 'I could not read it.';
      const words = read.text.replace(/[\p{C}\s]+/gu, ' ').trim();
      if (words === '') return `${capitalised(spoken(read.name))} is empty.`;
      const isCut = words.length > MOST_READ || read.truncated;
      return `${capitalised(spoken(read.name))} says: ${words.slice(0, MOST_READ)}${isCut ? ' … and so on.' : ''}`;
    });
  },
};

export const fileSkills: readonly Skill[] = [
  moveFiles,
  copyFiles,
  binFiles,
  renameFile,
  makeFile,
  restoreFiles,
  undoFiles,
  openFile,
  findFiles,
  listFiles,
  readFile,
];
