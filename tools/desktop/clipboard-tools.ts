import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { readClipboard, writeClipboard } from './clipboard.ts';
import type { Desktop } from './desktop.ts';

const NoInput = z.strictObject({});
const WriteInput = z.strictObject({ text: z.string().min(1).max(1_000_000) });

/** Characters that are handed on. */
const MOST_READ = 20_000;

const common = { version: '1.0.0', timeoutMs: 15_000, permissions: { system: ['clipboard' as const] }, risk: 'change' as const };

export function clipboardTools(desktop: Desktop): Tool[] {
  const read: Tool<z.infer<typeof NoInput>> = {
    manifest: {
      ...common,
      name: 'clipboard.read',
      title: 'Read the clipboard',
      description: 'The text on the clipboard of this computer. It may hold a password: only for a person who asks.',
      input: NoInput,
      reversible: true,
      taints: 'clipboard',
    },
    describe: () => 'Read what is on the clipboard',
    async run(_input, { signal }) {
      const text = await readClipboard(desktop, signal);
      const characters = [...text.slice(0, MOST_READ * 2)];
      return {
        outcome: 'confirmed',
        output: { text: characters.slice(0, MOST_READ).join(''), truncated: text.length > MOST_READ },
        taintName: 'the clipboard',
      };
    },
  };
  const write: Tool<z.infer<typeof WriteInput>> = {
    manifest: {
      ...common,
      name: 'clipboard.write',
      title: 'Put text on the clipboard',
      description: 'Replaces what is on the clipboard of this computer by a text.',
      input: WriteInput,
      secrets: ['text'],
      reversible: false,
    },
    describe: ({ text }) => `Put ${text.length} characters of text on the clipboard`,
    async run({ text }, { signal }) {
      await writeClipboard(desktop, text, signal);
      const now = await readClipboard(desktop, signal);
      // Windows and some programs add a line break at the end.
      return now.replace(/\r?\n$/u, '') === text.replace(/\r?\n$/u, '')
        ? { outcome: 'confirmed' }
        : { outcome: 'accepted', reason: 'The clipboard holds something else already.' };
    },
  };
  return [read, write] as Tool[];
}
