import { describe, expect, it } from 'vitest';
import type { ListedTool } from '../../contract/tool.ts';
import { findTools, groupTools } from './group-tools.ts';

function tool(name: string, more: Partial<ListedTool> = {}): ListedTool {
  return {
    name,
    version: '1',
    title: name,
    description: '',
    risk: 'observe',
    reversible: false,
    permissions: {},
    sandbox: 'none',
    timeoutMs: 1000,
    input: {},
    origin: { type: 'built-in' },
    enabled: true,
    ...more,
  };
}

describe('the list of tools', () => {
  it('is told by whose they are, what waits for a person first', () => {
    const groups = groupTools([
      tool('b'),
      tool('a'),
      tool('s', { origin: { type: 'mcp', name: 'notes' } }),
      tool('w', { origin: { type: 'plugin', name: 'weather' }, review: ['the internet'] }),
    ]);
    expect(groups.map(({ title }) => title)).toEqual(['Plug-in weather', 'Built in', 'MCP server notes']);
    expect(groups[1]?.tools.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('keeps a plug-in and a server of the same name apart', () => {
    expect(
      groupTools([tool('a', { origin: { type: 'mcp', name: 'x' } }), tool('b', { origin: { type: 'plugin', name: 'x' } })]),
    ).toHaveLength(2);
  });

  it('is searched by what a tool is called, touches and may do', () => {
    const tools = [
      tool('files.read', { title: 'Read a file', permissions: { filesystem: [{ path: '~/Documents', mode: 'read' }] } }),
      tool('power.off', { title: 'Shut down', risk: 'guarded', permissions: { system: ['power'] } }),
    ];
    const found = (text: string) => findTools(tools, text).map(({ name }) => name);
    expect(found('DOCUMENTS')).toEqual(['files.read']);
    expect(found('guarded computer')).toEqual(['power.off']);
    expect(found('read power')).toEqual([]);
    expect(found('  ')).toHaveLength(2);
  });
});
