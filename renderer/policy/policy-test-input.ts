import type { PolicyTest } from '../../contract/policy.ts';
import { type Role, type Source, TaintSchema } from '../../contract/tool.ts';

/** The form of a call that is to be tried on the rules. */
export interface PolicyTestForm {
  tool: string;
  /** JSON; empty is `{}`. */
  input: string;
  source: Source;
  person: string;
  role: Role;
  room: string;
  /** As the browser's field for a moment gives it, in local time; empty is now. */
  at: string;
  /** An origin of text from outside, or empty. */
  taint: string;
}

export const EMPTY_TEST: PolicyTestForm = { tool: '', input: '', source: 'voice', person: '', role: 'user', room: '', at: '', taint: '' };

/** The question for the host; `draft` is a policy that is not saved. Or what is wrong with the form, in words. */
export function policyTest(form: PolicyTestForm, draft: string | undefined): { test: PolicyTest } | { problem: string } {
  const tool = form.tool.trim();
  if (tool === '') return { problem: 'Which tool?' };
  let input: unknown;
  try {
    input = form.input.trim() === '' ? {} : JSON.parse(form.input);
  } catch {
    return { problem: 'The input is no JSON: write something like {"path": "~/notes.txt"}.' };
  }
  const at = form.at === '' ? undefined : new Date(form.at).getTime();
  if (at !== undefined && Number.isNaN(at)) return { problem: 'That is no time.' };
  const name = form.person.trim();
  const origin = TaintSchema.shape.origin.safeParse(form.taint).data;
  return {
    test: {
      tool,
      input,
      source: form.source,
      ...(name !== '' && { person: { name, role: form.role } }),
      ...(form.room !== '' && { room: form.room }),
      ...(at !== undefined && { at }),
      ...(origin !== undefined && { taint: [{ origin }] }),
      ...(draft !== undefined && { text: draft }),
    },
  };
}
