import type { Approval, ApprovalAnswer, ToolOutcome, ToolRequest } from '../contract/tool.ts';

/** What the caller of the gate is told while its call is under way, in order. */
export type GateNotice =
  | { type: 'approval-asked'; approval: Approval }
  | { type: 'approval-answered'; approvalId: string; approved: boolean; by: ApprovalAnswer['by'] };

/** The only door to an effect: validate → policy → approval → audit → run with timeout → audit. */
export interface Gate {
  call(request: ToolRequest, signal: AbortSignal, notice?: (notice: GateNotice) => void): Promise<ToolOutcome>;
}
