import type { Taint } from '../../contract/tool.ts';

/** Sources that are named one by one. */
const NAMED = 3;
/** Characters of a name, which anybody outside may have chosen. */
const NAME = 80;

/** Where text from outside came from: "a web page from example.org". */
export function taintWords({ origin, name: whole }: Taint): string {
  const name = whole?.trim().slice(0, NAME);
  const named = (before: string, without: string): string => (name ? `${before} ${name}` : without);
  switch (origin) {
    case 'web':
      return named('a web page from', 'a web page');
    case 'mail':
      return named('mail from', 'mail');
    case 'file':
      return named('the file', 'a file');
    case 'calendar':
      return named('the calendar', 'a calendar');
    case 'device':
      return named('what the device says of itself:', 'what a device says of itself');
    case 'list':
      return named('the list', 'a list');
    case 'mcp':
      return named('an answer of the MCP server', 'an answer of an MCP server');
    case 'plugin':
      return named('an answer of the plug-in', 'an answer of a plug-in');
    case 'tool-error':
      return named('an error of', 'an error of a tool');
    case 'clipboard':
      return 'the clipboard';
    case 'screen':
      return 'the screen';
    case 'transcript':
      return named('a transcript of', 'a transcript');
    case 'other':
      return named('text from', 'text from outside');
    default:
      return origin satisfies never;
  }
}

/** "a web page from example.org and the clipboard"; each once. */
export function taintList(taint: readonly Taint[]): string {
  const words = [...new Set(taint.map(taintWords))];
  const shown = words.length > NAMED ? [...words.slice(0, NAMED), `${words.length - NAMED} more`] : words;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
