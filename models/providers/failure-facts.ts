/** What is known of a failure, from wherever it came. */
export interface FailureFacts {
  status?: number;
  /** Types, codes and reasons, in lower case. */
  codes: ReadonlySet<string>;
  /** What was said, in lower case, to be searched: messages and details, not what else a body repeats. */
  text: string;
  /** What was said, as it was. */
  message?: string;
  header(name: string): string | undefined;
  /** The error object of the body, for what only one provider has. */
  body: unknown;
}

/** Names of the SDK's errors for answers that do not fit. */
const UNREADABLE = new Set([
  'AI_JSONParseError',
  'AI_TypeValidationError',
  'AI_EmptyResponseBodyError',
  'AI_InvalidResponseDataError',
  'AI_NoContentGeneratedError',
  'SyntaxError',
]);

export const isUnreadable = (error: unknown): boolean => error instanceof Error && UNREADABLE.has(error.name);

/** Undefined where nothing can be told. Never throws, whatever it is given. */
export function factsOf(error: unknown): FailureFacts | undefined {
  if (typeof error === 'string') return gather({ body: { message: error } });
  if (!isRecord(error)) return undefined;
  if (isUnreadable(error)) {
    // An event that did not fit the SDK's schema may still be an error event in a form of its own: {"error":"no room"}
    const sent = isRecord(error.value) ? error.value.error : undefined;
    return sent === undefined || sent === null ? undefined : gather({ body: sent });
  }
  // an HTTP answer as the SDK tells it, or as we read it ourselves
  const code = numberIn(error, 'statusCode') ?? numberIn(error, 'status');
  const text = stringIn(error, 'responseBody') ?? stringIn(error, 'body');
  if (code !== undefined && (text !== undefined || error instanceof Error || 'headers' in error)) {
    const body = parsed(text) ?? error.data;
    return gather({
      status: code,
      headers: error.responseHeaders ?? error.headers,
      body: isRecord(body) ? (body.error ?? body) : (body ?? text),
    });
  }
  // an error event of a stream; the SDK puts the server's own object under `data`
  const data = isRecord(error.data) ? error.data : undefined;
  const sent = data?.error ?? data ?? (error instanceof Error ? undefined : (error.error ?? error));
  const guessed = code === undefined || data === undefined ? undefined : code;
  return sent === undefined ? undefined : gather({ ...(guessed === undefined ? {} : { status: guessed }), body: sent });
}

function gather(given: { status?: number; headers?: unknown; body?: unknown }): FailureFacts {
  const { body } = given;
  const message =
    typeof body === 'string'
      ? body
      : isRecord(body)
        ? (stringIn(body, 'message') ?? stringIn(body, 'error') ?? stringIn(body, 'detail'))
        : undefined;
  const found = new Set<string>();
  collectCodes(body, found, 0);
  const headers = given.headers;
  return {
    ...(given.status === undefined ? {} : { status: given.status }),
    codes: found,
    text: searchable(body),
    ...(message === undefined ? {} : { message }),
    header: (name) =>
      headers instanceof Headers ? (headers.get(name) ?? undefined) : isRecord(headers) ? stringIn(headers, name) : undefined,
    body,
  };
}

const CODE_NAMES = ['type', 'code', 'status', 'reason', 'error_code'];

function collectCodes(body: unknown, found: Set<string>, depth: number): void {
  if (depth > 4) return;
  if (Array.isArray(body)) for (const each of body.slice(0, 20)) collectCodes(each, found, depth + 1);
  if (!isRecord(body)) return;
  for (const name of CODE_NAMES) {
    const value = stringIn(body, name);
    if (value !== undefined && value.length <= 100) found.add(value.toLowerCase());
  }
  for (const name of ['error', 'details', 'metadata', 'response', 'innererror']) collectCodes(body[name], found, depth + 1);
}

/** Servers built on pydantic repeat the request in their errors; words of the person must not decide what went wrong. */
function searchable(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, LONGEST_TEXT).toLowerCase();
  if (!isRecord(body)) return '';
  const said = ['message', 'error', 'detail'].map((name) => stringIn(body, name) ?? '');
  return `${said.join('\n')}\n${listed(body.details)}`.slice(0, LONGEST_TEXT).toLowerCase();
}

const LONGEST_TEXT = 10_000;

function listed(details: unknown): string {
  try {
    return JSON.stringify(details) ?? '';
  } catch {
    return ''; // circular: it came from no wire
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Google wraps the error of a stream in a list
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined; // not JSON: it is read as text
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function stringIn(value: Record<string, unknown>, name: string): string | undefined {
  const found = value[name];
  return typeof found === 'string' ? found : undefined;
}

function numberIn(value: Record<string, unknown>, name: string): number | undefined {
  const found = value[name];
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
}
