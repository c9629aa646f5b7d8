import { stringify } from 'yaml';
import type { Approval } from '../contract/tool.ts';
import type { Repeat } from './approval-store.ts';
import type { PolicyRule, ValuePattern } from './policy/policy-rule.ts';

/** Where a rule is kept. */
export interface RuleStore {
  /** Throws with a sentence for people when it cannot be kept. */
  addRule(rule: PolicyRule): Promise<void>;
}

export interface ProposedRule {
  rule: PolicyRule;
  /** YAML, as it would stand in the policy. */
  text: string;
  sentence: string;
}

/** Longest value that a rule may name. */
const LONGEST = 500;

const HOW: Readonly<Record<Approval['source'], string>> = {
  voice: 'by voice',
  page: 'on a page',
  cli: 'in a terminal',
  api: 'by another program',
  timer: 'by a timer',
  agent: 'by an agent of mine',
  routine: 'by a routine',
  plugin: 'by a plug-in',
  mcp: 'by a program over MCP',
};

/**
 * "Always for this": the rule that allows this tool, with exactly what stands in the input, for this way of asking and this person, and nothing wider.
 * `refusal`, in words: why there is no such rule.
 */
export function proposeRule(approval: Approval, repeat: Repeat | undefined): ProposedRule | { refusal: string } {
  const { tool, risk, source, sentence } = approval;
  if (risk === 'forbidden' || approval.strong === true) return { refusal: 'This always asks; no rule can change that.' };
  if (approval.permissions.includes('money')) return { refusal: 'What costs money asks each time.' };
  if ((approval.taint ?? []).length > 0) return { refusal: 'This came from text of somebody else, so it asks each time.' };
  if (repeat === undefined) return { refusal: 'It holds a secret, which must not stand in a rule.' };
  if (tool.includes('*')) return { refusal: 'A rule cannot name this tool alone.' };
  const input = exactInput(approval.input);
  if (input === undefined)
    return { refusal: 'It is about several things at once, or about more than a rule can name. Approve them one by one.' };
  const { person, speaker } = repeat;
  const rule: PolicyRule = {
    effect: 'allow',
    tool,
    source,
    // Without a name it was whoever sits at this machine; a rule for everybody would be wider.
    ...(person === undefined ? { role: 'admin' as const } : { person: person.name, role: person.role }),
    ...(speaker === undefined ? {} : { speaker }),
    taint: false,
    ...(Object.keys(input).length === 0 ? {} : { input }),
    // A value more than these could change what the call does.
    only: true,
    because: `Approved for always: ${sentence}`.slice(0, 300),
  };
  const who = speaker ?? person?.name;
  return {
    rule,
    text: stringify([rule]),
    sentence: `From now on I do this without asking, when it is asked ${HOW[source]}${who === undefined ? '' : ` for ${who}`}: ${sentence.replace(/[.?!]+$/u, '')}.`,
  };
}

/** Every value of the input by its place; undefined where a rule cannot say just this. */
function exactInput(input: unknown): Record<string, ValuePattern> | undefined {
  const places = new Map<string, boolean | number | string>();
  return collect(input, '', places) ? Object.fromEntries([...places].map(([place, is]) => [place, { is }])) : undefined;
}

function collect(value: unknown, place: string, places: Map<string, boolean | number | string>): boolean {
  if (Array.isArray(value)) return value.length <= 1 && value.every((item) => collect(item, place, places));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).every(
      ([key, member]) => !key.includes('.') && key !== '' && collect(member, place === '' ? key : `${place}.${key}`, places),
    );
  }
  if (value === null || value === undefined) return true;
  if (typeof value === 'string' && value.length > LONGEST) return false;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  if (place === '' || place.length > 200 || places.has(place)) return false;
  places.set(place, value);
  return true;
}
