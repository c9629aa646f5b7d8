import { getOrAdd } from './get-or-add.ts';
/** Word sequences (as word numbers) and the values that stand at their ends. */
export interface TrieNode {
  next: Map<number, TrieNode> | undefined;
  values: number[] | undefined;
}

export const emptyTrie = (): TrieNode => ({ next: undefined, values: undefined });

/** Adds a value at the end of a word sequence; the same value once. */
export function addToTrie(root: TrieNode, words: readonly number[], value: number): void {
  let node = root;
  for (const word of words) {
    node.next ??= new Map();
    const next = getOrAdd(node.next, word, () => emptyTrie());
    node = next;
  }
  node.values ??= [];
  if (!node.values.includes(value)) node.values.push(value);
}
