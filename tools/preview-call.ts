import type { Risk, ToolRequest } from '../contract/tool.ts';
import { judgeCall } from './judge-call.ts';
import type { ToolRegistry } from './registry.ts';
import { ToolRefusal } from './tool-refusal.ts';

/** What a call would do if it were made now. */
export type CallPreview =
  | {
      /** What a person approves. */
      sentence: string;
      risk: Risk;
      /** As the record keeps it. */
      input: unknown;
      /** The one the gate will compute for the same input. */
      digest: string;
    }
  /** Why it cannot be made, in words; they may be words of whoever made the tool. */
  | { refusal: string };

/** Looks at a call without making it. The gate judges it again when it is made, whatever this said. Never throws. */
export function previewCall(registry: ToolRegistry, tool: string, input: unknown): CallPreview {
  const request: ToolRequest = { id: '', turnId: '', tool, input, source: 'agent', dryRun: true };
  const call = judgeCall(registry, request);
  if ('refusal' in call) return { refusal: call.refusal };
  try {
    return { sentence: call.tool.describe(call.input), risk: call.risk, input: call.recorded.input, digest: call.digest };
  } catch (error) {
    if (error instanceof ToolRefusal) return { refusal: error.message };
    return { refusal: `${call.tool.manifest.title} cannot say what it would do.` };
  }
}
