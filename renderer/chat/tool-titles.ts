import { onMounted, shallowRef } from 'vue';
import { useSession } from '../session.ts';
import { toolWords } from './answer-words.ts';

/** What tools are called, for people. Until the host has told, and where it cannot, the tool's own name in words. */
export function useToolTitles(): (tool: string) => string {
  const session = useSession();
  const titles = shallowRef<ReadonlyMap<string, string>>(new Map());
  onMounted(async () => {
    try {
      titles.value = new Map((await session.gate.tools()).map(({ name, title }) => [name, title]));
    } catch {
      // Not connected: the banner says so, and names do without.
    }
  });
  return (tool) => titles.value.get(tool) ?? toolWords(tool);
}
