import { describe, expect, it } from 'vitest';
import { type McpForm, mcpSettings } from './mcp-settings.ts';

const form = (more: Partial<McpForm>): McpForm => ({ name: 'notes', type: 'stdio', command: 'npx notes', url: '', values: '', ...more });

describe('the form of an MCP server', () => {
  it('splits a command without asking a shell', () => {
    expect(mcpSettings(form({ command: ` npx -y "my notes" --in='a b' $(rm) ` }))).toEqual({
      settings: { name: 'notes', transport: { type: 'stdio', command: 'npx', args: ['-y', 'my notes', '--in=a b', '$(rm)'], env: {} } },
    });
  });

  it('takes secrets by their name', () => {
    expect(
      mcpSettings(form({ type: 'http', url: ' https://mcp.example.org/ ', values: 'Authorization = secret: notes-key\n\nX-A=b=c' })),
    ).toEqual({
      settings: {
        name: 'notes',
        transport: { type: 'http', url: 'https://mcp.example.org/', headers: { Authorization: { secret: 'notes-key' }, 'X-A': 'b=c' } },
      },
    });
  });

  it('says in words what is wrong', () => {
    const problem = (more: Partial<McpForm>) => {
      const made = mcpSettings(form(more));
      return 'problem' in made ? made.problem : undefined;
    };
    expect(problem({ name: 'My Notes' })).toContain('small letters');
    expect(problem({ command: ' ' })).toMatch(/^[A-Z].*\.$/u);
    expect(problem({ type: 'http', url: 'ftp://x' })).toContain('http://');
    expect(problem({ values: 'nothing' })).toContain('NAME=value');
    expect(problem({ values: 'A=secret:' })).toBeDefined();
  });
});
