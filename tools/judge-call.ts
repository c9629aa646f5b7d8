import type { Risk, ToolRequest } from '../contract/tool.ts';
import { canonicalJson, requestDigest } from './canonical-json.ts';
import { higherRisk } from './policy.ts';
import { redact } from './redact.ts';
import type { ToolRegistry } from './registry.ts';
import type { Tool } from './tool.ts';

/** Characters of canonical JSON; ten thousand devices in one call take a third of it. */
const MAXIMUM_INPUT = 1_000_000;

/** A call whose input was parsed: from here on it is this input and no other. */
export interface JudgedCall {
  tool: Tool;
  /** A copy of its own: who made the call can no longer change it. */
  input: unknown;
  risk: Risk;
  digest: string;
  /** What the audit keeps. */
  recorded: { input: unknown; digest: string };
}

/** Finds the tool, parses the input, weighs the risk. `refusal` says in words why the call cannot be made. Never throws. */
export function judgeCall(registry: ToolRegistry, request: ToolRequest): JudgedCall | { refusal: string } {
  const tool = registry.get(request.tool);
  if (tool === undefined) return { refusal: `There is no tool called ${request.tool.slice(0, 80)}.` };
  const { title, secrets } = tool.manifest;
  try {
    const parsed = tool.manifest.input.safeParse(request.input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.').slice(0, 80)}: `;
      return { refusal: `${title} cannot be called like this: ${where}${(issue?.message ?? '').slice(0, 200)}` };
    }
    const text = canonicalJson(parsed.data);
    if (text.length > MAXIMUM_INPUT) return { refusal: `${title} cannot be called like this: the input is too large.` };
    const input: unknown = JSON.parse(text);
    const kept = redact(input, secrets);
    return {
      tool,
      input,
      risk: riskOf(tool, input),
      digest: requestDigest(request.tool, input),
      recorded: { input: kept, digest: requestDigest(request.tool, kept) },
    };
  } catch (error) {
    return { refusal: `${title} cannot be called like this: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The least risk of the tool, raised by what this input means now. Throws what the tool's own judgement throws. */
export const riskOf = (tool: Tool, input: unknown): Risk => higherRisk(tool.manifest.risk, tool.riskOf?.(input) ?? tool.manifest.risk);
