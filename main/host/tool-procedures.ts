import { JarvisError } from '../../contract/failure.ts';
import type { Gate } from '../../tools/gate.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { JarvisApi } from '../gateway/router.ts';

export interface ToolProcedureParts {
  registry: Pick<ToolRegistry, 'list' | 'search' | 'setEnabled' | 'approveReview'>;
  gate: Gate;
  newId(): string;
  /** Aborts when the host ends. */
  ending: AbortSignal;
}

/** The tools, as the page and other programs ask for them. What they run goes through the gate like everything else. */
export function toolProcedures({
  registry,
  gate,
  newId,
  ending,
}: ToolProcedureParts): Pick<JarvisApi, 'tools' | 'setToolEnabled' | 'approveReview' | 'runTool'> {
  return {
    tools: (query) => (query?.search === undefined ? registry.list() : registry.search(query.search)),
    async setToolEnabled({ name, enabled }) {
      if (!(await registry.setEnabled(name, enabled))) throw noTool(name);
      return { enabled };
    },
    async approveReview({ name, digest }) {
      const permissions = await registry.approveReview(name, digest);
      return permissions === undefined ? { reviewed: false, permissions: [] } : { reviewed: true, permissions };
    },
    runTool({ name, input, dryRun }, { source }) {
      const id = newId();
      return gate.call({ id, turnId: id, tool: name, input: input ?? {}, source, dryRun: dryRun ?? false }, ending);
    },
  };
}

const noTool = (name: string): JarvisError => new JarvisError('refused', `There is no tool called ${name}.`);
