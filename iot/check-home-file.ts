import type { HomeFile } from '../contract/home-file.ts';
import { ListItemsSchema } from './file-lists.ts';

export interface HomeFileProblem {
  /** Counted from 1; absent where the whole file is meant. */
  line?: number;
  text: string;
  fix: string;
}

type Found = HomeFileProblem & { at?: readonly PropertyKey[] };

/** How many letters differ; for names of a few letters only. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column += 1)
      next.push(
        Math.min((next[column - 1] ?? 0) + 1, (row[column] ?? 0) + 1, (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: { name: string; steps: number } | undefined;
  for (const name of known) {
    const steps = distance(word.slice(0, 40), name.slice(0, 40));
    if (steps <= Math.max(2, word.length / 3) && (!best || steps < best.steps)) best = { name, steps };
  }
  return best?.name;
}

function* duplicates(kind: 'floors' | 'areas' | 'entities', items: readonly { id: string }[]): Generator<Found> {
  const seen = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else yield { at: [kind, index, 'id'], text: `The id "${id}" is taken by ${kind}.${first} already.`, fix: 'Give each its own id.' };
  }
}

function missing(at: readonly PropertyKey[], kind: 'area' | 'floor', id: string, known: Set<string>): Found {
  const near = nearest(id, known);
  return {
    at,
    text: `There is no ${kind} with the id "${id}".`,
    fix: near === undefined ? `Add it under \`${kind}s\`.` : `Did you mean "${near}"? Otherwise add it under \`${kind}s\`.`,
  };
}

/** What the schema cannot see: ids that are taken twice and places that do not exist. */
export function checkHomeFile({ floors, areas, entities }: HomeFile): Found[] {
  const floorIds = new Set(floors.map(({ id }) => id));
  const areaIds = new Set(areas.map(({ id }) => id));
  const found: Found[] = [...duplicates('floors', floors), ...duplicates('areas', areas), ...duplicates('entities', entities)];
  for (const [index, { floor }] of areas.entries())
    if (floor !== undefined && !floorIds.has(floor)) found.push(missing(['areas', index, 'floor'], 'floor', floor, floorIds));
  for (const [index, { id, area, domain }] of entities.entries()) {
    if (area !== undefined && !areaIds.has(area)) found.push(missing(['entities', index, 'area'], 'area', area, areaIds));
    const own = id.slice(0, id.indexOf('.'));
    if (domain !== undefined && domain !== own)
      found.push({
        at: ['entities', index, 'domain'],
        text: `The domain "${domain}" does not fit the id "${id}".`,
        fix: `Leave \`domain\` out or write ${own}.`,
      });
  }
  for (const [index, { id, attributes }] of entities.entries())
    if (id.startsWith('todo.') && attributes.items !== undefined && !ListItemsSchema.safeParse(attributes.items).success)
      found.push({
        at: ['entities', index, 'attributes', 'items'],
        text: 'These are not items of a list.',
        fix: 'Write words, or `{summary: milk, status: completed}`.',
      });
  return found;
}
