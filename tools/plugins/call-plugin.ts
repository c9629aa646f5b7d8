import { z } from 'zod';
import type { Program, ProgramResult } from '../sandbox/program.ts';
import type { ProgramRunner } from '../sandbox/run-program.ts';
import { plainWords } from './plain-words.ts';

/** One line of JSON each: a call in, an answer out, and in between questions for secrets. */
const MessageSchema = z.union([
  z.object({ id: z.string(), output: z.unknown().refine((output) => output !== undefined) }),
  z.object({ id: z.string(), error: z.string() }),
  z.object({ id: z.string(), secret: z.string().min(1).max(200) }),
]);

export interface PluginCall {
  id: string;
  tool: string;
  input: unknown;
  /** Of the plugin, for people. */
  title: string;
  /** The secrets that its manifest names. */
  secrets: readonly string[];
  secret: ((name: string) => Promise<string>) | undefined;
}

/**
 * Runs the program for one call and gives what it answered. Throws with words for people when it gives no answer in its bounds. What it says, in answers
 * and errors, is text from outside.
 */
export async function callPlugin(call: PluginCall, program: Program, runner: ProgramRunner, signal: AbortSignal): Promise<unknown> {
  const answered = new AbortController();
  const redeemed: string[] = [];
  let answer: { output: unknown } | { error: string } | undefined;
  let strange = false;
  const result = await runner.run(program, {
    signal: AbortSignal.any([signal, answered.signal]),
    input: `${JSON.stringify({ id: call.id, tool: call.tool, input: call.input })}\n`,
    onLine(line, reply) {
      if (answer !== undefined) return;
      const message = parse(line);
      if (message === undefined || message.id !== call.id) {
        strange ||= line.trim() !== '';
      } else if ('secret' in message) {
        void redeem(call, message.secret, redeemed).then((told) =>
          reply(`${JSON.stringify({ id: call.id, secret: message.secret, ...told })}\n`),
        );
      } else {
        answer = message;
        // It has said all that it is asked; what it would do afterwards, nobody watches.
        answered.abort(new Error('answered'));
      }
    },
  });
  if (answer === undefined) throw new Error(whyNoAnswer(call.title, result, program, strange));
  if ('error' in answer) throw new Error(`${call.title} says: ${plainWords(withoutSecrets(answer.error, redeemed), 300)}`);
  return redeemed.length === 0 ? answer.output : JSON.parse(withoutSecrets(JSON.stringify(answer.output), redeemed.map(asInJson)));
}

function parse(line: string): z.infer<typeof MessageSchema> | undefined {
  try {
    return MessageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function redeem(
  { secrets, secret, title }: PluginCall,
  name: string,
  redeemed: string[],
): Promise<{ value: string } | { error: string }> {
  if (!secrets.includes(name)) return { error: `${title} may not use the secret ${name}` };
  if (secret === undefined) return { error: `there is no secret ${name}` };
  try {
    const value = await secret(name);
    redeemed.push(value);
    return { value };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** A secret that was handed out must not come back into the turn. */
const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret !== '').reduce((kept, secret) => kept.replaceAll(secret, '••••'), text);

const asInJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function whyNoAnswer(title: string, result: ProgramResult, { limits }: Program, strange: boolean): string {
  switch (result.ending) {
    case 'timed-out':
      return `${title} took too long and was ended.`;
    case 'aborted':
      return `${title} was called off.`;
    case 'too-much-output':
      return `${title} printed more than ${Math.round((limits?.outputBytes ?? 0) / 1024)} kB and was ended.`;
    case 'too-much-memory':
      return `${title} used more than ${Math.round((limits?.memoryBytes ?? 0) / 1024 / 1024)} MB of memory and was ended.`;
    case 'too-many-processes':
      return `${title} started more than ${limits?.processes ?? 0} processes and was ended.`;
    case 'not-started':
      return `${title} could not be started: ${result.reason ?? ''}`;
    case 'exited': {
      const how = result.signal === null ? `exit code ${result.code ?? '?'}` : result.signal;
      const last = plainWords(result.stderr.trim().split('\n').at(-1) ?? '', 200);
      return `${title} ended without an answer (${how})${strange ? '; what it printed is no answer in JSON' : ''}${last === '' ? '.' : `: ${last}`}`;
    }
    default:
      return result.ending satisfies never;
  }
}
