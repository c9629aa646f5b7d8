import { z } from 'zod';
import type { ListedTool, Risk } from '../../contract/tool.ts';
import { canonicalJson } from '../../tools/canonical-json.ts';
import type { CallPreview } from '../../tools/preview-call.ts';
import { type CheckedInput, checkInput, type Issue } from './check-input.ts';
import { referencesIn } from './plan-references.ts';

export const MOST_STEPS = 20;

/** What a model hands in as a plan. */
export const PlanProposalSchema = z.object({
  title: z.string().min(1).max(200).describe('What the person wants, in a few words.'),
  steps: z
    .array(
      z.object({
        id: z
          .string()
          .regex(/^[\w-]{1,40}$/u)
          .describe('Letters, digits, _ and -.'),
        title: z.string().min(1).max(200),
        tool: z.string().min(1).max(100).describe('Name of a function.'),
        input: z
          .record(z.string(), z.unknown())
          .default({})
          .describe('Its input. {{id}} stands for what the step of that id gave back, {{id.0.name}} for a part of it.'),
        after: z.array(z.string().max(40)).max(MOST_STEPS).default([]).describe('Ids of steps that must be done before.'),
      }),
    )
    .min(1)
    .max(MOST_STEPS),
});
export type PlanProposal = z.infer<typeof PlanProposalSchema>;

/** A step that can be tried. */
export interface CheckedStep {
  stepId: string;
  title: string;
  /** Undefined: the sentence in `input` is carried out by the phrasebook. */
  tool: ListedTool | undefined;
  input: Record<string, unknown>;
  /** Steps that have to be done before: named, or because something is taken from them. */
  after: readonly string[];
  risk: Risk;
  /** Absent where the input takes something from earlier steps. */
  preview?: Exclude<CallPreview, { refusal: string }>;
  /** The same for the same step, whatever it is called. */
  key: string;
}

export interface PlanCheck {
  /** `sentence`: it is the function that takes a sentence. */
  find(called: string): { tool: ListedTool } | 'sentence' | { problem: string };
  preview(tool: string, input: unknown): CallPreview;
  /** The words of a refusal are going to be read by a model. */
  refused(tool: string): void;
  parseSentence(input: Record<string, unknown>): CheckedInput;
  /** Steps of earlier versions that are done; others may take something from them. */
  done: ReadonlySet<string>;
}

const MOST_PROBLEMS = 6;

/** Every step can be tried as far as that can be known before; else what is wrong, in words for the model. */
export function checkPlan({ steps }: PlanProposal, check: PlanCheck): { steps: CheckedStep[] } | { problem: string } {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const { id } of steps) {
    if (ids.has(id)) problems.push(`There are two steps called ${id}.`);
    ids.add(id);
  }
  const checked = steps.map((step) => {
    const references = referencesIn(step.input);
    const after = [...new Set([...step.after, ...references.map((reference) => reference.step)])];
    for (const id of after) if (!ids.has(id) && !check.done.has(id)) problems.push(`${step.id}: there is no step called ${id}.`);
    const result = checkStep(step, references, check);
    if ('problem' in result) problems.push(`${step.id}: ${result.problem}`);
    return 'problem' in result ? undefined : { ...result, after };
  });
  const whole = checked.filter((step) => step !== undefined);
  if (problems.length === 0 && hasCycle(whole)) problems.push('The steps wait for each other in a circle.');
  return problems.length > 0 ? { problem: problems.slice(0, MOST_PROBLEMS).join(' ') } : { steps: whole };
}

type ProposedStep = PlanProposal['steps'][number];
type Reference = ReturnType<typeof referencesIn>[number];

function checkStep(
  step: ProposedStep,
  references: readonly Reference[],
  check: PlanCheck,
): Omit<CheckedStep, 'after'> | { problem: string } {
  const { id: stepId, title, input } = step;
  const found = check.find(step.tool);
  if (found === 'sentence') {
    const parsed = check.parseSentence(input);
    if ('problem' in parsed) return parsed;
    // What it comes to is judged call by call when it is carried out; nothing less than a change is promised here.
    return { stepId, title, tool: undefined, input, risk: 'change', key: keyOf('', input) };
  }
  if ('problem' in found) return found;
  const { tool } = found;
  const misfit = checkInput(input, tool, (issue) => !isOpen(issue, references));
  if (misfit !== undefined) return { problem: misfit };
  const common = { stepId, title, tool, input, key: keyOf(tool.name, input) };
  if (references.length > 0) return { ...common, risk: tool.risk };
  const preview = check.preview(tool.name, input);
  if ('refusal' in preview) {
    check.refused(tool.name);
    return { problem: preview.refusal };
  }
  return { ...common, risk: preview.risk, preview };
}

/** Does the issue come from a place that is filled only later? */
const isOpen = ({ path, code }: Issue, references: readonly Reference[]): boolean =>
  references.some(({ at }) => {
    const isAt = path.length <= at.length ? path.every((key, index) => key === at[index]) : at.every((key, index) => key === path[index]);
    return isAt && (path.length >= at.length || code === 'invalid_union');
  });

const keyOf = (tool: string, input: unknown): string => `${tool} ${canonicalJson(input)}`;

function hasCycle(steps: readonly CheckedStep[]): boolean {
  const left = new Map(steps.map((step) => [step.stepId, step]));
  for (;;) {
    const ready = [...left.values()].filter(({ after }) => !after.some((id) => left.has(id)));
    if (ready.length === 0) return left.size > 0;
    for (const { stepId } of ready) left.delete(stepId);
  }
}
