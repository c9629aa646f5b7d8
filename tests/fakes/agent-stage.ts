import { z } from 'zod';
import { createAgentMind, plainContext } from '../../assistant/agent/agent-mind.ts';
import { AGENT_SETTINGS, type AgentOptions, type AgentSettings } from '../../assistant/agent/agent-options.ts';
import { type PendingPlan, PlanApprovals } from '../../assistant/agent/plan-approvals.ts';
import type { TurnRequest, TurnResult } from '../../assistant/turn/run-turn.ts';
import { runTurn } from '../../assistant/turn/run-turn.ts';
import type { Understanding } from '../../contract/intent.ts';
import type { Approval, Risk, Taint, ToolOrigin } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { Approvals } from '../../tools/approvals.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { DEFAULT_POLICY, type Policy } from '../../tools/policy.ts';
import { previewCall } from '../../tools/preview-call.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import { FakeClock } from './fake-clock.ts';
import { type Scene, viewOf } from './home-scene.ts';
import { ScriptedModel, type ScriptedStep, scriptedRouter } from './scripted-router.ts';

export interface StageTool {
  name: string;
  risk: Risk;
  title?: string;
  description?: string;
  input?: z.ZodType;
  taints?: Taint['origin'];
  origin?: ToolOrigin;
  run?(input: unknown, signal: AbortSignal): Promise<ToolResult> | ToolResult;
}

export interface AgentStage extends Partial<Scene> {
  script: readonly ScriptedStep[];
  tools?: readonly StageTool[];
  /** Names of tools that a person has switched on or off. */
  switched?: Record<string, boolean>;
  understandings?: Record<string, Understanding>;
  settings?: Partial<AgentSettings>;
  policy?: Policy;
  /** A person's answer to what the gate asks; a yes where absent. */
  approve?(approval: Approval): boolean;
  /** A person's answer to a plan: the steps. All where absent; undefined: no answer. */
  agree?(pending: PendingPlan): readonly string[] | 'all' | undefined;
  request?: Partial<TurnRequest>;
  router?: Parameters<typeof scriptedRouter>[1];
  options?: Partial<AgentOptions>;
  /** Told each event as it comes; may end the turn. */
  hear?(event: TurnEventBody, stop: (reason: Error) => void): void;
}

export interface PlayedAgent {
  events: TurnEventBody[];
  /** The events without what differs from run to run, a line each. */
  log: string;
  reply: string;
  rich: string | undefined;
  model: ScriptedModel;
  /** Tools that ran, in order, with their input. */
  ran: { tool: string; input: unknown }[];
  /** What the gate asked a person. */
  asked: Approval[];
  plans: PendingPlan[];
  result: TurnResult;
}

/** One turn of the agent with the real gate, registry and approvals, a scripted model, and a person who answers at once. */
export async function playAgent(text: string, stage: AgentStage): Promise<PlayedAgent> {
  const clock = new FakeClock();
  let ids = 0;
  const newId = (): string => `id-${++ids}`;
  const ran: PlayedAgent['ran'] = [];
  const registry = new ToolRegistry();
  for (const tool of stage.tools ?? []) {
    const { origin } = tool;
    const made = toolOf(tool, (input) => ran.push({ tool: tool.name, input }));
    if (origin === undefined) registry.register(made);
    else registry.replace(origin, [made], { digest: 'new' });
  }
  for (const [name, on] of Object.entries(stage.switched ?? {})) await registry.setEnabled(name, on);
  const approvals = new Approvals({ clock, newId, expiryMs: 60_000 });
  const plans = new PlanApprovals({ clock, expiryMs: 60_000 });
  const asked: Approval[] = [];
  const pending: PendingPlan[] = [];
  const ending = new AbortController();
  const answering = [
    answerEach(approvals.changes(ending.signal), (change) => {
      if (change.type !== 'asked') return;
      asked.push(change.approval);
      const approved = stage.approve?.(change.approval) ?? true;
      approvals.give({ approvalId: change.approval.id, approved, by: 'page' });
    }),
    answerEach(plans.changes(ending.signal), (change) => {
      if (change.type !== 'asked') return;
      pending.push(change.pending);
      const { planId, version } = change.pending.plan;
      const steps = stage.agree === undefined ? 'all' : stage.agree(change.pending);
      if (steps !== undefined) plans.answer(planId, version, steps, 'page');
    }),
  ];
  const audit = { path: '', write: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const gate = createGate({ registry, policy: stage.policy ?? DEFAULT_POLICY, approvals, audit, stop: new EmergencyStop(), clock });
  const model = new ScriptedModel(stage.script);
  const mind = createAgentMind({
    router: scriptedRouter(model, stage.router),
    tools: (words, limit) => registry.search(words, limit),
    tool: (name) => registry.list().find((each) => each.name === name),
    preview: (tool, input) => previewCall(registry, tool, input),
    agreeAhead: (agreed) => approvals.agreeAhead(agreed),
    plans,
    context: plainContext,
    examples: () => ['turn on the kitchen light'],
    spoken: (markdown) => markdown.replaceAll('**', '').replaceAll(/\s+/gu, ' '),
    settings: () => ({ ...AGENT_SETTINGS, ...stage.settings }),
    clock,
    newId,
    ...stage.options,
  });
  const events: TurnEventBody[] = [];
  const turn = new AbortController();
  const scene: Scene = { ...stage, entities: stage.entities ?? [] };
  try {
    const result = await runTurn(
      { turnId: 'turn', text, source: 'page', dryRun: false, ...stage.request },
      undefined,
      {
        phrasebook: () => ({
          understand: (said) => stage.understandings?.[said] ?? { type: 'none', reason: 'no-match' },
          completeness: () => 'incomplete',
          grammar: () => '',
          help: () => [],
          entryOf: () => undefined,
        }),
        gate,
        view: () => viewOf(scene),
        clock,
        newId,
        mind,
        mindMayCall: () => true,
      },
      (event) => {
        events.push(event);
        stage.hear?.(event, (reason) => turn.abort(reason));
      },
      turn.signal,
    );
    const ended = events.findLast((event) => event.type === 'reply-ended');
    return {
      events,
      log: events.flatMap(logged).join('\n'),
      reply: ended?.text ?? '',
      rich: ended?.rich,
      model,
      ran,
      asked,
      plans: pending,
      result,
    };
  } finally {
    ending.abort(new Error('the case is over'));
    await Promise.allSettled(answering);
  }
}

async function answerEach<Change>(changes: AsyncIterable<Change>, answer: (change: Change) => void): Promise<void> {
  for await (const change of changes) answer(change);
}

function toolOf({ name, risk, title, description, input, taints, origin, run }: StageTool, used: (input: unknown) => void): Tool {
  return {
    manifest: {
      name,
      version: '1.0.0',
      title: title ?? name,
      description: description ?? name,
      input: input ?? z.record(z.string(), z.unknown()),
      permissions: {},
      risk,
      reversible: true,
      timeoutMs: 5_000,
      ...(taints !== undefined && { taints }),
      ...(origin !== undefined && { origin }),
    },
    describe: (value) => `${title ?? name} ${JSON.stringify(value)}`,
    async run(value, { signal }) {
      used(value);
      return run?.(value, signal) ?? { outcome: 'confirmed' };
    },
  };
}

const VARYING = new Set(['requestId', 'approvalId', 'planId', 'expiresAt']);

const withoutVarying = (value: object): object => Object.fromEntries(Object.entries(value).filter(([key]) => !VARYING.has(key)));

/** Pieces of one reply that follow each other become one. */
function logged(event: TurnEventBody, index: number, all: readonly TurnEventBody[]): string[] {
  if (event.type === 'reply-delta') {
    if (all[index - 1]?.type === 'reply-delta') return [];
    const rest = all.slice(index);
    const end = rest.findIndex(({ type }) => type !== 'reply-delta');
    const pieces = (end < 0 ? rest : rest.slice(0, end)).map((each) => (each.type === 'reply-delta' ? each.text : ''));
    return [lineOf({ ...event, text: pieces.join('') })];
  }
  if (event.type !== 'plan-proposed') return [lineOf(event)];
  const { steps, ...plan } = event.plan;
  return [lineOf({ type: event.type, ...plan }), ...steps.map((step) => `  ${JSON.stringify(step)}`)];
}

const lineOf = <Line extends { type: string }>({ type, ...rest }: Line): string =>
  `${type} ${JSON.stringify(withoutVarying(rest))}`.replace(/ \{\}$/u, '');
