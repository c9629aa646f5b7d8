import { implement, ORPCError } from '@orpc/server';
import type { AuditEntry, AuditVerdict } from '../../contract/audit.ts';
import { jarvisInterface } from '../../contract/interface.ts';
import type { McpServerSettings, McpServerStatus } from '../../contract/mcp.ts';
import type { PolicyProblem, PolicyTest, PolicyTrial, ShownPolicy } from '../../contract/policy.ts';
import type { ListedTool, ToolOutcome } from '../../contract/tool.ts';

/** What the fake host says about tools, rules, the record and secrets: a test sets it, and reads what was asked. */
export class FakeHostGate {
  tools: ListedTool[] = [];
  readonly switched: { name: string; enabled: boolean }[] = [];
  /** Set: nothing can be switched, for this reason. */
  switchTrouble: string | undefined;
  readonly reviewed: string[] = [];
  readonly toolRuns: { name: string; input?: unknown; dryRun?: boolean | undefined }[] = [];
  toolOutcome: ToolOutcome = { outcome: 'confirmed', dryRun: true };
  mcpServers: McpServerStatus[] = [];
  readonly mcpAdded: McpServerSettings[] = [];
  policy: ShownPolicy = { text: '', version: '1', path: '/data/policy.yaml', problems: [] };
  /** What is wrong with rules; with problems nothing is saved. */
  checkPolicy: (text: string) => PolicyProblem[] = () => [];
  policyTrial: PolicyTrial = {
    decision: 'allow',
    why: 'It would be done: what is easily put back is free (change).',
    matched: [],
    risk: 'change',
    strong: false,
  };
  readonly policyTests: PolicyTest[] = [];
  /** Newest first. */
  auditEntries: AuditEntry[] = [];
  auditVerdict: AuditVerdict | undefined;
  secretNames: string[] = [];
  /** Names alone: a fake keeps no secrets either. */
  readonly secretsSet: string[] = [];
}

export function gateHandlers(gate: FakeHostGate) {
  const contract = implement(jarvisInterface);
  return {
    tools: contract.tools.handler(() => gate.tools),
    setToolEnabled: contract.setToolEnabled.handler(({ input }) => {
      if (gate.switchTrouble !== undefined) throw new ORPCError('BAD_REQUEST', { message: gate.switchTrouble });
      gate.switched.push(input);
      gate.tools = gate.tools.map((tool) => (tool.name === input.name ? { ...tool, enabled: input.enabled } : tool));
      return { enabled: input.enabled };
    }),
    approveReview: contract.approveReview.handler(({ input }) => {
      gate.reviewed.push(input.name);
      gate.tools = gate.tools.map(({ review, ...tool }) => (tool.name === input.name || review === undefined ? tool : { ...tool, review }));
      return { reviewed: true, permissions: [] };
    }),
    runTool: contract.runTool.handler(({ input }) => {
      gate.toolRuns.push(input);
      return gate.toolOutcome;
    }),
    mcpServers: contract.mcpServers.handler(() => gate.mcpServers),
    addMcpServer: contract.addMcpServer.handler(({ input }) => {
      if (gate.mcpServers.some(({ name }) => name === input.name))
        throw new ORPCError('BAD_REQUEST', { message: `There is an MCP server called ${input.name} already.` });
      gate.mcpAdded.push(input);
      gate.mcpServers = [...gate.mcpServers, { name: input.name, state: 'connecting', where: 'npx', tools: 0, leftOut: [] }];
      return {};
    }),
    removeMcpServer: contract.removeMcpServer.handler(({ input }) => {
      gate.mcpServers = gate.mcpServers.filter(({ name }) => name !== input.name);
      return {};
    }),
    policy: contract.policy.handler(() => gate.policy),
    savePolicy: contract.savePolicy.handler(({ input }) => {
      const current = input.version === gate.policy.version;
      const problems = current ? gate.checkPolicy(input.text) : [{ message: 'The policy was changed meanwhile.' }];
      const saved = problems.length === 0;
      if (saved) gate.policy = { ...gate.policy, text: input.text, version: `${Number(gate.policy.version) + 1}`, problems: [] };
      return { saved, version: gate.policy.version, problems };
    }),
    testPolicy: contract.testPolicy.handler(({ input }) => {
      gate.policyTests.push(input);
      return gate.policyTrial;
    }),
    audit: contract.audit.handler(({ input }) => {
      const found = gate.auditEntries.filter(
        (entry) =>
          (input.text === undefined || JSON.stringify(entry).includes(input.text)) &&
          (input.turnId === undefined || entry.turnId === input.turnId) &&
          (input.outcome === undefined || entry.outcome === input.outcome) &&
          (input.tool === undefined || entry.tool === input.tool),
      );
      const from = Number(input.before ?? 0);
      const end = from + input.limit;
      return { entries: found.slice(from, end), ...(end < found.length && { next: String(end) }) };
    }),
    verifyAudit: contract.verifyAudit.handler(() => gate.auditVerdict ?? { ok: true, entries: gate.auditEntries.length, problems: [] }),
    secrets: contract.secrets.handler(() => gate.secretNames),
    setSecret: contract.setSecret.handler(({ input }) => {
      const replaced = gate.secretNames.includes(input.name);
      if (!replaced) gate.secretNames = [...gate.secretNames, input.name];
      gate.secretsSet.push(input.name);
      return { replaced };
    }),
    deleteSecret: contract.deleteSecret.handler(({ input }) => {
      const deleted = gate.secretNames.includes(input.name);
      gate.secretNames = gate.secretNames.filter((name) => name !== input.name);
      return { deleted };
    }),
    signed: contract.signed.handler(() => ({ accepted: false, reply: 'No device is trusted here.', ok: false })),
  };
}
