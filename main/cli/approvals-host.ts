import { z } from 'zod';
import { type Approval, ApprovalDaySchema, ApprovalSchema } from '../../contract/tool.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import type { ApprovalsOptions } from './approvals-options.ts';
import { CommandError, print, printJson } from './output.ts';

const AnsweredSchema = z.object({ accepted: z.boolean(), reason: z.string().optional() });
const RuleSchema = z.object({ text: z.string(), sentence: z.string() });
const AcceptedSchema = AnsweredSchema.extend({ saved: z.boolean() });
const StatsSchema = z.object({ days: z.array(ApprovalDaySchema) });

export async function listApprovals({ json }: ApprovalsOptions): Promise<void> {
  const waiting = await waitingIn(await runningHost());
  for (const approval of waiting) {
    if (json === true) printJson(approval);
    else show(approval);
  }
  if (waiting.length === 0 && json !== true) print('Nothing waits for a yes.');
}

/** Exit code 1 when the answer was not taken. */
export async function answerApproval(id: string, answer: string, { json, code }: ApprovalsOptions): Promise<void> {
  const word = answer.toLowerCase();
  if (word !== 'yes' && word !== 'no') throw new CommandError(`"${answer}" is no answer: say yes or no.`, 2);
  const running = await runningHost();
  const approval = await theOne(running, id);
  const body = { approvalId: approval.id, approved: word === 'yes', by: 'cli', ...(code === undefined ? {} : { code }) };
  const answered = await running.request(AnsweredSchema, 'POST', '/approvals/answer', body);
  if (json === true) printJson({ approvalId: approval.id, ...answered });
  else if (answered.accepted) print(word === 'yes' ? `Approved: ${approval.sentence}.` : `Refused: ${approval.sentence}.`);
  if (!answered.accepted) throw new CommandError(json === true ? '' : (answered.reason ?? 'The answer was not taken.'), 1);
}

export async function showRule(id: string, { json }: ApprovalsOptions): Promise<void> {
  const running = await runningHost();
  const { id: approvalId } = await theOne(running, id);
  const rule = await running.request(RuleSchema, 'POST', '/approvals/rule', { approvalId });
  if (json === true) printJson(rule);
  else print(`${rule.sentence}\n\n${rule.text.trimEnd()}`);
}

/** Exit code 1 when it was not approved, or the rule not kept. */
export async function acceptRule(id: string, { json }: ApprovalsOptions): Promise<void> {
  const running = await runningHost();
  const { id: approvalId } = await theOne(running, id);
  const rule = await running.request(RuleSchema, 'POST', '/approvals/rule', { approvalId });
  const accepted = await running.request(AcceptedSchema, 'POST', '/approvals/always', { approvalId });
  if (json === true) printJson({ approvalId, ...accepted, rule: rule.text });
  else if (accepted.saved) print(`${rule.sentence}\n\n${rule.text.trimEnd()}`);
  if (!accepted.saved) throw new CommandError(json === true ? '' : (accepted.reason ?? 'The rule was not kept.'), 1);
}

export async function showStats({ json }: ApprovalsOptions): Promise<void> {
  const running = await runningHost();
  const { days } = await running.request(StatsSchema, 'GET', '/approvals/stats');
  if (days.length === 0 && json !== true) print('Nothing was asked yet.');
  for (const day of days) {
    if (json === true) printJson(day);
    else print(`${day.day}  ${day.asked} asked, ${day.approved} approved, ${day.refused} refused, ${day.expired} expired`);
  }
}

async function runningHost(): Promise<RunningHost> {
  const running = await findRunningHost();
  if (running === undefined) throw new CommandError('No JARVIS is running. `jarvis start` starts one.');
  return running;
}

const waitingIn = (running: RunningHost): Promise<Approval[]> => running.request(z.array(ApprovalSchema), 'GET', '/approvals');

async function theOne(running: RunningHost, id: string): Promise<Approval> {
  const found = (await waitingIn(running)).filter((approval) => approval.id.startsWith(id));
  const [only] = found.length > 1 ? found.filter((approval) => approval.id === id) : found;
  if (only !== undefined) return only;
  throw new CommandError(
    found.length > 1 ? `Several begin with "${id}"; give more of the id.` : `Nothing that begins with "${id}" waits for a yes.`,
  );
}

function show({ id, sentence, expiresAt, why, restored, code }: Approval): void {
  const left = Math.max(0, Math.ceil((expiresAt - systemClock.now()) / 1000));
  print(`${id}  ${sentence}? (${left} s left${restored === true ? ', was asked before I restarted' : ''})`);
  if (why !== undefined) print(`  ${why}`);
  if (code !== undefined) print(`  A yes needs its code: --code "${code}"`);
}
