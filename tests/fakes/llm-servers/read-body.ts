/** Reads a body whose shape is the wire's: what is not there is empty, so that a test sees the lack and not an exception. */

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function maybeNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Joined text of content that is a string, or parts with a `text` in them. */
export function contentText(content: unknown): string {
  return typeof content === 'string'
    ? content
    : list(content)
        .map((part) => text(record(part).text))
        .join('');
}

export function json(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** Without what is undefined, for `exactOptionalPropertyTypes`. */
export function present<Shape extends object>(shape: { [Key in keyof Shape]: Shape[Key] | undefined }): Partial<Shape> {
  const found: Partial<Shape> = {};
  for (const key in shape) {
    const value = shape[key];
    if (value !== undefined) found[key] = value;
  }
  return found;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
