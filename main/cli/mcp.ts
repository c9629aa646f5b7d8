import type { Command } from 'commander';

export function addMcp(program: Command): Command {
  const mcp = program.command('mcp').description('MCP servers whose tools JARVIS may use, and JARVIS as an MCP server.');
  mcp
    .command('list', { isDefault: true })
    .description('The servers, whether they are connected, and what of them was left out.')
    .option('--json', 'print one JSON object per line')
    .action(async (options: { json?: boolean }) => (await import('./mcp-host.ts')).listMcp(options));
  mcp
    .command('add <NAME> <URL_OR_COMMAND> [ARGUMENTS...]')
    .description('Add a server; write -- before a command with options. Its tools wait for `jarvis tools review NAME`.')
    .option(
      '--secret <VARIABLE=SECRET>',
      'environment variable (or header, for a URL) and the name of the secret it gets; may stand several times',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option('--json', 'print one JSON object')
    .action(async (name: string, target: string, rest: string[], options: { secret: string[]; json?: boolean }) =>
      (await import('./mcp-host.ts')).addMcpServer(name, target, rest, options),
    );
  mcp
    .command('remove <NAME>')
    .description('Forget a server and its tools.')
    .option('--json', 'print one JSON object')
    .action(async (name: string, options: { json?: boolean }) => (await import('./mcp-host.ts')).removeMcpServer(name, options));
  mcp
    .command('serve')
    .description('JARVIS as an MCP server on stdin and stdout, for clients that start their servers; it needs a JARVIS that runs.')
    .action(async () => (await import('./mcp-host.ts')).serveStdio());
  return mcp;
}
