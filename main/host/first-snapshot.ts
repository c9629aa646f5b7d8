import { z } from 'zod';
import { AreaSchema, EntitySchema, FloorSchema, type HomeSnapshot } from '../../contract/home.ts';

const SnapshotSchema = z.object({ floors: z.array(FloorSchema), areas: z.array(AreaSchema), entities: z.array(EntitySchema) });

const MARK = 'data: ';

/** The home out of the stream of events (`text/event-stream`), which begins with everything. Undefined when it ends before. */
export async function firstSnapshot(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<HomeSnapshot | undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    // Lines end with a line feed only: names may hold other signs that pass for a line's end.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    const data = lines.find((line) => line.startsWith(MARK));
    if (data !== undefined) return SnapshotSchema.parse(JSON.parse(data.slice(MARK.length)));
  }
  return undefined;
}
