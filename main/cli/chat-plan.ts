import type { Plan } from '../../contract/turn-event.ts';

type Step = Plan['steps'][number];

/** Those that can be agreed to. */
export const waitingSteps = (plan: Plan): Step[] => plan.steps.filter(({ state }) => state === 'waiting');

/** The plan as lines, its open steps numbered from 1. */
export function planLines(plan: Plan): string[] {
  const open = waitingSteps(plan);
  return [
    `Plan${plan.version > 1 ? ' (changed)' : ''}: ${plan.title}`,
    ...plan.steps.map((step) => {
      const place = open.indexOf(step) + 1;
      const mark = place > 0 ? `${place}.` : step.state === 'done' ? '✓' : step.state === 'running' ? '…' : '✗';
      const sentence = step.sentence === undefined || step.sentence === step.title ? '' : ` (${step.sentence})`;
      return `  ${mark} ${step.title}${sentence}${step.risk === 'guarded' || step.risk === 'forbidden' ? ' [asks before]' : ''}`;
    }),
  ];
}

export const PLAN_QUESTION = 'Do it? (y, n, or the numbers of the steps to do: 1,3 or 1-2) ';

/** Ids of the steps that are agreed to; undefined: that was no answer. */
export function readPlanAnswer(text: string, plan: Plan): string[] | undefined {
  const open = waitingSteps(plan);
  const answer = text.trim().toLowerCase();
  if (/^(y|yes|all)$/u.test(answer)) return open.map(({ stepId }) => stepId);
  if (/^(n|no|none|)$/u.test(answer)) return [];
  const chosen = new Set<number>();
  for (const part of answer.split(/[\s,]+|\band\b/u).filter((each) => each !== '')) {
    const range = /^(\d{1,3})(?:-(\d{1,3}))?$/u.exec(part);
    if (range === null) return undefined;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    if (first < 1 || last < first || last > open.length) return undefined;
    for (let place = first; place <= last; place += 1) chosen.add(place);
  }
  return open.flatMap(({ stepId }, index) => (chosen.has(index + 1) ? [stepId] : []));
}
