const MARK = 'data: ';

/** What each event of a stream (`text/event-stream`) carries, one line of JSON each. */
export async function* eventData(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    // Lines end with a line feed only: names may hold other signs that pass for a line's end.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith(MARK)) yield line.slice(MARK.length);
  }
}
