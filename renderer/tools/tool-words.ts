import type { ListedTool } from '../../contract/tool.ts';

/** How far a tool is kept from the rest, in words. */
export const SANDBOX_WORDS = {
  none: 'Runs inside JARVIS: it is a part of it.',
  process: 'Runs as a program of its own, with nothing of JARVIS and limits on time and memory.',
  isolated: 'Runs shut in: it sees neither the files nor the network of this machine but for what is listed above.',
} as const satisfies Record<ListedTool['sandbox'], string>;

/** "30 seconds", "2 minutes" */
export function timeoutWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return `${Math.round(seconds / 60)} minutes`;
}
