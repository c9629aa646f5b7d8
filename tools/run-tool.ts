import type { Clock } from '../contract/clock.ts';
import type { Taint, ToolOutcome, ToolRequest } from '../contract/tool.ts';
import type { CallSecrets } from './secret-handles.ts';
import type { Tool, ToolResult } from './tool.ts';

export interface ToolRun {
  outcome: ToolOutcome;
  /** Only where the tool was given up before it came to its end: what it then did. Never rejects; may never resolve. */
  late?: Promise<ToolOutcome>;
}

interface RunOptions {
  request: ToolRequest;
  clock: Clock;
  signal: AbortSignal;
  secrets: CallSecrets | undefined;
}

/**
 * Runs a tool under its timeout and `signal`. Resolves at the moment either ends it, whatever the tool does with its own signal; a tool that throws has
 * failed. The gate alone calls this, and this alone calls a tool's `run`.
 */
export async function runTool(tool: Tool, input: unknown, { request, clock, signal, secrets }: RunOptions): Promise<ToolRun> {
  const over = new AbortController();
  const limit = new AbortController();
  const context = {
    turnId: request.turnId,
    source: request.source,
    clock,
    signal: AbortSignal.any([signal, limit.signal]),
    ...(secrets !== undefined && { secret: (name: string) => secrets.secret(name) }),
  };
  const givenUp = new Promise<'given-up'>((resolve) => {
    context.signal.addEventListener('abort', () => resolve('given-up'), { once: true, signal: over.signal });
  });
  clock.sleep(tool.manifest.timeoutMs, over.signal).then(
    () => limit.abort(new Error('timed out')),
    () => undefined,
  );
  const result = outcomeOf(tool, () => tool.run(input, context)).then((outcome) => secrets?.clean(outcome) ?? outcome);
  try {
    const first = await Promise.race([result, givenUp]);
    if (first !== 'given-up') return { outcome: first };
    const reason = limit.signal.aborted
      ? `It timed out after ${tool.manifest.timeoutMs / 1000} seconds.`
      : 'It was called off while it ran.';
    return { outcome: { outcome: 'failed', reason }, late: result };
  } finally {
    over.abort();
  }
}

async function outcomeOf(tool: Tool, run: () => Promise<ToolResult>): Promise<ToolOutcome> {
  try {
    const { taintName, ...outcome } = await run();
    return withTaint(tool, outcome, taintName);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return withTaint(tool, { outcome: 'failed', reason: message === '' ? `${tool.manifest.title} failed without a word.` : message });
  }
}

/** Words from outside are told as such, those of an error no less; and whatever comes from a tool that is not ours is from outside, whatever its manifest says. */
function withTaint({ manifest }: Tool, outcome: ToolOutcome, taintName?: string): ToolOutcome {
  const { origin } = manifest;
  const foreign = origin === undefined || origin.type === 'built-in' ? undefined : origin;
  const taints: Taint['origin'] | undefined = manifest.taints ?? foreign?.type;
  if (taints === undefined || (outcome.output === undefined && outcome.reason === undefined)) return outcome;
  const name = taintName ?? foreign?.name;
  const isError = outcome.output === undefined && outcome.outcome !== 'confirmed' && outcome.outcome !== 'accepted';
  return { ...outcome, taint: { origin: isError ? 'tool-error' : taints, ...(name !== undefined && { name: name.slice(0, 200) }) } };
}
