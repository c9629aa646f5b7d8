import type { z } from 'zod';
import type { RunningHost } from '../host/running-host.ts';

/** A procedure of the contract: `jarvisInterface.models`. */
interface Procedure<Input, Output> {
  '~orpc': {
    route: { method?: 'HEAD' | 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path?: `/${string}` };
    inputSchema?: { readonly '~standard': { readonly types?: { readonly input: Input } | undefined } };
    outputSchema?: z.ZodType<Output>;
  };
}

/** Asks the running JARVIS for one procedure of the contract, by its route. @throws RunningHostError with its sentence */
export function callRunning<Input, Output>(running: RunningHost, procedure: Procedure<Input, Output>, input?: Input): Promise<Output> {
  const { route, outputSchema } = procedure['~orpc'];
  if (route.path === undefined || outputSchema === undefined) throw new TypeError('a procedure without a route');
  const rest = new Map<string, unknown>(Object.entries(input ?? {}));
  const path = route.path.replace(/\{(\w+)\}/gu, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  if (route.method !== 'GET') return running.request(outputSchema, 'POST', path, Object.fromEntries(rest));
  const question = new URLSearchParams();
  for (const [name, value] of rest) if (value !== undefined) question.set(name, String(value));
  return running.request(outputSchema, 'GET', question.size === 0 ? path : `${path}?${question}`);
}
