import { z } from 'zod';
import {
  type Approval,
  ApprovalSchema,
  type ListedTool,
  ListedToolSchema,
  permissionWords,
  type ToolOutcome,
  ToolOutcomeSchema,
} from '../../contract/tool.ts';
import { searchTools } from '../../tools/search-tools.ts';
import type { Host } from '../host/host.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { askInTerminal, withHost } from './run-host.ts';
import { isTerminal } from './terminal.ts';
import type { ToolsOptions } from './tools-options.ts';
import { untilInterrupted } from './until-interrupted.ts';

const ReviewedSchema = z.object({ reviewed: z.boolean(), permissions: z.array(z.string()) });
/** How often the running JARVIS is asked whether it waits for a yes, in ms. */
const LOOK_MS = 150;

/** Exit code 1 when words fit nothing. */
export async function listTools(words: string, { json }: ToolsOptions): Promise<void> {
  const found = searchTools(await allTools(), words, Number.POSITIVE_INFINITY);
  for (const tool of found) {
    if (json === true) printJson(tool);
    else print(`${tool.name}  ${tool.title} (${marks(tool)})`);
  }
  if (found.length === 0) throw new CommandError(json === true ? '' : `There is no tool like "${words}".`, 1);
}

export async function showTool(name: string, { json }: ToolsOptions): Promise<void> {
  const tool = (await allTools()).find((each) => each.name === name);
  if (tool === undefined) throw noTool(name);
  if (json === true) {
    printJson(tool);
    return;
  }
  const touched = permissionWords(tool.permissions);
  const lines = [
    `${tool.title} (${tool.name} ${tool.version}, ${marks(tool)})`,
    tool.description,
    `May touch: ${touched.length === 0 ? 'nothing but its input' : touched.join(', ')}`,
    `Runs: ${RUNS[tool.sandbox]}, ${tool.timeoutMs / 1000} s at most`,
    ...(tool.calls === undefined ? [] : [`Used: ${tool.calls} times`]),
    ...(tool.review === undefined ? [] : [`Wants a look first: ${tool.review.join('; ')} (jarvis tools review ${tool.name})`]),
    `Input: ${JSON.stringify(tool.input)}`,
  ];
  for (const line of lines) print(line);
}

const RUNS: Record<ListedTool['sandbox'], string> = {
  none: 'in JARVIS itself',
  process: 'in a process of its own',
  isolated: 'in a process of its own that is shut in',
};

/** Exit code 1 unless it was confirmed or accepted. */
export async function runTool(name: string, text: string, { json, dryRun = false }: ToolsOptions): Promise<void> {
  const input = parseInput(text);
  const running = await findRunningHost();
  const outcome = running === undefined ? await runHere(name, input, dryRun) : await runThere(running, { name, input, dryRun });
  if (json === true) printJson(outcome);
  else {
    if (outcome.output !== undefined)
      print(typeof outcome.output === 'string' ? outcome.output : JSON.stringify(outcome.output, undefined, 2));
    const reason = outcome.reason === undefined ? '' : `: ${outcome.reason}`;
    complain(`${outcome.outcome}${outcome.dryRun === true ? ' (nothing was done)' : ''}${reason}`);
  }
  if (outcome.outcome !== 'confirmed' && outcome.outcome !== 'accepted') throw new CommandError('', 1);
}

export async function switchTool(name: string, enabled: boolean, { json }: ToolsOptions): Promise<void> {
  const running = await findRunningHost();
  if (running !== undefined) await running.request(z.object({ enabled: z.boolean() }), 'POST', '/tools/enable', { name, enabled });
  else if (!(await here((host) => host.registry.setEnabled(name, enabled)))) throw noTool(name);
  if (json === true) printJson({ name, enabled });
  else print(`${name} is switched ${enabled ? 'on' : 'off'}.`);
}

/** Exit code 1 when nothing of that name waits for a look. */
export async function reviewTool(name: string, { json }: ToolsOptions): Promise<void> {
  const running = await findRunningHost();
  const permissions = running === undefined ? await here((host) => host.registry.approveReview(name)) : await reviewThere(running, name);
  if (permissions === undefined) throw new CommandError(`Nothing called ${name} waits for a look.`, 1);
  if (json === true) printJson({ name, permissions });
  else print(`${name} may run. It may touch: ${permissions.length === 0 ? 'nothing but its input' : permissions.join(', ')}.`);
}

async function reviewThere(running: RunningHost, name: string): Promise<string[] | undefined> {
  const { reviewed, permissions } = await running.request(ReviewedSchema, 'POST', '/tools/review', { name });
  return reviewed ? permissions : undefined;
}

async function allTools(): Promise<ListedTool[]> {
  const running = await findRunningHost();
  return running === undefined ? here(async (host) => host.registry.list()) : running.request(z.array(ListedToolSchema), 'GET', '/tools');
}

const here = <T>(use: (host: Host, signal: AbortSignal) => Promise<T>): Promise<T> =>
  withHost({ phrasebook: [], builtIn: true, voice: false }, use);

function runHere(tool: string, input: unknown, dryRun: boolean): Promise<ToolOutcome> {
  return here((host, signal) => {
    const id = host.newId();
    return host.gate.call({ id, turnId: id, tool, input, source: 'cli', dryRun }, signal);
  });
}

/** The running JARVIS asks; whoever sits at this terminal may answer, and so may the page. */
async function runThere(running: RunningHost, call: { name: string; input: unknown; dryRun: boolean }): Promise<ToolOutcome> {
  using interrupted = untilInterrupted();
  const before = isTerminal() ? await waiting(running) : [];
  const over = new AbortController();
  const answering = isTerminal() ? answerFor(running, call.name, before, AbortSignal.any([interrupted.signal, over.signal])) : undefined;
  try {
    return await running.request(ToolOutcomeSchema, 'POST', '/tools/run', call);
  } finally {
    over.abort(new Error('over'));
    await answering;
  }
}

async function answerFor(running: RunningHost, tool: string, before: readonly Approval[], signal: AbortSignal): Promise<void> {
  const seen = new Set(before.map(({ id }) => id));
  try {
    while (!signal.aborted) {
      for (const approval of await waiting(running)) {
        if (seen.has(approval.id) || approval.tool !== tool || approval.source !== 'api') continue;
        seen.add(approval.id);
        const answer = await askInTerminal(approval, signal);
        await running.request(z.unknown(), 'POST', '/approvals/answer', { approvalId: approval.id, ...answer, by: 'cli' });
      }
      await systemClock.sleep(LOOK_MS, signal);
    }
  } catch (error) {
    // The call has come to its end, or nobody waits any more.
    if (!signal.aborted) throw error;
  }
}

const waiting = (running: RunningHost): Promise<Approval[]> => running.request(z.array(ApprovalSchema), 'GET', '/approvals');

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`The input is no JSON: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

function marks({ risk, origin, enabled, review }: ListedTool): string {
  const from = origin.type === 'built-in' ? [] : [`${origin.type === 'mcp' ? 'MCP server' : 'plugin'} ${origin.name}`];
  return [risk, ...from, ...(enabled ? [] : ['off']), ...(review === undefined ? [] : ['review required'])].join(', ');
}

const noTool = (name: string): CommandError => new CommandError(`There is no tool called ${name}.`, 1);
