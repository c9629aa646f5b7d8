import type { z } from 'zod';
import { JarvisError } from '../../contract/failure.ts';
import { McpServerSettingsSchema, type McpServerStatus } from '../../contract/mcp.ts';
import type { McpServers } from '../../tools/mcp/mcp-servers.ts';

/** What pages and command lines can do with the MCP servers. */
export function mcpProcedures(servers: McpServers) {
  return {
    mcpServers: (): McpServerStatus[] => servers.list(),
    async addMcpServer(settings: z.input<typeof McpServerSettingsSchema>): Promise<Record<string, never>> {
      try {
        await servers.add(McpServerSettingsSchema.parse(settings));
      } catch (error) {
        throw new JarvisError('home-refused', error instanceof Error ? error.message : String(error), { cause: error });
      }
      return {};
    },
    async removeMcpServer({ name }: { name: string }): Promise<Record<string, never>> {
      if (!(await servers.remove(name))) throw new JarvisError('no-target', `the MCP server ${name}`);
      return {};
    },
  };
}
