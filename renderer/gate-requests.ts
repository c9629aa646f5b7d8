import type { AuditFilter, AuditPage, AuditVerdict } from '../contract/audit.ts';
import type { McpServerSettings, McpServerStatus } from '../contract/mcp.ts';
import type { PolicyTest, PolicyTrial, SavedPolicy, ShownPolicy } from '../contract/policy.ts';
import type { ApprovalDay, ListedTool, ToolOutcome } from '../contract/tool.ts';
import type { JarvisClient } from './host-link.ts';

/** What the page asks about the gate and what stands behind it; each throws with a sentence for people. */
export interface GateRequests {
  /** The narrowest rule that would allow this from now on. */
  proposeRule(approvalId: string): Promise<{ text: string; sentence: string }>;
  /** Oldest first. */
  approvalDays(): Promise<ApprovalDay[]>;
  /** `before`: `next` of the page before. */
  audit(filter: AuditFilter, before: string | undefined, signal: AbortSignal): Promise<AuditPage>;
  verifyAudit(signal: AbortSignal): Promise<AuditVerdict>;
  secrets(): Promise<string[]>;
  setSecret(name: string, value: string): Promise<{ replaced: boolean }>;
  deleteSecret(name: string): Promise<{ deleted: boolean }>;
  tools(): Promise<ListedTool[]>;
  /** Resolves to how it is now. */
  setToolEnabled(name: string, enabled: boolean): Promise<boolean>;
  /** Resolves to what was looked at, in words. */
  /** `digest`: of what was shown. */
  approveReview(name: string, digest: string | undefined): Promise<{ reviewed: boolean; permissions: string[] }>;
  /** Tries a tool out: everything up to the effect, and nothing of it. */
  tryTool(name: string, input: unknown, signal: AbortSignal): Promise<ToolOutcome>;
  mcpServers(): Promise<McpServerStatus[]>;
  addMcpServer(settings: McpServerSettings): Promise<void>;
  removeMcpServer(name: string): Promise<void>;
  policy(): Promise<ShownPolicy>;
  /** `version`: of the text that was changed. */
  savePolicy(text: string, version: string): Promise<SavedPolicy>;
  testPolicy(test: PolicyTest, signal: AbortSignal): Promise<PolicyTrial>;
}

/** Entries of the record that are asked for at once. */
const PAGE = 50;

export function gateRequests(client: () => JarvisClient): GateRequests {
  return {
    proposeRule: async (approvalId) => client().proposeRule({ approvalId }),
    approvalDays: async () => (await client().approvalStats()).days,
    audit: async (filter, before, signal) =>
      client().audit({ ...filter, limit: PAGE, ...(before !== undefined && { before }) }, { signal }),
    verifyAudit: async (signal) => client().verifyAudit(undefined, { signal }),
    secrets: async () => client().secrets(),
    setSecret: async (name, value) => client().setSecret({ name, value }),
    deleteSecret: async (name) => client().deleteSecret({ name }),
    tools: async () => client().tools(),
    setToolEnabled: async (name, enabled) => (await client().setToolEnabled({ name, enabled })).enabled,
    approveReview: async (name, digest) => client().approveReview({ name, ...(digest !== undefined && { digest }) }),
    tryTool: async (name, input, signal) => client().runTool({ name, input, dryRun: true }, { signal }),
    mcpServers: async () => client().mcpServers(),
    addMcpServer: async (settings) => {
      await client().addMcpServer(settings);
    },
    removeMcpServer: async (name) => {
      await client().removeMcpServer({ name });
    },
    policy: async () => client().policy(),
    savePolicy: async (text, version) => client().savePolicy({ text, version }),
    testPolicy: async (test, signal) => client().testPolicy(test, { signal }),
  };
}
