import type { Clock } from '../contract/clock.ts';
import type { ToolOutcome, ToolRequest } from '../contract/tool.ts';
import type { Tool, ToolResult } from './tool.ts';

export interface ToolRun {
  outcome: ToolOutcome;
  /** Only where the tool was given up before it came to its end: what it then did. Never rejects; may never resolve. */
  late?: Promise<ToolOutcome>;
}

/**
 * Runs a tool under its timeout and `signal`. Resolves at the moment either ends it, whatever the tool does with its own signal; a tool that throws has
 * failed. The gate alone calls this, and this alone calls a tool's `run`.
 */
export async function runTool(tool: Tool, input: unknown, request: ToolRequest, clock: Clock, signal: AbortSignal): Promise<ToolRun> {
  const over = new AbortController();
  const limit = new AbortController();
  const context = { turnId: request.turnId, source: request.source, clock, signal: AbortSignal.any([signal, limit.signal]) };
  const givenUp = new Promise<'given-up'>((resolve) => {
    context.signal.addEventListener('abort', () => resolve('given-up'), { once: true, signal: over.signal });
  });
  clock.sleep(tool.manifest.timeoutMs, over.signal).then(
    () => limit.abort(new Error('timed out')),
    () => undefined,
  );
  const result = outcomeOf(tool, () => tool.run(input, context));
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
    return await run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: 'failed', reason: message === '' ? `${tool.manifest.title} failed without a word.` : message };
  }
}
