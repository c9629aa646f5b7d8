import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { SlotValue } from '../../contract/intent.ts';
import { recordingsFolder } from './recordings.ts';

const ContextSchema = z.object({
  context: z.object({
    expressions: z.record(z.string(), z.array(z.string())),
    slots: z.record(z.string(), z.array(z.string())),
  }),
});

const LabelsSchema = z.record(z.string(), z.object({ intent: z.string(), slots: z.record(z.string(), z.string()) }));

export interface CoffeeLabel {
  intent: string;
  slots: Record<string, SlotValue>;
}

export interface CoffeePhrasebook {
  intents: Record<string, { sentences: string[] }>;
  lists: Record<string, string[]>;
}

/** A speech-to-intent context in our words: there `[a, b]` is one of several and `$slot:name` a slot, here `(a|b)` and `{slot:list}`. */
export function phrasebookOf(contextYaml: string): CoffeePhrasebook {
  const { context } = ContextSchema.parse(parse(contextYaml));
  const sentence = (expression: string): string =>
    expression
      .replace(
        /\[([^\]]*)\]/gu,
        (_, choices: string) =>
          `(${choices
            .split(',')
            .map((choice) => choice.trim())
            .join('|')})`,
      )
      .replace(/\$(\w+):(\w+)/gu, (_, list: string, slot: string) => (list === slot ? `{${slot}}` : `{${slot}:${list}}`));
  return {
    intents: Object.fromEntries(
      Object.entries(context.expressions).map(([intent, expressions]) => [intent, { sentences: expressions.map(sentence) }]),
    ),
    lists: context.slots,
  };
}

/** The context of the coffee recordings and what each of them says. */
export async function coffeeOrders(): Promise<{ phrasebook: CoffeePhrasebook; labels: Record<string, CoffeeLabel> }> {
  const folder = join(recordingsFolder, 'commands/coffee');
  return {
    phrasebook: phrasebookOf(await readFile(join(folder, 'context.yaml'), 'utf8')),
    labels: LabelsSchema.parse(JSON.parse(await readFile(join(folder, 'labels.json'), 'utf8'))),
  };
}

/** The same without one value of one list. */
export function without(phrasebook: CoffeePhrasebook, list: string, value: string): CoffeePhrasebook {
  const rest = (phrasebook.lists[list] ?? []).filter((each) => each !== value);
  return { ...phrasebook, lists: { ...phrasebook.lists, [list]: rest } };
}

/** Writes it into a new temporary folder; whoever asked removes the folder. */
export async function writePhrasebook(phrasebook: CoffeePhrasebook): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-phrasebook-'));
  await writeFile(join(folder, 'orders.yaml'), stringify(phrasebook));
  return folder;
}
