import type { Approval, Source, Taint } from '../../contract/tool.ts';

/** So many are read out; of more only the number, and the page shows them. */
export const MOST_READ_OUT = 4;

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four'] as const;
const ORDERS = ['one', 'two', 'three', 'four'] as const;

/** Who asks, where it is no person who has just spoken. */
const ASKERS: Readonly<Record<Source, string | undefined>> = {
  voice: undefined,
  page: undefined,
  cli: undefined,
  timer: undefined,
  api: 'Another program asks',
  agent: 'An agent of mine asks',
  routine: 'A routine asks',
  plugin: 'A plug-in asks',
  mcp: 'Another program asks',
};

const READ: Readonly<Record<Taint['origin'], string>> = {
  web: 'a web page',
  mail: 'mail',
  file: 'a file',
  calendar: 'a calendar',
  device: 'the name of a device',
  list: 'a list',
  mcp: 'text of another program',
  plugin: 'text of a plug-in',
  'tool-error': 'a message of an error',
  clipboard: 'the clipboard',
  screen: 'the screen',
  transcript: 'what was said in the room',
  other: 'text from outside',
};

/** The effect aloud, with the question. Never says a code. */
export function approvalQuestion(approvals: readonly Approval[]): string {
  const [only] = approvals;
  if (only === undefined) return '';
  if (approvals.length > 1) return questionOfSeveral(approvals);
  const effect = `${askedBy(only)}${bare(only.sentence)}.${after(only)}`;
  return only.strong === true ? `${effect} For this I need the code that is shown, or a click.` : `${effect} Shall I?`;
}

function questionOfSeveral(approvals: readonly Approval[]): string {
  const strong = approvals.some((approval) => approval.strong === true);
  const how = strong ? ' Some of it needs a code that is shown.' : '';
  if (approvals.length > MOST_READ_OUT) return `${approvals.length} things wait for your approval. Please look at the page.`;
  const list = approvals.map((approval, index) => `${ORDERS[index] ?? ''}, ${askedBy(approval)}${bare(approval.sentence)}`);
  return `${NUMBERS[approvals.length] ?? ''} things need your yes: ${list.join('; ')}.${how} ${which(approvals.length)}`;
}

/** A yes alone is too little where several were read out. */
export const which = (count: number): string => (count === 2 ? 'Both, or which one?' : 'All of them, or which one?');

const askedBy = ({ source }: Approval): string => (ASKERS[source] === undefined ? '' : `${ASKERS[source]}: `);

function after({ taint = [] }: Approval): string {
  const origins = [...new Set(taint.map(({ origin }) => READ[origin]))];
  return origins.length === 0 ? '' : ` I have read ${origins.slice(0, 3).join(' and ')} before this.`;
}

const bare = (sentence: string): string => sentence.trim().replace(/[.?!]+$/u, '');
