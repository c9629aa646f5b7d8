import { readFile } from 'node:fs/promises';
import {
  type PolicyTest,
  PolicyTestSchema,
  type PolicyTrial,
  PolicyTrialSchema,
  type ShownPolicy,
  ShownPolicySchema,
} from '../../contract/policy.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { PolicyFile } from '../../tools/policy/policy-file.ts';
import { findRunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import type { PolicyCommandOptions, PolicyTestOptions } from './policy-options.ts';
import { withHost } from './run-host.ts';

/** Exit code 1 when the rules in the file are not those in force. */
export async function showPolicy(options: PolicyCommandOptions): Promise<void> {
  const shown = await policyOfHost();
  if (options.json === true) printJson(shown);
  else {
    print(
      shown.text.trim() === ''
        ? '# There are no rules: what is guarded asks, what is forbidden is refused, all else is done.'
        : shown.text.trimEnd(),
    );
    for (const { line, message } of shown.problems) complain(`${shown.path}${line === undefined ? '' : `:${line}`}: ${message}`);
    if (shown.problems.length > 0) complain('These rules are not in force; what was denied or asked before still is.');
  }
  if (shown.problems.length > 0) throw new CommandError('', 1);
}

export async function showPolicyPath(options: PolicyCommandOptions): Promise<void> {
  const { path } = await policyOfHost();
  if (options.json === true) printJson({ path });
  else print(path);
}

/** Exit code 0 when it would be done or asked, 1 when it would be refused. */
export async function testPolicy(tool: string, options: PolicyTestOptions): Promise<void> {
  const test = await testOf(tool, options);
  const running = await findRunningHost();
  const trial =
    running === undefined
      ? await withHost({ phrasebook: [], builtIn: true, voice: false }, async (host) => host.testPolicy(test))
      : await running.request(PolicyTrialSchema, 'POST', '/policy/test', test);
  if (options.json === true) printJson(trial);
  else show(trial);
  if (trial.decision === 'deny') throw new CommandError('', 1);
}

async function policyOfHost(): Promise<ShownPolicy> {
  const running = await findRunningHost();
  if (running !== undefined) return running.request(ShownPolicySchema, 'GET', '/policy');
  const file = await PolicyFile.open({ dataFolder: await openDataFolder(), clock: systemClock, notice: () => undefined });
  return file.shown();
}

async function testOf(tool: string, options: PolicyTestOptions): Promise<PolicyTest> {
  const [name, role = 'user'] = split(options.person);
  const at = options.at === undefined ? undefined : Date.parse(options.at);
  if (at !== undefined && Number.isNaN(at)) throw new CommandError(`"${options.at}" is no time; write it like 2026-11-21T23:30.`);
  const test = {
    tool,
    input: jsonIn(options.input ?? '{}'),
    source: options.source,
    ...(name !== undefined && { person: { name, role } }),
    ...(options.speaker !== undefined && { speaker: options.speaker }),
    ...(options.room !== undefined && { room: options.room }),
    ...(at !== undefined && { at }),
    ...(options.taint.length > 0 && {
      taint: options.taint.map((each) => {
        const [origin, from] = split(each);
        return { origin, ...(from !== undefined && { name: from }) };
      }),
    }),
    ...(options.file !== undefined && { text: await textIn(options.file) }),
  };
  const parsed = PolicyTestSchema.safeParse(test);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(`--${String(issue?.path[0] ?? '')} cannot be used: ${issue?.message ?? ''}`);
}

/** At the first colon: names have them too. */
function split(text: string | undefined): [string?, string?] {
  if (text === undefined) return [];
  const at = text.indexOf(':');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`--input is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function show({ decision, why, matched, risk, strong }: PolicyTrial): void {
  print(`${decision.toUpperCase()}${risk === undefined ? '' : ` (${risk})`}: ${why}`);
  if (strong) print('A yes alone would not do: it takes a click, or the code that is shown.');
  if (matched.length > 0) print('Rules that speak of it:');
  for (const { rule, effect, line, because } of matched)
    print(`  ${effect}  ${rule}${line === undefined ? '' : ` (line ${line})`}${because === undefined ? '' : `: ${because}`}`);
}
