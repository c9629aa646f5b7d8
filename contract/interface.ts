import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { AuditPageSchema, AuditSearchSchema, AuditVerdictSchema } from './audit.ts';
import { ChatConversationSchema } from './chat.ts';
import { chatInterface } from './chat-interface.ts';
import { AreaSchema, BridgeStatusSchema, EntitySchema, FloorSchema, HomeActionSchema } from './home.ts';
import { IntentMatchSchema } from './intent.ts';
import { McpServerSettingsSchema, McpServerStatusSchema } from './mcp.ts';
import { DownloadSchema, EnginePackSchema, PoolStatusSchema } from './models.ts';
import { modelsInterface } from './models-interface.ts';
import { PolicyTestSchema, PolicyTrialSchema, SavedPolicySchema, ShownPolicySchema } from './policy.ts';
import { SettingsSchema } from './settings.ts';
import { SignedAnswerSchema, SignedCommandSchema } from './signed-command.ts';
import { ApprovalDaySchema, ApprovalSchema, ListedToolSchema, ToolOutcomeSchema } from './tool.ts';
import { TurnEventSchema } from './turn-event.ts';
import { EngineReportSchema } from './voice-message.ts';

/** Everything the page, the command line and other programs can ask of the host. One contract; message port, websocket and REST carry it. */

/** Characters of one written question. */
export const LONGEST_QUESTION = 32_000;

/** What the orb shows. */
export const PresenceSchema = z.enum(['starting', 'idle', 'listening', 'thinking', 'speaking', 'asking', 'muted', 'error']);
export type Presence = z.infer<typeof PresenceSchema>;

export const ServiceStatusSchema = z.object({
  name: z.string(),
  state: z.enum(['starting', 'running', 'restarting', 'failed', 'stopped']),
  restarts: z.number(),
  detail: z.string().optional(),
});
export type ServiceStatus = z.infer<typeof ServiceStatusSchema>;

export const TurnRecordSchema = z.object({ turnId: z.string(), startedAt: z.number(), events: z.array(TurnEventSchema) });
export type TurnRecord = z.infer<typeof TurnRecordSchema>;

export const StatusSchema = z.object({
  presence: PresenceSchema,
  muted: z.boolean(),
  /** Area id of the room this machine stands in. */
  room: z.string().optional(),
  engines: z.array(EngineReportSchema),
  services: z.array(ServiceStatusSchema),
  bridges: z.array(BridgeStatusSchema),
  /** Id of the page whose microphone is heard, if any. */
  microphone: z.string().optional(),
  /** Everything is stopped, since `at` (ms since the epoch), until a person releases it. */
  stopped: z.object({ at: z.number(), by: z.string() }).optional(),
});
export type Status = z.infer<typeof StatusSchema>;

/** Something that was just done and can be put back as it was. */
export const UndoOfferSchema = z.object({
  undoId: z.string(),
  /** "Turn off the kitchen light", as the gate described it. */
  sentence: z.string(),
  entityIds: z.array(z.string()),
  /** ms since the epoch */
  at: z.number(),
  until: z.number(),
});
export type UndoOffer = z.infer<typeof UndoOfferSchema>;

/** A way into the home that is set up. */
export const HomeConnectionSchema = z.object({
  id: z.string(),
  type: z.enum(['demo', 'file', 'mqtt', 'home-assistant']),
  title: z.string(),
  url: z.string().optional(),
  status: BridgeStatusSchema,
});
export type HomeConnection = z.infer<typeof HomeConnectionSchema>;

/** What is wrong with a file of sentences, for people. Lines count from 1. */
export const SentenceProblemSchema = z.object({ line: z.number().optional(), message: z.string() });
export type SentenceProblem = z.infer<typeof SentenceProblemSchema>;

/** "What would this do?", without doing it. */
export const TrialSchema = z.object({
  understood: z.boolean(),
  matches: z.array(IntentMatchSchema),
  /** One sentence each: what would be called, asked or answered. */
  effects: z.array(z.string()),
  /** The question JARVIS would ask, or what it would say instead. */
  reply: z.string().optional(),
  /** Of the sentences given with the trial; empty when they are fine. */
  problems: z.array(SentenceProblemSchema),
});
export type Trial = z.infer<typeof TrialSchema>;

/** The stream a page lives on: first a snapshot, then changes; after a reconnect a snapshot again. */
export const InterfaceEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    status: StatusSchema,
    floors: z.array(FloorSchema),
    areas: z.array(AreaSchema),
    entities: z.array(EntitySchema),
    approvals: z.array(ApprovalSchema),
    turns: z.array(TurnRecordSchema),
    undo: z.array(UndoOfferSchema),
  }),
  z.object({ type: z.literal('undo-offered'), offer: UndoOfferSchema }),
  /** Taken back, or too late. */
  z.object({ type: z.literal('undo-ended'), undoId: z.string() }),
  z.object({ type: z.literal('turn-event'), event: TurnEventSchema }),
  z.object({ type: z.literal('status-changed'), status: StatusSchema }),
  z.object({ type: z.literal('entity-changed'), entity: EntitySchema }),
  z.object({
    type: z.literal('home-structure'),
    floors: z.array(FloorSchema),
    areas: z.array(AreaSchema),
    entities: z.array(EntitySchema),
  }),
  z.object({ type: z.literal('approval-asked'), approval: ApprovalSchema }),
  z.object({ type: z.literal('approval-ended'), approvalId: z.string(), approved: z.boolean() }),
  /** Downloads, engine and loaded models, whenever one of them changes; a few times a second at most. */
  z.object({ type: z.literal('models-changed'), downloads: z.array(DownloadSchema), pack: EnginePackSchema, pool: PoolStatusSchema }),
  /** Providers, spending or settings of the mind have changed: whoever shows them asks anew. */
  z.object({ type: z.literal('mind-changed') }),
  z.object({ type: z.literal('conversation-changed'), conversation: ChatConversationSchema }),
  z.object({ type: z.literal('conversation-deleted'), id: z.string() }),
  /** Loudness for the orb, about 10 a second while a microphone is open. */
  z.object({ type: z.literal('level'), dbfs: z.number(), speech: z.boolean() }),
  /** Something a person should know once, in plain words ("My hearing restarted"). */
  z.object({ type: z.literal('notice'), level: z.enum(['info', 'warning', 'error']), text: z.string() }),
]);
export type InterfaceEvent = z.infer<typeof InterfaceEventSchema>;

export const DoctorReportSchema = z.object({
  version: z.string(),
  node: z.string(),
  dataFolder: z.string(),
  home: z.string(),
  entities: z.number(),
  engines: z.array(EngineReportSchema),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), improve: z.string().optional() })),
});
export type DoctorReport = z.infer<typeof DoctorReportSchema>;

export const jarvisInterface = {
  ...modelsInterface,
  ...chatInterface,
  events: oc
    .route({ method: 'GET', path: '/events', summary: 'Snapshot, then every change, as a stream' })
    .output(eventIterator(InterfaceEventSchema)),
  ask: oc
    .route({ method: 'POST', path: '/ask', summary: 'Say something to JARVIS in writing' })
    .input(
      z.object({
        text: z.string().trim().min(1).max(LONGEST_QUESTION),
        room: z.string().optional(),
        dryRun: z.boolean().optional(),
        /** The conversation it belongs to; absent: the one that is open. */
        conversationId: z.string().max(100).optional(),
        /** The message it answers to; another than the last makes a new branch (an edited question). */
        parentId: z.string().max(100).nullable().optional(),
        /** A question that is there already is answered anew: id of the person's message. */
        again: z.string().max(100).optional(),
        attachments: z.array(z.string().max(100)).max(20).optional(),
        /** Not said aloud. */
        silent: z.boolean().optional(),
      }),
    )
    .output(z.object({ turnId: z.string() })),
  /** In the words of Home Assistant's `conversation/process`. JARVIS stays silent itself; what a person has to approve first is said at once. */
  converse: oc
    .route({ method: 'POST', path: '/conversation', summary: 'One sentence, and what JARVIS says to it: JARVIS as a conversation agent' })
    .input(
      z.object({
        text: z.string().trim().min(1).max(1000),
        conversation_id: z.string().max(200).nullish(),
        language: z.string().max(35).nullish(),
        /** Area id or name of the room where it was said. */
        room: z.string().max(200).nullish(),
      }),
    )
    .output(
      z.object({
        response: z.object({
          response_type: z.enum(['action_done', 'query_answer', 'error']),
          language: z.string(),
          speech: z.object({ plain: z.object({ speech: z.string() }) }),
          data: z.object({ code: z.enum(['no_intent_match', 'failed_to_handle']).optional() }),
        }),
        conversation_id: z.string(),
        /** JARVIS has asked something back. */
        continue_conversation: z.boolean(),
      }),
    ),
  /** Stops what is being said and drops the turn that is under way. */
  cancel: oc
    .route({ method: 'POST', path: '/cancel', summary: 'Stop speaking and drop the current turn' })
    .output(z.object({ cancelled: z.boolean() })),
  recentTurns: oc.route({ method: 'GET', path: '/turns', summary: 'The last turns with their events' }).output(z.array(TurnRecordSchema)),
  status: oc.route({ method: 'GET', path: '/status', summary: 'Presence, engines, services' }).output(StatusSchema),
  doctor: oc.route({ method: 'GET', path: '/doctor', summary: 'What is used, why, and what would improve it' }).output(DoctorReportSchema),
  setMuted: oc
    .route({ method: 'POST', path: '/muted', summary: 'Mute or unmute the microphone' })
    .input(z.object({ muted: z.boolean() }))
    .output(z.object({ muted: z.boolean() })),
  setRoom: oc
    .route({ method: 'POST', path: '/room', summary: 'Tell JARVIS in which area this device stands' })
    .input(z.object({ room: z.string().nullable() }))
    .output(z.object({})),
  callService: oc
    .route({ method: 'POST', path: '/home/call', summary: 'Operate devices, through the same gate as a spoken command' })
    .input(HomeActionSchema)
    .output(z.array(ToolOutcomeSchema)),
  undo: oc
    .route({ method: 'POST', path: '/undo', summary: 'Put back what was done last, or what `undoId` names, through the same gate' })
    .input(z.object({ undoId: z.string().optional() }))
    .output(z.array(ToolOutcomeSchema)),
  setEntity: oc
    .route({ method: 'POST', path: '/home/entities', summary: 'Rename or hide an entity here, without touching the device' })
    .input(
      z.object({
        entityId: z.string(),
        /** null takes the name the device came with. */
        name: z.string().trim().min(1).max(100).nullable().optional(),
        aliases: z.array(z.string().trim().min(1).max(100)).max(20).optional(),
        hidden: z.boolean().nullable().optional(),
      }),
    )
    .output(z.object({})),
  connections: oc
    .route({ method: 'GET', path: '/home/connections', summary: 'The ways into the home' })
    .output(z.array(HomeConnectionSchema)),
  connectHome: oc
    .route({
      method: 'POST',
      path: '/home/connections',
      summary: 'Connect a Home Assistant with a long-lived access token, or an MQTT broker',
    })
    .input(
      z.object({
        url: z.string().trim().min(1).max(500),
        /** Of a Home Assistant. */
        token: z.string().trim().min(1).max(2000).optional(),
        insecure: z.boolean().optional(),
        /** Of a broker. */
        username: z.string().min(1).max(500).optional(),
        password: z.string().max(2000).optional(),
        /** PEM file on the host of the authority that signed the broker's certificate. */
        ca: z.string().min(1).max(2000).optional(),
      }),
    )
    .output(HomeConnectionSchema),
  startHomeLogin: oc
    .route({ method: 'POST', path: '/home/login', summary: 'Begin a login at Home Assistant; the person goes on at `authorizeUrl`' })
    .input(z.object({ url: z.string().trim().min(1).max(500), returnTo: z.url().max(500), insecure: z.boolean().optional() }))
    .output(z.object({ authorizeUrl: z.string() })),
  disconnectHome: oc
    .route({ method: 'POST', path: '/home/disconnect', summary: 'Forget a way into the home, its token included' })
    .input(z.object({ id: z.string() }))
    .output(z.object({})),
  ownSentences: oc
    .route({ method: 'GET', path: '/sentences', summary: "The person's own sentences, as YAML" })
    .output(z.object({ text: z.string(), path: z.string(), problems: z.array(SentenceProblemSchema) })),
  saveOwnSentences: oc
    .route({ method: 'POST', path: '/sentences', summary: 'Replace them; refused with the problems when they cannot be used' })
    .input(z.object({ text: z.string().max(500_000) }))
    .output(z.object({ saved: z.boolean(), problems: z.array(SentenceProblemSchema) })),
  tryText: oc
    .route({ method: 'POST', path: '/try', summary: 'What would this do? Nothing is done' })
    .input(
      z.object({ text: z.string().trim().min(1).max(1000), room: z.string().optional(), sentences: z.string().max(500_000).optional() }),
    )
    .output(TrialSchema),
  approvals: oc.route({ method: 'GET', path: '/approvals', summary: 'What waits for a yes' }).output(z.array(ApprovalSchema)),
  answerApproval: oc
    .route({ method: 'POST', path: '/approvals/answer', summary: 'Approve or refuse' })
    .input(
      z.object({
        approvalId: z.string().max(200),
        approved: z.boolean(),
        /** What is shown with a strong approval; needed where the answer is no click. */
        code: z.string().max(50).optional(),
        /** What the answer was given with: the command line speaks through the API, a notification through a page. */
        by: z.enum(['cli', 'notification']).optional(),
      }),
    )
    .output(z.object({ accepted: z.boolean(), /** Why not, in words. */ reason: z.string().optional() })),
  proposeRule: oc
    .route({ method: 'POST', path: '/approvals/rule', summary: 'The narrowest rule that would allow this from now on, to be shown first' })
    .input(z.object({ approvalId: z.string().max(200) }))
    .output(z.object({ /** YAML, as it would stand in the policy. */ text: z.string(), sentence: z.string() })),
  acceptRule: oc
    .route({ method: 'POST', path: '/approvals/always', summary: 'Yes, now and from now on: approves, and adds the rule of `proposeRule`' })
    .input(z.object({ approvalId: z.string().max(200) }))
    .output(z.object({ accepted: z.boolean(), saved: z.boolean(), reason: z.string().optional() })),
  approvalStats: oc
    .route({ method: 'GET', path: '/approvals/stats', summary: 'How much was asked, day by day, oldest first' })
    .output(z.object({ days: z.array(ApprovalDaySchema) })),
  audit: oc
    .route({ method: 'POST', path: '/audit/search', summary: 'The record of everything that was asked and done, newest first' })
    .input(AuditSearchSchema)
    .output(AuditPageSchema),
  verifyAudit: oc
    .route({ method: 'POST', path: '/audit/verify', summary: 'Reads the whole record again: nothing changed, nothing gone' })
    .output(AuditVerdictSchema),
  stopEverything: oc
    .route({ method: 'POST', path: '/stop', summary: 'Emergency stop: ends everything that runs, and keeps it stopped' })
    .input(z.object({ by: z.enum(['cli', 'tray', 'hotkey']).optional() }).optional())
    .output(z.object({ stopped: z.boolean() })),
  releaseStop: oc
    .route({ method: 'POST', path: '/resume', summary: 'Release the emergency stop' })
    .input(z.object({ by: z.literal('cli').optional() }).optional())
    .output(z.object({ released: z.boolean() })),
  secrets: oc.route({ method: 'GET', path: '/secrets', summary: 'Names of the secrets, never their values' }).output(z.array(z.string())),
  setSecret: oc
    .route({ method: 'POST', path: '/secrets', summary: 'Keep a secret, or put a new value in its place' })
    .input(z.object({ name: z.string().trim().min(1).max(200), value: z.string().min(1).max(10_000) }))
    .output(z.object({ replaced: z.boolean() })),
  deleteSecret: oc
    .route({ method: 'POST', path: '/secrets/delete', summary: 'Forget a secret' })
    .input(z.object({ name: z.string().min(1).max(200) }))
    .output(z.object({ deleted: z.boolean() })),
  signed: oc
    .route({ method: 'POST', path: '/signed', summary: 'A command of another device, good by its signature' })
    .input(SignedCommandSchema)
    .output(SignedAnswerSchema),
  tools: oc
    .route({ method: 'GET', path: '/tools', summary: 'Every tool, wherever it comes from; with `search` those that fit, the best first' })
    .input(z.object({ search: z.string().max(500).optional() }).optional())
    .output(z.array(ListedToolSchema)),
  setToolEnabled: oc
    .route({ method: 'POST', path: '/tools/enable', summary: 'Switch a tool on or off, for everybody' })
    .input(z.object({ name: z.string().min(1).max(200), enabled: z.boolean() }))
    .output(z.object({ enabled: z.boolean() })),
  approveReview: oc
    .route({
      method: 'POST',
      path: '/tools/review',
      summary: 'A person has looked at a new or changed plugin, and lets it run as it is now',
    })
    .input(
      z.object({
        /** Of the plugin, or of one of its tools. */
        name: z.string().min(1).max(200),
        /** `reviewDigest` of what was shown: what has changed since is not approved by it. */
        digest: z.string().max(200).optional(),
      }),
    )
    .output(z.object({ reviewed: z.boolean(), permissions: z.array(z.string()) })),
  runTool: oc
    .route({ method: 'POST', path: '/tools/run', summary: 'Run a tool, through the same gate as a spoken command' })
    .input(z.object({ name: z.string().min(1).max(200), input: z.unknown(), dryRun: z.boolean().optional() }))
    .output(ToolOutcomeSchema),
  policy: oc.route({ method: 'GET', path: '/policy', summary: 'What may be done: the rules, as YAML' }).output(ShownPolicySchema),
  savePolicy: oc
    .route({
      method: 'POST',
      path: '/policy',
      summary: 'Replace the rules; refused with the problems when they cannot be used, or were changed since `version`',
    })
    .input(z.object({ text: z.string().max(1_000_000), version: z.string().max(100) }))
    .output(SavedPolicySchema),
  testPolicy: oc
    .route({ method: 'POST', path: '/policy/test', summary: 'What would become of a call, and which rules say so. Nothing is done' })
    .input(PolicyTestSchema)
    .output(PolicyTrialSchema),
  mcpServers: oc
    .route({ method: 'GET', path: '/mcp', summary: 'The MCP servers whose tools JARVIS may use' })
    .output(z.array(McpServerStatusSchema)),
  addMcpServer: oc
    .route({ method: 'POST', path: '/mcp', summary: 'Add an MCP server; its tools wait for a review' })
    .input(McpServerSettingsSchema)
    .output(z.object({})),
  removeMcpServer: oc
    .route({ method: 'POST', path: '/mcp/remove', summary: 'Forget an MCP server and its tools' })
    .input(z.object({ name: z.string().max(40) }))
    .output(z.object({})),
  help: oc
    .route({ method: 'GET', path: '/help', summary: 'What can be said in this home' })
    .output(z.array(z.object({ intent: z.string(), examples: z.array(z.string()) }))),
  settings: oc.route({ method: 'GET', path: '/settings', summary: 'Settings in force; secrets are blanked' }).output(SettingsSchema),
};

/**
 * The sound of a page: one websocket (`/audio`) or message port. Text frames are these JSON messages. A binary frame from the page is
 * 16 kHz mono s16le; a binary frame from the host is mono s16le of the speech announced last.
 */
export const PageToHostAudioSchema = z.discriminatedUnion('type', [
  /** The page's microphone is open (or has failed); audio frames may follow. */
  z.object({ type: z.literal('microphone-opened'), pageId: z.string().max(64), label: z.string().max(200).optional() }),
  z.object({ type: z.literal('microphone-closed'), reason: z.enum(['muted', 'permission-refused', 'not-found', 'failed', 'left']) }),
  z.object({ type: z.literal('talk-started') }),
  z.object({ type: z.literal('talk-ended'), take: z.boolean() }),
  z.object({ type: z.literal('playback-started'), speechId: z.string() }),
  /** ms of the speech that left the speaker. */
  z.object({ type: z.literal('playback-ended'), speechId: z.string(), heardMs: z.number().min(0), interrupted: z.boolean() }),
]);
export type PageToHostAudio = z.infer<typeof PageToHostAudioSchema>;

export const HostToPageAudioSchema = z.discriminatedUnion('type', [
  /** May this page be heard? False: another page took the microphone. */
  z.object({ type: z.literal('microphone-granted'), granted: z.boolean() }),
  /** Stop capturing at the source: the track is ended, not just ignored. */
  z.object({ type: z.literal('microphone-mute'), muted: z.boolean() }),
  z.object({ type: z.literal('speech-started'), speechId: z.string(), sampleRate: z.number() }),
  /** No more sound will come for it; play what is there. */
  z.object({ type: z.literal('speech-ended'), speechId: z.string() }),
  /** Silence now: interrupted. */
  z.object({ type: z.literal('speech-stopped'), speechId: z.string() }),
  z.object({ type: z.literal('earcon'), sound: z.enum(['wake', 'done', 'error', 'timer']) }),
]);
export type HostToPageAudio = z.infer<typeof HostToPageAudioSchema>;
