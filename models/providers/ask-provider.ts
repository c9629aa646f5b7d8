import type { z } from 'zod';
import type { WebFetch } from './guarded-fetch.ts';
import { ProviderFailure } from './provider-failure.ts';

/** Asks a server for one piece of JSON. `path` is put behind the provider's address; one that begins with `http` stands for itself. */
export type AskProvider = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, body?: unknown) => Promise<T>;

/** Rejects with a `ProviderFailure`, or the signal's reason. `request` has to be a guarded one. */
export function askProvider(name: string, url: string, request: WebFetch, headers: Readonly<Record<string, string>> = {}): AskProvider {
  return async (path, schema, signal, body) => {
    const response = await request(path.startsWith('http') ? path : url + path, {
      signal,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = schema.safeParse(parsed(text));
    if (answer.success) return answer.data;
    throw new ProviderFailure(
      { kind: 'broken-answer', retryable: false, sentence: 'There is a server at the address of {name}, but not one of that kind.' },
      { name },
    );
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema takes it
  }
}
