import { z } from 'zod';
import type { ChatSource } from '../../contract/chat.ts';
import type { ListedTool } from '../../contract/tool.ts';

/** More are not named. */
const MOST = 8;
const LONGEST_TITLE = 300;
const LONGEST_PLACE = 2_000;

const PlaceSchema = z.object({
  url: z.string().min(1).max(LONGEST_PLACE).optional().catch(undefined),
  path: z.string().min(1).max(LONGEST_PLACE).optional().catch(undefined),
  file: z.string().min(1).max(LONGEST_PLACE).optional().catch(undefined),
  title: z.string().min(1).optional().catch(undefined),
});

/** What an answer leans on: each tool, page and file that gave something to read, once. */
export class AnswerSources {
  readonly #sources = new Map<string, ChatSource>();

  /** A tool has given something; `input` may name the place where the output does not. */
  add(tool: Pick<ListedTool, 'name' | 'title'>, input: unknown, output: unknown): void {
    const places = (Array.isArray(output) ? output.slice(0, MOST) : [output]).flatMap((each: unknown) => placeOf(each) ?? []);
    if (places.length > 0) for (const place of places) this.#keep(tool, place);
    else this.#keep(tool, placeOf(input));
  }

  list(): ChatSource[] {
    return [...this.#sources.values()];
  }

  #keep({ name, title }: Pick<ListedTool, 'name' | 'title'>, place: Place | undefined): void {
    const url = place?.url;
    const shown = url === undefined ? title : (place?.title ?? title);
    const key = `${url ?? ''}\n${url === undefined ? name : ''}`;
    if (this.#sources.has(key) || this.#sources.size >= MOST) return;
    this.#sources.set(key, { title: shown.slice(0, LONGEST_TITLE), tool: name.slice(0, 200), ...(url === undefined ? {} : { url }) });
  }
}

interface Place {
  url: string;
  title?: string;
}

/** An address or a file that a value names; of a link only what a browser opens safely. */
function placeOf(value: unknown): Place | undefined {
  const parsed = PlaceSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { url, path, file, title } = parsed.data;
  const place = url !== undefined && /^https?:\/\//iu.test(url) ? url : (path ?? file);
  if (place === undefined) return undefined;
  const named = title ?? (url === undefined ? place.split(/[\\/]/u).at(-1) : undefined);
  return { url: place, ...(named === undefined || named === '' ? {} : { title: named }) };
}
