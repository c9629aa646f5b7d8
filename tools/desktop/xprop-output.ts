/**
 * What `xprop` prints, a line for each property: `NAME(TYPE) = value` or `NAME(TYPE): window id # 0x…`. Strings must be asked for as bytes (`-f NAME 8x`):
 * printed as text, a title with quotes and line breaks can feign any property. The first of a name counts.
 */
export function propertiesOf(output: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, name, value] = /^([A-Z_][A-Z0-9_]*)(?:\([A-Z0-9_]+\))?(?: = |: (?:window id # )?)(.*)$/u.exec(line) ?? [];
    if (name === undefined || value === undefined || found.has(name) || /^\s*not found\.$|no such atom/u.test(value)) continue;
    found.set(name, value);
  }
  return found;
}

/** The texts in a value of bytes (`0x61, 0x0, …`), which a zero parts from each other. */
export function textsIn(value: string | undefined): string[] {
  const bytes = Buffer.from((value ?? '').match(/0x[0-9a-f]{1,2}\b/gu)?.map(Number) ?? []);
  return textOf(bytes)
    .split('\0')
    .filter((text) => text !== '');
}

/** Old programs write Latin-1. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
