import type { ProviderStatus, Spending, Usage } from '../../contract/models.ts';
import type { MindReport } from '../../contract/models-interface.ts';
import { openMindDoor } from './mind-door.ts';
import type { MindOptions } from './mind-options.ts';
import { CommandError, print, printJson } from './output.ts';

/** Exit code 1 when the settings cannot be used. */
export async function showMind({ json }: MindOptions): Promise<void> {
  await using door = await openMindDoor();
  const report = await door.report();
  if (json === true) printJson(report);
  else for (const line of mindLines(report)) print(line);
  if (report.problem !== undefined) throw new CommandError('', 1);
}

function mindLines({ settings, providers, spending, problem, available }: MindReport): string[] {
  const { enabled, privacy, prefer, order, steps, contextSize, pinned, idleUnloadMinutes, keep, keepDays, persona } = settings;
  const { formality, verbosity, humour, address, extra } = persona;
  return [
    ...(problem === undefined ? [] : [`BAD   ${problem}`]),
    enabled
      ? available
        ? 'The mind is on and can answer.'
        : 'The mind is on, but nothing can answer just now: "jarvis models list" shows what fits, "jarvis mind provider add" asks elsewhere.'
      : 'The mind is off (jarvis mind set enabled=true).',
    `privacy            ${privacy}${privacy === 'local-only' ? ' (nothing leaves the house)' : ''}`,
    `prefer             ${prefer}`,
    ...(order.length === 0 ? [] : [`order              ${order.join(', ')}`]),
    `steps              ${steps}`,
    `contextSize        ${contextSize}`,
    ...(pinned.length === 0 ? [] : [`pinned             ${pinned.join(', ')}`]),
    `idleUnloadMinutes  ${idleUnloadMinutes}${idleUnloadMinutes === 0 ? ' (never)' : ''}`,
    `keep               ${keep}`,
    `keepDays           ${keepDays}${keepDays === 0 ? ' (for ever)' : ''}`,
    `persona.formality  ${formality}`,
    `persona.verbosity  ${verbosity}`,
    `persona.humour     ${humour}`,
    ...(address === undefined ? [] : [`persona.address    ${address}`]),
    ...(extra === undefined ? [] : [`persona.extra      ${extra}`]),
    'Providers:',
    ...providers.flatMap((provider) => providerLines(provider, privacy)),
    ...spendingLines(spending),
  ];
}

const STATES: Record<ProviderStatus['state'], string> = {
  ready: 'ready',
  resting: 'rests after failures',
  'no-key': 'has no key',
  off: 'off',
  'no-models': 'has no models',
  'over-budget': 'over the budget',
};

export function providerLines({ settings, state, leavesHouse, problem }: ProviderStatus, privacy: string): string[] {
  const { id, type, url, models, title } = settings;
  const held = leavesHouse && privacy === 'local-only' ? ', not asked: privacy is local-only' : '';
  const place = url === undefined ? '' : ` at ${url}`;
  return [
    `  ${id.padEnd(12)} ${title ?? type}${place}: ${STATES[state]}${leavesHouse ? ', leaves the house' : ''}${held}`,
    ...(models.length === 0 ? [] : [`  ${' '.repeat(12)} ${models.map((model) => model.id).join(', ')}`]),
    ...(problem === undefined ? [] : [`  ${' '.repeat(12)} ${problem}`]),
  ];
}

export function spendingLines({ budget, today, month }: Spending): string[] {
  const limit = (most: number | undefined): string => (most === undefined ? '' : ` of ${most.toFixed(2)} ${budget.currency}`);
  const tokens =
    budget.tokensPerDay === undefined ? '' : `; at most ${budget.tokensPerDay.toLocaleString('en-GB')} tokens a day leave the house`;
  return [
    `Today: ${usageWords(today, budget.currency)}${limit(budget.perDay)}${tokens}`,
    `This month: ${usageWords(month, budget.currency)}${limit(budget.perMonth)}`,
  ];
}

export function usageWords({ inputTokens, outputTokens, costMicros }: Usage, currency: string): string {
  const money = costMicros / 1_000_000;
  const shown = money > 0 && money < 0.01 ? money.toFixed(4) : money.toFixed(2);
  return `${inputTokens.toLocaleString('en-GB')} tokens read, ${outputTokens.toLocaleString('en-GB')} written, ${shown} ${currency}`;
}
