import type { Readable } from 'node:stream';
import { z } from 'zod';

/** One message of the Wyoming protocol (https://github.com/OHF-Voice/wyoming): a type, JSON data, and bytes such as PCM sound. */
export interface WyomingEvent {
  type: string;
  data: Record<string, unknown>;
  payload?: Uint8Array;
}

const VERSION = '1.7.2';

/** Bytes of the header line, of the JSON behind it, and of the payload: what a peer may make us hold. */
const LIMITS = { header: 64 * 1024, data: 256 * 1024, payload: 1024 * 1024 };

const HeaderSchema = z.object({
  type: z.string().min(1).max(100),
  data: z.record(z.string(), z.unknown()).nullish(),
  data_length: z.number().int().min(0).max(LIMITS.data, 'the data is too long').nullish(),
  payload_length: z.number().int().min(0).max(LIMITS.payload, 'the payload is too long').nullish(),
});
const DataSchema = z.record(z.string(), z.unknown());

/** The peer said something that is no Wyoming; the line to it has to be ended. */
export class WyomingError extends Error {
  override readonly name = 'WyomingError';
}

/** Data goes behind the header line, as the reference implementation writes it. */
export function encodeWyomingEvent(event: WyomingEvent): Buffer {
  const data = Object.keys(event.data).length === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(event.data));
  const header = {
    type: event.type,
    version: VERSION,
    ...(data.length > 0 && { data_length: data.length }),
    ...(event.payload !== undefined && event.payload.length > 0 && { payload_length: event.payload.length }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), data, event.payload ?? Buffer.alloc(0)]);
}

/**
 * The messages of a peer, in order; ends with the stream. A message that is cut off at its end is dropped.
 * @throws WyomingError for garbage and for messages over the limits
 */
export async function* readWyomingEvents(stream: Readable): AsyncGenerator<WyomingEvent, void, undefined> {
  let held = Buffer.alloc(0);
  let header: z.infer<typeof HeaderSchema> | undefined;
  // An error must still be told to the peer, so the stream stays open.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      if (header === undefined) {
        const end = held.indexOf(0x0a);
        if (end > LIMITS.header || (end < 0 && held.length > LIMITS.header)) throw new WyomingError('the header line is too long');
        if (end < 0) break;
        header = parseJson(HeaderSchema, held.subarray(0, end), 'header');
        held = held.subarray(end + 1);
      }
      const dataLength = header.data_length ?? 0;
      const whole = dataLength + (header.payload_length ?? 0);
      if (held.length < whole) break;
      const behind = dataLength === 0 ? {} : parseJson(DataSchema, held.subarray(0, dataLength), 'data');
      const payload = held.subarray(dataLength, whole);
      yield { type: header.type, data: { ...header.data, ...behind }, ...(payload.length > 0 && { payload }) };
      held = held.subarray(whole);
      header = undefined;
    }
  }
}

function parseJson<Shape>(schema: z.ZodType<Shape>, bytes: Uint8Array, what: string): Shape {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new WyomingError(`the ${what} is no JSON`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new WyomingError(`the ${what} is wrong: ${parsed.error.issues[0]?.message ?? 'unreadable'}`);
  return parsed.data;
}
