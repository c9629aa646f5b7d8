import { type McpServerSettings, McpServerSettingsSchema } from '../../contract/mcp.ts';

/** The form of an MCP server, as it was filled in. */
export interface McpForm {
  name: string;
  type: 'stdio' | 'http';
  /** With its arguments; quotes hold words together. */
  command: string;
  url: string;
  /** Lines `NAME=value`, for the environment of a program or the headers of requests; `NAME=secret:name` takes a kept secret. */
  values: string;
}

/** The settings that the form comes to, or what is wrong with it, in words. */
export function mcpSettings({ name, type, command, url, values }: McpForm): { settings: McpServerSettings } | { problem: string } {
  const entries: [string, string | { secret: string }][] = [];
  for (const line of values.split('\n').filter((each) => each.trim() !== '')) {
    const [, key = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
    if (key === '') return { problem: `Write “NAME=value”, not “${line.trim().slice(0, 60)}”.` };
    entries.push([key, value.startsWith('secret:') ? { secret: value.slice('secret:'.length).trim() } : value]);
  }
  const pairs = Object.fromEntries(entries);
  const [program = '', ...args] = words(command);
  const transport = type === 'stdio' ? { type, command: program, args, env: pairs } : { type, url: url.trim(), headers: pairs };
  const parsed = McpServerSettingsSchema.safeParse({ name: name.trim(), transport });
  if (parsed.success) return { settings: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: issue === undefined ? 'It cannot be read.' : sentence(issue.message) };
}

/** Splits a command line as a shell does, but for everything that a shell would carry out. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/gu)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/gu, '$1$2'));
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
