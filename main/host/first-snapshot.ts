import { z } from 'zod';
import { AreaSchema, EntitySchema, FloorSchema, type HomeSnapshot } from '../../contract/home.ts';
import { eventData } from './event-data.ts';

const SnapshotSchema = z.object({ floors: z.array(FloorSchema), areas: z.array(AreaSchema), entities: z.array(EntitySchema) });

/** The home out of the stream of events (`text/event-stream`), which begins with everything. Undefined when it ends before. */
export async function firstSnapshot(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<HomeSnapshot | undefined> {
  for await (const data of eventData(bytes)) return SnapshotSchema.parse(JSON.parse(data));
  return undefined;
}
