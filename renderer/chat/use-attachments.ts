import { type Ref, ref } from 'vue';
import type { Attachment } from '../../contract/chat.ts';
import { reasonOf } from '../home-requests.ts';
import { useSession } from '../session.ts';
import { readFile } from './read-file.ts';

/** Files that go with one question. */
export const MOST_FILES = 20;

/** A file on its way to the host, or one that did not get there. */
export interface ComingFile {
  key: number;
  name: string;
  /** In words; empty while it is on its way. */
  problem: string;
}

export interface Attachments {
  coming: Readonly<Ref<ComingFile[]>>;
  add(files: Iterable<File>): Promise<void>;
  /** Gives up one on its way, or takes a refused one off the list. */
  drop(key: number): void;
}

/** Reads files that a person gives and hands them to the host. `arrived` is told of each; `count` of those that are there. */
export function useAttachments(arrived: (file: Attachment) => void, count: () => number): Attachments {
  const session = useSession();
  const coming = ref<ComingFile[]>([]);
  const ends = new Map<number, AbortController>();
  let nextKey = 1;

  const refuse = (key: number, problem: string): void => {
    coming.value = coming.value.map((each) => (each.key === key ? { ...each, problem } : each));
  };
  const drop = (key: number): void => {
    ends.get(key)?.abort();
    ends.delete(key);
    coming.value = coming.value.filter((each) => each.key !== key);
  };
  const addOne = async (file: File): Promise<void> => {
    const key = nextKey++;
    const full = count() + coming.value.filter(({ problem }) => problem === '').length >= MOST_FILES;
    coming.value = [...coming.value, { key, name: file.name, problem: '' }];
    if (full) return refuse(key, `Not more than ${MOST_FILES} files go with one question.`);
    const end = new AbortController();
    ends.set(key, end);
    const read = await readFile(file);
    if (end.signal.aborted) return;
    if (!read.ok) return refuse(key, read.reason);
    try {
      const { name, mediaType, text } = read;
      const attachment = await session.chat.attach({ name, mediaType, text }, end.signal);
      if (end.signal.aborted) return;
      drop(key);
      arrived(attachment);
    } catch (error) {
      if (!end.signal.aborted) refuse(key, `${file.name} did not arrive: ${reasonOf(error)}`);
    }
  };
  return {
    coming,
    add: async (files) => {
      // One after the other: several millions of characters at once would hold up what is said meanwhile.
      for (const file of files) await addOne(file);
    },
    drop,
  };
}
