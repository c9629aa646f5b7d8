import { type ListedTool, permissionWords } from '../../contract/tool.ts';
import { RISK_WORDS } from '../safety/risk-words.ts';

export interface ToolGroup {
  key: string;
  /** Of whose tools these are. */
  title: string;
  /** In sort order: what needs a look first, then by title. */
  tools: ListedTool[];
}

/** Built-in tools, each plug-in's, each MCP server's; those in which something waits for a person come first. */
export function groupTools(tools: readonly ListedTool[]): ToolGroup[] {
  const groups = new Map<string, ToolGroup>();
  for (const tool of tools) {
    const { key, title } = originOf(tool);
    const group = groups.get(key) ?? { key, title, tools: [] };
    groups.set(key, group);
    group.tools.push(tool);
  }
  const waits = (group: ToolGroup): boolean => group.tools.some((tool) => tool.review !== undefined);
  for (const group of groups.values())
    group.tools.sort((a, b) => Number(b.review !== undefined) - Number(a.review !== undefined) || a.title.localeCompare(b.title));
  return [...groups.values()].sort((a, b) => Number(waits(b)) - Number(waits(a)) || a.key.localeCompare(b.key));
}

function originOf({ origin }: ListedTool): { key: string; title: string } {
  switch (origin.type) {
    case 'built-in':
      return { key: '0', title: 'Built in' };
    case 'plugin':
      return { key: `1 ${origin.name}`, title: `Plug-in ${origin.name}` };
    case 'mcp':
      return { key: `2 ${origin.name}`, title: `MCP server ${origin.name}` };
    default:
      return origin satisfies never;
  }
}

/** Tools in which every word is found: in name, title, description, what they touch, whose they are, or how dangerous they are. */
export function findTools(tools: readonly ListedTool[], text: string): ListedTool[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return [...tools];
  return tools.filter((tool) => {
    const { title } = originOf(tool);
    const all = [
      tool.name,
      tool.title,
      tool.description,
      ...permissionWords(tool.permissions),
      title,
      RISK_WORDS[tool.risk].label,
      tool.risk,
    ];
    const where = all.join('\n').toLowerCase();
    return words.every((word) => where.includes(word));
  });
}
