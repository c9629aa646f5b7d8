import { z } from 'zod';
import { CommandError } from './command-error.ts';
import type { Context } from './event-bus.ts';
import type { House } from './house.ts';

/** What a command may do with the socket it came by. */
export interface CommandConnection {
  readonly house: House;
  readonly userId: string;
  readonly isAdmin: boolean;
  send(message: Record<string, unknown>): void;
  sendResult(id: number, result?: unknown): void;
  sendEvent(id: number, event: unknown): void;
  /** `end` runs at `unsubscribe_events` and when the socket closes. */
  subscribe(id: number, end: () => void): void;
  /** False: there is no such subscription. */
  unsubscribe(id: number): boolean;
  allowCoalescing(allowed: boolean): void;
  /** Binary frames that begin with the returned byte go to `take`. */
  registerBinary(take: (data: Buffer) => void): { id: number; end: () => void };
  context(): Context;
  /** Throws `unauthorized` for a user who is no administrator. */
  requireAdmin(): void;
}

export interface Command {
  readonly type: string;
  handle(connection: CommandConnection, message: Record<string, unknown> & { id: number }): void | Promise<void>;
}

/** A command of the websocket: its fields are checked as Home Assistant's schemas do, unknown keys refused. */
export function command<Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  handle: (connection: CommandConnection, message: z.output<z.ZodObject<Shape>>, id: number) => void | Promise<void>,
): Command {
  const schema = z.strictObject(shape);
  return {
    type,
    handle: (connection, message) => {
      const { id, type: _type, ...fields } = message;
      return handle(connection, parseFields(schema, fields), id);
    },
  };
}

/** Parses outside data, or throws `invalid_format` in voluptuous' words. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new CommandError('invalid_format', describeIssue(parsed.error, data));
}

function describeIssue(error: z.ZodError, data: unknown): string {
  const issue = error.issues[0];
  if (!issue) return 'Unknown error';
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return `extra keys not allowed @ data${at([...issue.path, key])}. Got ${show(valueAt(data, [...issue.path, key]))}`;
  }
  const value = valueAt(data, issue.path);
  if (issue.code === 'invalid_type' && value === undefined) return `required key not provided @ data${at(issue.path)}`;
  if (issue.code === 'invalid_type')
    return `expected ${pythonType(issue.expected)} for dictionary value @ data${at(issue.path)}. Got ${show(value)}`;
  return `${issue.message} for dictionary value @ data${at(issue.path)}. Got ${show(value)}`;
}

const at = (path: readonly PropertyKey[]) => path.map((key) => (typeof key === 'number' ? `[${key}]` : `['${String(key)}']`)).join('');

const show = (value: unknown) => (typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'None'));

function pythonType(expected: string): string {
  return { string: 'str', number: 'float', boolean: 'bool', array: 'list', object: 'dict', record: 'dict' }[expected] ?? expected;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}
