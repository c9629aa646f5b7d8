import { join } from 'node:path';
import { createAgentMind } from '../../assistant/agent/agent-mind.ts';
import type { AgentContext, ContextRequest } from '../../assistant/agent/agent-options.ts';
import { AGENT_SETTINGS } from '../../assistant/agent/agent-options.ts';
import { PlanApprovals } from '../../assistant/agent/plan-approvals.ts';
import { conversationContext } from '../../assistant/context/conversation-context.ts';
import { estimateTokens } from '../../assistant/context/estimate-tokens.ts';
import { CONVERSATION_MIGRATIONS } from '../../assistant/conversations/conversation-schema.ts';
import { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { TurnKeeper } from '../../assistant/conversations/keep-turns.ts';
import { moodOf } from '../../assistant/persona/mood.ts';
import { personaOf, personaPrompt } from '../../assistant/persona/persona-prompt.ts';
import { SpokenAnswer } from '../../assistant/persona/spoken-answer.ts';
import type { Mind } from '../../assistant/turn/mind.ts';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import type { MindSettings } from '../../contract/models.ts';
import type { MindReport } from '../../contract/models-interface.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { createRouter, type Router } from '../../models/routing/create-router.ts';
import { openSpending, type SpendingLedger } from '../../models/routing/spending.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import type { Approvals } from '../../tools/approvals.ts';
import { previewCall } from '../../tools/preview-call.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { Log } from '../host/log.ts';
import { MindSettingsError, type MindSettingsFile } from '../host/mind-settings-file.ts';
import { spendingStore } from '../host/spending-store.ts';
import { Afterthoughts } from './afterthoughts.ts';
import type { Models } from './open-models.ts';
import { Providers } from './providers.ts';

export interface MindOptions {
  dataFolder: string;
  file: MindSettingsFile;
  models: Models;
  secrets: SecretStore;
  registry: ToolRegistry;
  approvals: Approvals;
  clock: Clock;
  newId(): string;
  log: Log;
  /** ms a person has to answer a plan. */
  approvalMs: number;
  notice(level: 'info' | 'warning' | 'error', text: string): void;
  publish(event: InterfaceEvent): void;
  /** Sentences that the phrasebook knows, of no home in particular. */
  examples(): readonly string[];
  /** Name of who talks in a turn; undefined: whoever sits at this machine. */
  personOf(turnId: string): string | undefined;
  /** Name of the room, for people. */
  roomName(room: string): string | undefined;
}

const SHORT_QUESTION = { privacy: 'may-leave', tools: false, vision: false, tokens: 2048 } as const;

/** Markdown as it is said aloud. */
export function spokenForm(markdown: string): string {
  const answer = new SpokenAnswer();
  return [...answer.push(markdown), ...answer.end()].join(' ');
}

/** Models of every provider as one, with conversations that are kept, a persona, and hands behind the gate. */
export class OpenMind implements AsyncDisposable {
  readonly mind: Mind;
  readonly plans: PlanApprovals;
  readonly keeper: TurnKeeper;
  readonly router: Router;
  readonly #options: MindOptions;
  readonly #spending: SpendingLedger;
  readonly #providers: Providers;
  readonly #database: Database;
  readonly #kept: ConversationStore;
  /** Where nothing is to be kept on the disk. */
  readonly #passing: ConversationStore;
  readonly #passingDatabase: Database;
  readonly #afterthoughts: Afterthoughts;
  readonly #ending = new AbortController();
  readonly #unfollow: () => void;

  private constructor(options: MindOptions, spending: SpendingLedger, database: Database) {
    const { clock, newId, file, registry, approvals, models, log } = options;
    this.#options = options;
    this.#spending = spending;
    this.#database = database;
    this.#passingDatabase = openDatabase({ path: ':memory:', migrations: CONVERSATION_MIGRATIONS, clock });
    this.#kept = new ConversationStore({ database, clock, newId });
    this.#passing = new ConversationStore({ database: this.#passingDatabase, clock, newId });
    this.#providers = new Providers({
      settings: () => file.now(),
      models,
      secrets: options.secrets,
      clock,
      newId,
      log,
      changed: () => this.#changed(),
    });
    this.router = createRouter({ settings: () => file.now(), providers: () => this.#providers.routed(), clock, spending });
    this.plans = new PlanApprovals({ clock, expiryMs: options.approvalMs });
    this.keeper = new TurnKeeper({
      store: () => this.conversations(),
      clock,
      keep: () => file.now().keep,
      personOf: (turnId) => options.personOf(turnId),
      titleOf: (tool) => registry.get(tool)?.manifest.title ?? tool,
      spokenForm,
      failed: (error) => this.#keepFailed(error),
    });
    this.#afterthoughts = new Afterthoughts({
      store: () => this.conversations(),
      router: this.router,
      clock,
      changed: (id) => this.#tellConversation(id),
      failed: (error) => log.debug({ error: String(error) }, 'a title or summary was not made'),
    });
    this.mind = createAgentMind({
      router: this.router,
      tools: (words, limit) => registry.search(words, limit),
      tool: (name) => registry.list().find((each) => each.name === name),
      preview: (tool, input) => previewCall(registry, tool, input),
      agreeAhead: (agreed) => approvals.agreeAhead(agreed),
      plans: this.plans,
      context: (request) => this.#context(request),
      examples: options.examples,
      spoken: spokenForm,
      settings: () => ({ ...AGENT_SETTINGS, steps: file.now().steps }),
      clock,
      newId,
    });
    this.#unfollow = file.onChange((now, before) => this.#settingsChanged(now, before));
  }

  /** Throws a `StoreError` in words where the conversations cannot be opened at all. */
  static async open(options: MindOptions): Promise<OpenMind> {
    const { dataFolder, clock, file, log, notice } = options;
    const problem = file.problem();
    if (problem !== undefined) notice('warning', `The settings of the mind cannot be used, so it is off: ${problem}`);
    const spending = await openSpending({ store: spendingStore(dataFolder), clock, budget: () => file.now().budget });
    const trouble = spending.problem();
    if (trouble !== undefined) notice('warning', trouble);
    const database = openDatabase({
      path: join(dataFolder, 'conversations.sqlite'),
      migrations: CONVERSATION_MIGRATIONS,
      clock,
      whenDamaged: 'move-aside',
    });
    if (database.movedTo !== undefined) {
      log.warn({ movedTo: database.movedTo }, 'the conversations were damaged and are begun anew');
      notice('warning', `The kept conversations were damaged. The file was moved to ${database.movedTo}, and new ones are begun.`);
    }
    return new OpenMind(options, spending, database);
  }

  /** Those on the disk, or while nothing is kept those in memory. */
  conversations(): ConversationStore {
    return this.#options.file.now().keep === 'nothing' ? this.#passing : this.#kept;
  }

  /** Every event of a turn, as it happens. */
  take(event: TurnEvent): void {
    this.keeper.take(event);
    if (event.type === 'turn-started') this.#afterthoughts.stop();
    if (event.type !== 'turn-ended') return;
    const conversationId = this.#answering.get(event.turnId);
    this.#answering.delete(event.turnId);
    if (conversationId === undefined) return;
    this.#tellConversation(conversationId);
    this.#afterthoughts.answered(conversationId);
  }

  /** Conversation of each turn that a model answers. */
  readonly #answering = new Map<string, string>();

  /** Takes away what is to be kept no longer, now and every minute, until the end. */
  async keepTidy(): Promise<void> {
    const failed = (error: unknown): void => this.#keepFailed(error);
    await this.#kept.keepTidy(() => this.#options.file.now().keepDays, failed, this.#ending.signal);
  }

  report(): MindReport {
    const { file } = this.#options;
    const problem = file.problem();
    return {
      settings: file.now(),
      providers: this.router.statuses(),
      spending: this.#spending.report(),
      ...(problem === undefined ? {} : { problem }),
      available: this.router.available(SHORT_QUESTION),
    };
  }

  /** Why no model can answer just now though there are some, in words; undefined: one can, or there is none. */
  whyNot(): string | undefined {
    return this.router.whyNot(SHORT_QUESTION);
  }

  async save(change: { [Key in keyof MindSettings]?: MindSettings[Key] | undefined }): Promise<MindReport> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    try {
      await this.#options.file.change((before) => ({ ...before, ...given }));
    } catch (error) {
      if (error instanceof MindSettingsError) throw new JarvisError('refused', error.message, { cause: error });
      throw error;
    }
    return this.report();
  }

  /** A key is another one: providers that use it, and were refused with the old one, are tried again. */
  secretChanged(name: string): void {
    const using = this.#options.file.now().providers.filter(({ secret }) => secret === name);
    for (const { id } of using) this.router.settingsChanged(id);
    if (using.length === 0) return;
    this.#providers.settingsChanged();
    this.#changed();
  }

  get providers(): Providers {
    return this.#providers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('stopped'));
    this.#afterthoughts.stop();
    this.#unfollow();
    await this.#spending
      .flush()
      .catch((error: unknown) => this.#options.log.warn({ error: String(error) }, 'what was spent was not written down'));
    this.#database.close();
    this.#passingDatabase.close();
  }

  async #context(request: ContextRequest): Promise<AgentContext> {
    const { file, clock, roomName } = this.#options;
    const settings = file.now();
    const place = this.keeper.placeOf(request.turnId);
    const store = this.conversations();
    if (place !== undefined) this.#answering.set(request.turnId, place.conversationId);
    const said =
      place === undefined
        ? []
        : store.path(place.conversationId, 12).filter(({ role, id }) => role === 'person' && id !== place.questionId);
    const mood = moodOf(request.text, said.map(({ text }) => text).reverse());
    const isSpoken = request.source === 'voice';
    const system = `${personaPrompt(personaOf(settings, place?.person), mood, { spoken: isSpoken })}\n\n${request.instructions}`;
    const here = nowAndHere(clock.now(), request.room === undefined ? undefined : roomName(request.room));
    const contextLength = request.contextLength ?? settings.contextSize;
    const built = conversationContext({
      store,
      ...(place === undefined ? {} : { conversationId: place.conversationId, questionId: place.questionId, files: place.files }),
      ...(settings.keep === 'nothing' ? {} : { person: place?.person ?? null }),
      system,
      question: request.text,
      budgetTokens: Math.max(0, contextLength - request.reserve - estimateTokens(here)),
      count: estimateTokens,
    });
    // Last, where it keeps nothing that was evaluated before from being used again.
    const last = built.prompt.at(-1);
    const [part] = last?.role === 'user' ? last.content : [];
    const prompt =
      last?.role === 'user' && part?.type === 'text'
        ? [...built.prompt.slice(0, -1), { ...last, content: [{ ...part, text: `${here}\n${part.text}` }, ...last.content.slice(1)] }]
        : built.prompt;
    return { prompt, tokens: built.tokens + estimateTokens(here), taint: built.taint };
  }

  #settingsChanged(now: MindSettings, before: MindSettings): void {
    if (JSON.stringify(now.providers) !== JSON.stringify(before.providers)) {
      this.router.settingsChanged();
      this.#providers.settingsChanged();
    }
    this.#options.models.settingsChanged();
    this.#changed();
  }

  #tellConversation(id: string): void {
    const conversation = this.conversations().find(id);
    if (conversation !== undefined) this.#options.publish({ type: 'conversation-changed', conversation });
  }

  #changed(): void {
    this.#options.publish({ type: 'mind-changed' });
  }

  #keepFailed(error: unknown): void {
    this.#options.log.warn({ error: String(error) }, 'a conversation could not be kept');
    this.#options.notice('warning', `What was said could not be kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What a model cannot know. */
function nowAndHere(now: number, room: string | undefined): string {
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' }).format(now);
  return `(From the program: it is ${time}${room === undefined ? '' : `; the person is in the ${room}`}.)`;
}
