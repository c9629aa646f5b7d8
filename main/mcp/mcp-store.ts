import { join } from 'node:path';
import { jsonFile } from '../../store/json-file.ts';
import type { McpStore } from '../../tools/mcp/mcp-servers.ts';

/** `mcp-servers.json` in the data folder. */
export const mcpStore = (dataFolder: string): McpStore => jsonFile(join(dataFolder, 'mcp-servers.json'));
