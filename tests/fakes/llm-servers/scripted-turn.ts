/** What a scripted server answers to one request; the same words for every wire format. */
export interface ScriptedTurn {
  /** Thinking, before the text. */
  reasoning?: string | readonly string[];
  /** In these pieces. */
  text?: string | readonly string[];
  /** Its text, in three pieces. */
  json?: unknown;
  toolCalls?: readonly ScriptedCall[];
  /** Instead of all above, where the order matters or something has to be waited for. */
  steps?: readonly ScriptedStep[];
  /** Absent: `tool-calls` where there are any, else `stop`. */
  finish?: ScriptedFinish;
  /** Absent: 10 in, 5 out. */
  usage?: { input: number; output: number; cached?: number };
  /** Comes after the steps, but for `status` and `silence` before the headers, which come instead of them. */
  trouble?: Trouble;
}

export type ScriptedFinish = 'stop' | 'length' | 'tool-calls' | 'content-filter';

export type ScriptedStep =
  | { text: string }
  | { reasoning: string }
  | { toolCall: ScriptedCall }
  /** Goes on when the test resolves it. */
  | { until: Promise<unknown> };

export interface ScriptedCall {
  name: string;
  input?: unknown;
  /** Instead of `input`: as it stands on the wire. Where the wire carries objects, a string. */
  rawInput?: string;
  id?: string;
}

export type Trouble =
  /** `code` in the place where this kind of server has one; `body` instead of its usual error. */
  | { kind: 'status'; status: number; headers?: Readonly<Record<string, string>>; code?: string; message?: string; body?: string }
  /** An error inside the stream. */
  | { kind: 'error-event'; code?: string; message?: string }
  /** The connection is destroyed. */
  | { kind: 'cut' }
  /** Ends well, but without a word of why. */
  | { kind: 'no-finish' }
  | { kind: 'double-finish' }
  /** An event that is no JSON. */
  | { kind: 'malformed' }
  /** Bytes of no format at all, then the end. */
  | { kind: 'garbage' }
  /** Text until the other side goes. */
  | { kind: 'endless' }
  /** Not a byte more: before the headers, or after the steps. */
  | { kind: 'silence'; before: 'headers' | 'end' }
  /** Another answer altogether, as from a server of another kind. */
  | { kind: 'other-answer'; contentType: string; body: string }
  /** One line of so many bytes. */
  | { kind: 'huge-line'; bytes: number }
  /** All is said, and the connection stays open. */
  | { kind: 'lingers' };

/** What was asked, in the same words for every wire format. */
export interface SeenRequest {
  model: string;
  system: string;
  messages: readonly SeenMessage[];
  tools: readonly { name: string; description: string; input: unknown }[];
  /** As far as the wire can say it. */
  toolChoice?: 'auto' | 'none' | 'required' | { name: string };
  /** JSON Schema of the answer; `true`: any JSON. */
  json?: unknown;
  maximumTokens?: number;
  temperature?: number;
  stop?: readonly string[];
  key?: string;
}

export interface SeenMessage {
  role: 'user' | 'assistant' | 'tool';
  text: string;
  toolCalls?: readonly { name: string; input: unknown }[];
}

export function stepsOf(turn: ScriptedTurn): readonly ScriptedStep[] {
  if (turn.steps !== undefined) return turn.steps;
  const json = turn.json === undefined ? [] : inThree(JSON.stringify(turn.json));
  return [
    ...pieces(turn.reasoning).map((reasoning) => ({ reasoning })),
    ...[...pieces(turn.text), ...json].map((text) => ({ text })),
    ...(turn.toolCalls ?? []).map((toolCall) => ({ toolCall })),
  ];
}

export function finishOf(turn: ScriptedTurn): ScriptedFinish {
  return turn.finish ?? (stepsOf(turn).some((step) => 'toolCall' in step) ? 'tool-calls' : 'stop');
}

const pieces = (text: string | readonly string[] = []): readonly string[] => (typeof text === 'string' ? [text] : text);

function inThree(text: string): string[] {
  const third = Math.ceil(text.length / 3);
  return [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)].filter((piece) => piece !== '');
}
