import { z } from 'zod';
import type { ScriptArgument, ScriptEntry } from './script-book.ts';

export type ScriptInput = Record<string, string | number | boolean | undefined>;

/** What a call of the script must look like. */
export function inputOf({ arguments: all }: ScriptEntry): z.ZodType<ScriptInput> {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(all).map(([name, argument]) => {
        const one = schemaOf(argument);
        return [name, argument.optional ? one.optional() : one];
      }),
    ),
  );
}

function schemaOf(argument: ScriptArgument): z.ZodType<string | number | boolean> {
  switch (argument.type) {
    case 'text': {
      const { longest, pattern, flag } = argument;
      // A value that begins with a dash would be an option of the script.
      const text = z
        .string()
        .max(longest)
        .refine((value) => !value.includes('\0'), 'It must be text.')
        .refine((value) => flag !== undefined || !value.startsWith('-'), 'It must not begin with a dash.');
      return pattern === undefined ? text : text.regex(new RegExp(`^(?:${pattern})$`, 'u'));
    }
    case 'number': {
      const { least, most, whole } = argument;
      const number = z
        .number()
        .min(least ?? Number.MIN_SAFE_INTEGER)
        .max(most ?? Number.MAX_SAFE_INTEGER);
      return whole ? number.int() : number;
    }
    case 'boolean':
      return z.boolean();
    case 'choice':
      return z.enum(argument.choices);
    default:
      return argument satisfies never;
  }
}

/** The words behind the script on its command line. `--flag=value` keeps a value from being taken for another option. */
export function argumentsOf({ arguments: all }: ScriptEntry, input: ScriptInput): string[] {
  return Object.entries(all).flatMap(([name, { type, flag }]) => {
    const value = input[name];
    if (value === undefined) return [];
    if (type === 'boolean' && flag !== undefined) return value === true ? [flag] : [];
    if (flag === undefined) return [String(value)];
    return flag.startsWith('--') ? [`${flag}=${value}`] : [flag, String(value)];
  });
}
