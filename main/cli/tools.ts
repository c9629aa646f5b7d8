import type { Command } from 'commander';
import type { ToolsOptions } from './tools-options.ts';

export function addTools(program: Command): Command {
  const tools = program.command('tools').description('What JARVIS can do: tools of its own, of plugins and of MCP servers.');
  tools
    .command('list [WORDS...]', { isDefault: true })
    .description('Every tool, or those that have to do with some words, the best first.')
    .option('--json', 'print the tools, one JSON object per line')
    .action(async (words: string[], options: ToolsOptions) => (await import('./tools-host.ts')).listTools(words.join(' '), options));
  tools
    .command('show <NAME>')
    .description('What one tool does, what it may touch, and what it wants.')
    .option('--json', 'print the tool as one JSON object')
    .action(async (name: string, options: ToolsOptions) => (await import('./tools-host.ts')).showTool(name, options));
  tools
    .command('run <NAME> [JSON]')
    .description('Run a tool through the gate; JSON is its input.')
    .option('--dry-run', 'decide everything, do nothing')
    .option('--json', 'print the outcome as one JSON object')
    .action(async (name: string, input: string | undefined, options: ToolsOptions) =>
      (await import('./tools-host.ts')).runTool(name, input ?? '{}', options),
    );
  for (const [word, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    tools
      .command(`${word} <NAME>`)
      .description(enabled ? 'Switch a tool on.' : 'Switch a tool off, for everybody.')
      .option('--json', 'print one JSON object')
      .action(async (name: string, options: ToolsOptions) => (await import('./tools-host.ts')).switchTool(name, enabled, options));
  }
  tools
    .command('review <NAME>')
    .description('Let a new or changed plugin run as it is now; it says what that may touch.')
    .option('--json', 'print one JSON object')
    .action(async (name: string, options: ToolsOptions) => (await import('./tools-host.ts')).reviewTool(name, options));
  return tools;
}
