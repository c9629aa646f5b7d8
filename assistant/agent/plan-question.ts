import type { PendingPlan } from './plan-approvals.ts';

/** So many steps are read out; of more only how many there are, and the page shows them. */
const MOST_READ_OUT = 4;
const NUMBERS = ['no', 'one', 'two', 'three', 'four'] as const;

/** The plan aloud, with the question. Of what was agreed to before nothing is said again. */
export function planQuestion({ plan, asked }: Pick<PendingPlan, 'plan' | 'asked'>): string {
  const steps = plan.steps.filter(({ stepId }) => asked.includes(stepId));
  const again = plan.version > 1 ? 'I had to change the plan.' : `My plan: ${bare(plan.title)}.`;
  if (steps.length > MOST_READ_OUT) return `${again} It has ${steps.length} steps, which the page shows. Shall I?`;
  // The gate's sentence says what is done; the title only what a model calls it.
  const read = steps.map(
    ({ sentence, title }, index) => `${steps.length === 1 ? '' : `${NUMBERS[index + 1] ?? ''}, `}${bare(sentence ?? title)}`,
  );
  return `${again} ${read.join('; ')}. Shall I?`;
}

const bare = (sentence: string): string => sentence.trim().replace(/[.?!]+$/u, '');
