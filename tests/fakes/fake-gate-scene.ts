import { z } from 'zod';
import type { AuditEntry } from '../../contract/audit.ts';
import type { McpServerStatus } from '../../contract/mcp.ts';
import type { ApprovalDay, ListedTool } from '../../contract/tool.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function tool(name: string, title: string, more: Partial<ListedTool>): ListedTool {
  return {
    name,
    version: '1.0.0',
    title,
    description: '',
    risk: 'observe',
    reversible: false,
    permissions: {},
    sandbox: 'none',
    timeoutMs: 30_000,
    input: z.toJSONSchema(z.object({})),
    origin: { type: 'built-in' },
    enabled: true,
    ...more,
  };
}

/** One tool of each kind that a page must tell apart. `now` in ms since the epoch. */
export const fakeTools = (now: number): ListedTool[] => [
  tool('home.call-service', 'Operate devices', {
    description: 'Turns lights on and off, opens blinds, locks doors: everything that devices of the home can be asked for.',
    risk: 'change',
    reversible: true,
    permissions: { home: true },
    lastUsedAt: now - 4 * MINUTE,
    calls: 1204,
    input: z.toJSONSchema(
      z.object({
        service: z.enum(['light.turn_on', 'light.turn_off', 'lock.unlock']).describe('What is to be done'),
        entityIds: z.array(z.string()).describe('Which devices'),
        brightness: z.number().int().min(0).max(100).optional(),
        force: z.boolean().optional(),
      }),
    ),
  }),
  tool('files.read', 'Read a file', {
    description: 'Reads a text file of the folders that are open to JARVIS.',
    permissions: { filesystem: [{ path: '~/Documents', mode: 'read' }] },
    lastUsedAt: now - 2 * DAY,
    calls: 1,
    input: z.toJSONSchema(z.object({ path: z.string() })),
  }),
  tool('system.power', 'Shut down or sleep', {
    description: 'Shuts this computer down, restarts it, or lets it sleep.',
    risk: 'guarded',
    permissions: { system: ['power'] },
  }),
  tool('shell.run', 'Run a shell command', {
    description: 'Runs a command line, judged part by part.',
    risk: 'forbidden',
    permissions: { system: ['shell'], filesystem: [{ path: '~', mode: 'write' }], network: ['*'] },
    sandbox: 'process',
    enabled: false,
  }),
  tool('weather.forecast', 'Weather forecast', {
    description: 'The weather of the next days.',
    permissions: { network: ['api.weather.example', '*.tiles.example'], secrets: ['weather-key'] },
    sandbox: 'isolated',
    origin: { type: 'plugin', name: 'weather' },
    enabled: false,
    review: ['New: the internet at *.tiles.example', 'New: the secret weather-key'],
    version: '2.1.0',
  }),
  tool('mcp.notes.search', 'Search notes', {
    description: 'Finds notes by their words.',
    risk: 'guarded',
    permissions: { network: ['notes.example'] },
    sandbox: 'process',
    origin: { type: 'mcp', name: 'notes' },
    lastUsedAt: now - 3 * 60 * MINUTE,
    calls: 17,
  }),
];

export const fakeMcpServers: McpServerStatus[] = [
  { name: 'notes', state: 'connected', where: 'npx', tools: 1, leftOut: [{ name: 'Bad Tool!', reason: 'its name is no name of a tool' }] },
  { name: 'tickets', state: 'disconnected', where: 'tickets.example', tools: 0, leftOut: [], detail: 'Nobody answers at tickets.example.' },
];

/** Up to the day of `now`. */
export function fakeApprovalDays(now: number): ApprovalDay[] {
  return [2, 5, 0, 3, 8, 1, 0, 4, 6, 2].map((asked, index) => ({
    day: new Date(now - (9 - index) * DAY).toISOString().slice(0, 10),
    asked,
    approved: Math.ceil(asked * 0.6),
    refused: asked > 3 ? 1 : 0,
    expired: asked > 4 ? 1 : 0,
  }));
}

/** A few turns, newest first. */
export function fakeAuditEntries(now: number, turns: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const end = now - turn * 7 * MINUTE;
    const call = { requestId: `request-${turn}`, turnId: `turn-${turn}`, tool: turn % 3 === 2 ? 'files.move' : 'home.call-service' };
    const line = (seconds: number, body: Pick<AuditEntry, 'kind'> & Partial<AuditEntry>): void => {
      const number = (turns - turn) * 4 - entries.length;
      entries.push({
        ...call,
        file: 'audit-000001.jsonl',
        line: Math.max(1, number),
        time: new Date(end - seconds * 1000).toISOString(),
        hash: 'c0ffee'.repeat(10),
        ...body,
      });
    };
    if (turn % 3 === 0) line(0, { kind: 'ended', outcome: 'confirmed' });
    else if (turn % 3 === 1) line(0, { kind: 'ended', outcome: 'denied', reason: 'You said no.' });
    else line(0, { kind: 'ended', outcome: 'failed', reason: 'There is no room left on the disk.' });
    line(1, { kind: 'approval', approvalId: `approval-${turn}`, approved: turn % 3 !== 1, by: turn % 2 === 0 ? 'voice' : 'page' });
    line(5, {
      kind: 'requested',
      source: turn % 2 === 0 ? 'voice' : 'agent',
      risk: 'guarded',
      input: { service: 'lock.unlock', entityIds: ['lock.front_door'] },
    });
  }
  return entries;
}

export const fakePolicyText = `# What JARVIS may do
rules:
  - id: night
    effect: deny
    tool: "home.*"
    role: guest
    time: { from: "22:00", to: "07:00" }
    because: Guests let the house sleep.
  - effect: allow
    tool: files.read
    source: [voice, page]
    input: { path: ~/Music }
  - effect: ask
    permission: [money, "system:power"]
enabled: [shell.run]
`;
