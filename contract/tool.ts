import { z } from 'zod';

/**
 * Risk decides what the gate asks: `observe` free; `change` reversible home comfort, free by default; `guarded` asks a person;
 * `forbidden` refused until switched on by name.
 */
export const RISKS = ['observe', 'change', 'guarded', 'forbidden'] as const;
export const RiskSchema = z.enum(RISKS);
export type Risk = z.infer<typeof RiskSchema>;

/** Who or what asks for an effect. */
export const SourceSchema = z.enum(['voice', 'page', 'cli', 'api', 'timer', 'agent', 'routine', 'plugin', 'mcp']);
export type Source = z.infer<typeof SourceSchema>;

/** What a tool may touch; what is absent it may not. */
export const PermissionsSchema = z
  .object({
    /** Hosts it may speak to: `api.example.org`, `*.example.org`; `*` = any. */
    network: z.array(z.string().min(1).max(253)).optional(),
    /** `path` may begin with `~`, `$DATA` (its own folder) or name what the input says: `{path}`. */
    filesystem: z.array(z.object({ path: z.string().min(1).max(4096), mode: z.enum(['read', 'write']) }).strict()).optional(),
    /** Parts of the computer. */
    system: z
      .array(
        z.enum([
          'apps',
          'windows',
          'processes',
          'power',
          'sound',
          'display',
          'clipboard',
          'screen',
          'notifications',
          'settings',
          'packages',
          'hardware',
          'shell',
        ]),
      )
      .optional(),
    home: z.boolean().optional(),
    timers: z.boolean().optional(),
    /** Names of secrets whose handles it may redeem. */
    secrets: z.array(z.string().min(1).max(200)).optional(),
    money: z.boolean().optional(),
  })
  .strict();
export type Permissions = z.infer<typeof PermissionsSchema>;

/** In words for people, one for each thing it may touch. */
export function permissionWords(permissions: Permissions): string[] {
  const { network = [], filesystem = [], system = [], secrets = [] } = permissions;
  return [
    ...(permissions.home === true ? ['your home'] : []),
    ...(permissions.timers === true ? ['your timers'] : []),
    ...(network.includes('*') ? ['the internet'] : network.map((host) => `the internet at ${host}`)),
    ...filesystem.map(({ path, mode }) => `${mode === 'read' ? 'reading' : 'changing'} files in ${path}`),
    ...system.map((part) => `this computer: ${part}`),
    ...secrets.map((name) => `the secret ${name}`),
    ...(permissions.money === true ? ['money'] : []),
  ];
}

export const RoleSchema = z.enum(['admin', 'user', 'guest', 'agent']);
export type Role = z.infer<typeof RoleSchema>;

/** Somebody whom JARVIS knows. */
export const PersonSchema = z.object({ name: z.string().min(1).max(100), role: RoleSchema });
export type Person = z.infer<typeof PersonSchema>;

/** Text from outside that is in a turn: whoever wrote it may have meant JARVIS to obey. */
export const TaintSchema = z.object({
  origin: z.enum([
    'web',
    'mail',
    'file',
    'calendar',
    'device',
    'list',
    'mcp',
    'plugin',
    'tool-error',
    'clipboard',
    'screen',
    'transcript',
    'other',
  ]),
  /** Which one, for people: a host, a file's name. */
  name: z.string().max(200).optional(),
});
export type Taint = z.infer<typeof TaintSchema>;

export const ToolRequestSchema = z.object({
  id: z.string(),
  turnId: z.string(),
  tool: z.string(),
  /** Parsed by the tool's own schema at the gate. */
  input: z.unknown(),
  source: SourceSchema,
  dryRun: z.boolean().default(false),
  /** Who asks; absent: whoever sits at this machine, an admin. */
  person: PersonSchema.optional(),
  /** Voice that was recognised. */
  speaker: z.string().max(100).optional(),
  /** Area id of the room it was said in. */
  room: z.string().max(200).optional(),
  /** What of outside has been read in this turn so far; anything here, and everything above `observe` asks. */
  taint: z.array(TaintSchema).max(50).optional(),
});
export type ToolRequest = z.infer<typeof ToolRequestSchema>;

export const OutcomeSchema = z.enum(['confirmed', 'accepted', 'rejected', 'denied', 'failed']);
export type Outcome = z.infer<typeof OutcomeSchema>;

/** How a call through the gate ended. `confirmed` only when the new state was seen. */
export const ToolOutcomeSchema = z.object({
  outcome: OutcomeSchema,
  /** For people: why it was not confirmed. */
  reason: z.string().optional(),
  /** What the tool gave back, when it ran. */
  output: z.unknown().optional(),
  dryRun: z.boolean().optional(),
  /** The output is, or holds, text from outside. */
  taint: TaintSchema.optional(),
});
export type ToolOutcome = z.infer<typeof ToolOutcomeSchema>;

export const ApprovalSchema = z.object({
  id: z.string(),
  turnId: z.string(),
  tool: z.string(),
  /** The sentence a person approves, e.g. "Unlock the front door". */
  sentence: z.string(),
  /** The exact parsed input, for the card. */
  input: z.unknown(),
  risk: RiskSchema,
  permissions: z.array(z.string()),
  source: SourceSchema,
  /** SHA-256 of tool and canonical input; the approval holds for exactly this. */
  digest: z.string(),
  /** Outside text that this turn has read. */
  taint: z.array(TaintSchema).optional(),
  /** A yes alone will not do: a click, or the code that is shown and must be spoken. */
  strong: z.boolean().optional(),
  /** With `strong`: what has to be said or typed where nobody can click. Shown to people, never spoken by JARVIS, never given to a model or a tool. */
  code: z.string().optional(),
  /** Was asked before JARVIS was started again; a yes puts the very same request to the gate anew. */
  restored: z.boolean().optional(),
  /** Why it asks, in words: the rule or the tier. */
  why: z.string().optional(),
  /** ms since the epoch */
  askedAt: z.number(),
  expiresAt: z.number(),
});
export type Approval = z.infer<typeof ApprovalSchema>;

export const ApprovalAnswerSchema = z.object({
  approvalId: z.string(),
  approved: z.boolean(),
  /**
   * Where the answer came from: a person at the page, the command line, the API, or a spoken yes. Nobody's answer: time ran out, the call was called off,
   * nobody sits there to be asked, or the code was wrong too often.
   */
  by: z.enum(['page', 'cli', 'api', 'voice', 'notification', 'expiry', 'cancel', 'nobody', 'wrong-code']),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswerSchema>;

/** What became of the questions of one day. Those that were called off with their turn count as asked alone. */
export const ApprovalDaySchema = z.object({
  /** Of the host's calendar: `2026-11-21` */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
  asked: z.number().int().min(0),
  approved: z.number().int().min(0),
  refused: z.number().int().min(0),
  expired: z.number().int().min(0),
});
export type ApprovalDay = z.infer<typeof ApprovalDaySchema>;

/** Where a tool comes from. */
export const ToolOriginSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('built-in') }),
  z.object({ type: z.literal('plugin'), name: z.string() }),
  z.object({ type: z.literal('mcp'), name: z.string() }),
]);
export type ToolOrigin = z.infer<typeof ToolOriginSchema>;

/** A tool as pages, command lines and models see it. */
export const ListedToolSchema = z.object({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  risk: RiskSchema,
  reversible: z.boolean(),
  permissions: PermissionsSchema,
  /** `none`: runs in the host, being ours. `process`: in a child with nothing of ours. `isolated`: also without the machine's files and network. */
  sandbox: z.enum(['none', 'process', 'isolated']),
  timeoutMs: z.number(),
  /** JSON Schema of its input. */
  input: z.unknown(),
  origin: ToolOriginSchema,
  enabled: z.boolean(),
  /** Why it must be looked at by a person before it runs: new or changed permissions, in words. */
  review: z.array(z.string()).optional(),
  /** Of just what is to be looked at; goes with the answer, so that nothing else is approved. */
  reviewDigest: z.string().optional(),
  /** ms since the epoch */
  lastUsedAt: z.number().optional(),
  calls: z.number().optional(),
});
export type ListedTool = z.infer<typeof ListedToolSchema>;
