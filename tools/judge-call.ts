import type { Risk, Taint, ToolRequest } from '../contract/tool.ts';
import { canonicalJson, requestDigest } from './canonical-json.ts';
import { higherRisk } from './policy.ts';
import { redact, redactSentence } from './redact.ts';
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
  recorded: { input: unknown; digest: string /** A reason without what is secret in the input. */; sentence(reason: string): string };
}

/** Finds the tool, parses the input, weighs the risk. `refusal` says in words why the call cannot be made, with their taint where those are a stranger's words. Never throws. */
export function judgeCall(registry: ToolRegistry, request: ToolRequest): JudgedCall | { refusal: string; taint?: Taint } {
  const usable = registry.usable(request.tool);
  if ('refusal' in usable) return usable;
  const { tool } = usable;
  const { title, secrets, origin } = tool.manifest;
  const refuse = (reason: string) => ({
    refusal: `${title} cannot be called like this: ${reason}`,
    ...(origin !== undefined && origin.type !== 'built-in' && { taint: { origin: origin.type, name: origin.name.slice(0, 200) } }),
  });
  try {
    const parsed = tool.manifest.input.safeParse(request.input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.').slice(0, 80)}: `;
      return refuse(`${where}${(issue?.message ?? '').slice(0, 200)}`);
    }
    const text = canonicalJson(parsed.data);
    if (text.length > MAXIMUM_INPUT) return refuse('the input is too large.');
    const input: unknown = JSON.parse(text);
    const redaction = { paths: secrets, schema: tool.manifest.input };
    const kept = redact(input, redaction);
    return {
      tool,
      input,
      risk: riskOf(tool, input),
      digest: requestDigest(request.tool, input),
      recorded: {
        input: kept,
        digest: requestDigest(request.tool, kept),
        sentence: (reason) => redactSentence(reason, input, redaction),
      },
    };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The least risk of the tool, raised by what this input means now. Throws what the tool's own judgement throws. */
export const riskOf = (tool: Tool, input: unknown): Risk => higherRisk(tool.manifest.risk, tool.riskOf?.(input) ?? tool.manifest.risk);
