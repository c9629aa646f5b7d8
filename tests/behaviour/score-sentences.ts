import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import type { LoadedPhrasebook } from '../../assistant/phrasebook.ts';
import type { Entity, HomeSnapshot } from '../../contract/home.ts';

/** Scores the phrasebook on Home Assistant's own sentence tests: the same intent and exactly the same slots. */

const PlaceSchema = z.object({
  name: z.string(),
  id: z.string().optional(),
  floor: z.string().optional(),
  context_area: z.boolean().optional(),
});
const StateSchema = z.union([z.string(), z.number(), z.boolean(), z.object({ in: z.string(), out: z.string() })]).optional();
const EntitySchema = z.object({
  name: z.string(),
  id: z.string().optional(),
  domain: z.string().optional(),
  area: z.string().optional(),
  state: StateSchema,
  attributes: z.record(z.string(), z.unknown()).default({}),
});
const HomeSchema = z.object({
  floors: z.array(PlaceSchema).default([]),
  areas: z.array(PlaceSchema).default([]),
  entities: z.array(EntitySchema).default([]),
});
const TestsSchema = HomeSchema.extend({
  tests: z.array(z.object({ sentences: z.array(z.string()), slots: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })),
});
type RawHome = z.infer<typeof HomeSchema>;

export interface SentenceMiss {
  file: string;
  sentence: string;
  expected: string;
  found: string;
}

export interface SentenceScore {
  byIntent: Map<string, { right: number; all: number }>;
  right: number;
  all: number;
  misses: SentenceMiss[];
}

const idOf = (name: string): string => name.toLowerCase().replace(/\W+/gu, '_');

/** Names in the suite are templates: an optional part is left in. */
const plainName = (name: string): string => name.replace(/[[\]]/gu, '');

function homeOf(raw: RawHome): HomeSnapshot {
  const areaIds = new Map(
    raw.areas.flatMap(({ id, name }) => [[name, id ?? idOf(name)] as const, [id ?? name, id ?? idOf(name)] as const]),
  );
  const floorIds = new Map(
    raw.floors.flatMap(({ id, name }) => [[name, id ?? idOf(name)] as const, [id ?? name, id ?? idOf(name)] as const]),
  );
  return {
    floors: raw.floors.map(({ id, name }) => ({ id: id ?? idOf(name), name, aliases: [] })),
    areas: raw.areas.map(({ id, name, floor }) => {
      const floorId = floor === undefined ? undefined : floorIds.get(floor);
      return { id: id ?? idOf(name), name, aliases: [], ...(floorId === undefined ? {} : { floor: floorId }) };
    }),
    entities: raw.entities.map((entity, index): Entity => {
      const domain = entity.domain ?? entity.id?.split('.')[0] ?? 'sensor';
      const { state } = entity;
      const area = entity.area === undefined ? undefined : areaIds.get(entity.area);
      const deviceClass = entity.attributes.device_class;
      return {
        id: entity.id ?? `${domain}.${idOf(entity.name)}_${index}`,
        name: plainName(entity.name),
        aliases: [],
        domain,
        state: typeof state === 'object' ? state.out : String(state ?? 'unknown'),
        attributes: entity.attributes,
        available: true,
        lastChanged: 0,
        ...(area === undefined ? {} : { area }),
        ...(typeof deviceClass === 'string' ? { device_class: deviceClass } : {}),
      };
    }),
  };
}

/** A file's own home, or all of it laid over the suite's common home; things of one name stand once. */
function merged(common: RawHome, own: RawHome): RawHome {
  const join = <Item extends { name: string; domain?: string | undefined; id?: string | undefined }>(
    left: Item[],
    right: Item[],
  ): Item[] => {
    const keyOf = (item: Item): string => `${item.domain ?? item.id?.split('.')[0] ?? ''} ${item.name}`;
    const known = new Set(right.map(keyOf));
    return [...left.filter((item) => !known.has(keyOf(item))), ...right];
  };
  const placeJoin = <Item extends { name: string }>(left: Item[], right: Item[]): Item[] => [
    ...left,
    ...right.filter(({ name }) => !left.some((one) => one.name === name)),
  ];
  return {
    floors: placeJoin(common.floors, own.floors),
    areas: placeJoin(common.areas, own.areas),
    entities: join(common.entities, own.entities),
  };
}

function sameSlots(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => String(left[key]).toLowerCase() === String(right[key]).toLowerCase())
  );
}

/** One file of the suite: its sentences, what they mean, and the home they are said in. */
export interface SentenceFile {
  intent: string;
  file: string;
  home: HomeSnapshot;
  room: { id: string; name: string } | undefined;
  tests: { sentences: string[]; slots: Record<string, string | number> }[];
}

/** `folder` is the suite's `intents` folder. `home`: each file's own entities, or those laid over the suite's common home. */
export async function* readSentenceFiles(folder: string, home: 'own' | 'merged'): AsyncGenerator<SentenceFile> {
  const common = HomeSchema.parse(parse(await readFile(join(folder, 'tests', '_fixtures.yaml'), 'utf8')));
  const intents = (await readdir(join(folder, 'tests'), { withFileTypes: true })).filter((found) => found.isDirectory());
  for (const { name: intent } of intents.sort((left, right) => left.name.localeCompare(right.name))) {
    for (const file of (await readdir(join(folder, 'tests', intent))).sort()) {
      const raw = TestsSchema.parse(parse(await readFile(join(folder, 'tests', intent, file), 'utf8')));
      const room = raw.areas.find(({ context_area }) => context_area === true);
      yield {
        intent,
        file: `${intent}/${file}`,
        home: homeOf(home === 'own' ? raw : merged(common, raw)),
        room: room && { id: room.id ?? idOf(room.name), name: room.name },
        tests: raw.tests,
      };
    }
  }
}

/** The right intent and exactly these slots. */
export const isMeant = (
  found: { intent: string; slots: Record<string, unknown> },
  intent: string,
  slots: Record<string, unknown>,
): boolean => found.intent === intent && sameSlots(found.slots, slots);

/** See `readSentenceFiles`. */
export async function scoreSentences(loaded: LoadedPhrasebook, folder: string, home: 'own' | 'merged'): Promise<SentenceScore> {
  const score: SentenceScore = { byIntent: new Map(), right: 0, all: 0, misses: [] };
  for await (const { intent, file, home: snapshot, room, tests } of readSentenceFiles(folder, home)) {
    const tally = score.byIntent.get(intent) ?? { right: 0, all: 0 };
    score.byIntent.set(intent, tally);
    const phrasebook = compilePhrasebook(loaded, snapshot);
    for (const { sentences, slots } of tests) {
      for (const sentence of sentences) {
        tally.all++;
        score.all++;
        const understood = phrasebook.understand(sentence, room === undefined ? {} : { room: room.id });
        const match = understood.type === 'matched' && understood.matches.length === 1 ? understood.matches[0] : undefined;
        if (match !== undefined && isMeant(match, intent, slots)) {
          tally.right++;
          score.right++;
          continue;
        }
        const shown = match ?? (understood.type === 'ambiguous' ? understood.match : undefined);
        score.misses.push({
          file,
          sentence,
          expected: JSON.stringify(slots),
          found: shown === undefined ? JSON.stringify(understood) : `${understood.type} ${shown.intent} ${JSON.stringify(shown.slots)}`,
        });
      }
    }
  }
  return score;
}

/** The score as a table, one intent a line, the whole in the last. */
export function scoreTable(score: SentenceScore): string {
  const line = (name: string, right: number, all: number): string =>
    `${name.padEnd(28)} ${String(right).padStart(5)} / ${String(all).padStart(5)}  ${((100 * right) / Math.max(1, all)).toFixed(1).padStart(5)} %`;
  return [...[...score.byIntent].map(([name, { right, all }]) => line(name, right, all)), line('all', score.right, score.all)].join('\n');
}
