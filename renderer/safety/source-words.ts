import type { Source } from '../../contract/tool.ts';

/** By which way something was asked: what stands behind "asked". */
export const SOURCE_WORDS = {
  voice: 'by voice',
  page: 'on a page',
  cli: 'in a terminal',
  api: 'by a program',
  timer: 'by a timer',
  agent: 'by an agent of JARVIS',
  routine: 'by a routine',
  plugin: 'by a plug-in',
  mcp: 'by a program over MCP',
} as const satisfies Record<Source, string>;
