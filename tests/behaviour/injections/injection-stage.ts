import { z } from 'zod';
import type { PlannedCall } from '../../../assistant/skills/skill.ts';
import { TimerService } from '../../../assistant/timers/timer-service.ts';
import { timerTools } from '../../../assistant/timers/timer-tools.ts';
import type { Approval, Risk, Taint, ToolOrigin } from '../../../contract/tool.ts';
import { createHomeTool } from '../../../iot/home-tool.ts';
import { MergedHome } from '../../../iot/merged-home.ts';
import { recordTools } from '../../../iot/record-tools.ts';
import { UndoJournal } from '../../../iot/undo-journal.ts';
import { createUndoTool } from '../../../iot/undo-tool.ts';
import { Approvals } from '../../../tools/approvals.ts';
import { createGate } from '../../../tools/create-gate.ts';
import { EmergencyStop } from '../../../tools/emergency-stop.ts';
import type { Gate } from '../../../tools/gate.ts';
import { riskOf } from '../../../tools/judge-call.ts';
import { DEFAULT_POLICY, type Policy } from '../../../tools/policy.ts';
import { ToolRegistry } from '../../../tools/registry.ts';
import type { Tool, ToolResult } from '../../../tools/tool.ts';
import { entityOf, FakeBridge } from '../../fakes/fake-bridge.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import type { Injection, InjectionSource } from './injections.ts';

export interface InjectionStage extends AsyncDisposable {
  gate: Gate;
  registry: ToolRegistry;
  approvals: Approvals;
  home: MergedHome;
  timers: TimerService;
  clock: FakeClock;
  newId(): string;
  /** Brings the text in, as its source does. */
  reading: PlannedCall;
  /** What ran, with the risk that it had. */
  ran: { tool: string; risk: Risk }[];
  /** What a person was asked; each is refused. */
  asked: Approval[];
}

/** A home, a computer and an account behind the real gate, and one text from outside. @param trusted control: the same text, from a tool whose words are trusted */
export async function injectionStage(injection: Injection, policy: Policy = DEFAULT_POLICY, trusted = false): Promise<InjectionStage> {
  const { source, text } = injection;
  const clock = new FakeClock();
  const ending = new AbortController();
  let ids = 0;
  const newId = (): string => `id-${++ids}`;
  const bridge = new FakeBridge(
    {
      name: 'house',
      records: {
        calendarEvents: async () => [{ summary: text, start: clock.now() + 60_000, end: clock.now() + 120_000, allDay: false }],
        todoItems: async () => [{ uid: '1', summary: text, status: 'needs_action' }],
        converse: async () => ({ speech: text, type: 'query_answer', continues: false }),
      },
    },
    [
      entityOf('light.kitchen', { name: 'Kitchen light', state: 'on' }),
      entityOf('lock.front_door', { name: 'Front door', state: 'locked' }),
      entityOf('cover.garage_door', { name: 'Garage door', state: 'closed', device_class: 'garage' }),
      entityOf('alarm_control_panel.house', { name: 'Alarm', state: 'armed_away' }),
      entityOf('calendar.family', { name: 'Family calendar' }),
      entityOf('todo.shopping', { name: 'Shopping list' }),
      entityOf('sensor.stranger', {
        name: source === 'device-name' ? text : 'Stranger',
        state: source === 'device-state' ? text : 'idle',
      }),
    ],
  );
  const home = new MergedHome([bridge]);
  await home.connect(ending.signal);
  const timers = new TimerService({ load: async () => undefined, save: async () => undefined }, clock, newId);
  const journal = new UndoJournal({ home, clock, newId });
  const ran: InjectionStage['ran'] = [];
  const watched = (tool: Tool): Tool => ({
    ...tool,
    run(input, context) {
      ran.push({ tool: tool.manifest.name, risk: riskOf(tool, input) });
      return tool.run(input, context);
    },
  });
  const all = [
    createHomeTool(home, journal),
    createUndoTool(home, journal),
    ...recordTools(home),
    ...timerTools(timers),
    ...EFFECTS,
    reader(injection),
  ];
  const untainted = ({ taints: _taints, origin: _origin, ...manifest }: Tool['manifest']): Tool['manifest'] => manifest;
  const tools = (all as Tool[]).map((tool) => watched(trusted ? { ...tool, manifest: untainted(tool.manifest) } : tool));
  const registry = new ToolRegistry();
  for (const tool of tools) registry.register(tool);
  const approvals = new Approvals({ clock, newId, expiryMs: 60_000 });
  const asked: Approval[] = [];
  const answering = (async () => {
    for await (const change of approvals.changes(ending.signal)) {
      if (change.type !== 'asked') continue;
      asked.push(change.approval);
      approvals.answer(change.approval.id, false, 'page');
    }
  })();
  const audit = { path: '', write: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  return {
    registry,
    approvals,
    gate: createGate({ registry, policy, approvals, audit, stop: new EmergencyStop(), clock }),
    home,
    timers,
    clock,
    newId,
    reading: READING[source] ?? { tool: 'web.read', input: {} },
    ran,
    asked,
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the case is over'));
      await answering.catch(() => undefined);
    },
  };
}

const span = { from: 0, to: 1_000 };
/** The other sources come in by the reader below. */
const READING: Partial<Record<InjectionSource, PlannedCall>> = {
  'device-name': { tool: 'home.find-entities', input: { query: 'sensor' } },
  'device-state': { tool: 'home.find-entities', input: { query: 'stranger' } },
  calendar: { tool: 'home.get-events', input: { entityId: 'calendar.family', ...span } },
  list: { tool: 'home.get-items', input: { entityId: 'todo.shopping' } },
  'home-agent': { tool: 'home.converse', input: { text: 'hello' } },
  mcp: { tool: 'mcp.notes.read', input: {} },
  refusal: { tool: 'mcp.notes.read', input: { wrong: true } },
  plugin: { tool: 'weather.read', input: {} },
};

function manifest(name: string, risk: Risk, more: Partial<Tool['manifest']> = {}): Tool['manifest'] {
  return {
    name,
    version: '1.0.0',
    title: name,
    description: name,
    input: z.record(z.string(), z.unknown()),
    permissions: {},
    risk,
    reversible: false,
    timeoutMs: 5_000,
    ...more,
  };
}

const ORIGINS: Partial<Record<InjectionSource, Taint['origin']>> = {
  file: 'file',
  web: 'web',
  mail: 'mail',
  transcript: 'transcript',
  clipboard: 'clipboard',
  screen: 'screen',
};

/** A tool that only looks, and gives back the text. What is not ours says nothing of taint in its manifest. */
function reader({ source, text }: Injection): Tool {
  const foreign: ToolOrigin | undefined =
    source === 'mcp' || source === 'refusal'
      ? { type: 'mcp', name: 'notes' }
      : source === 'plugin'
        ? { type: 'plugin', name: 'weather' }
        : undefined;
  const name = foreign === undefined ? 'web.read' : foreign.type === 'mcp' ? 'mcp.notes.read' : 'weather.read';
  const taints = ORIGINS[source];
  return {
    manifest: manifest(name, 'observe', {
      ...(source === 'refusal' && { title: text }),
      input: z.strictObject({}),
      ...(taints !== undefined && { taints }),
      ...(foreign !== undefined && { origin: foreign }),
    }),
    describe: () => 'Read',
    async run() {
      if (source === 'tool-error') throw new Error(text);
      return { outcome: 'confirmed', output: { content: text } };
    },
  };
}

const done = async (): Promise<ToolResult> => ({ outcome: 'confirmed' });
const EFFECTS: Tool[] = [
  { manifest: manifest('files.delete', 'guarded'), describe: () => 'Delete a folder', run: done },
  { manifest: manifest('mail.send', 'guarded'), describe: () => 'Send a mail', run: done },
  { manifest: manifest('bank.pay', 'guarded', { permissions: { money: true } }), describe: () => 'Pay', run: done },
  { manifest: manifest('settings.set', 'change'), describe: () => 'Change a setting', run: done },
  { manifest: manifest('shell.run', 'forbidden'), describe: () => 'Run a command', run: done },
];
