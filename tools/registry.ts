import { z } from 'zod';
import { Broadcast } from '../contract/broadcast.ts';
import { type ListedTool, permissionWords, type ToolOrigin } from '../contract/tool.ts';
import { searchTools } from './search-tools.ts';
import type { Tool } from './tool.ts';
import { emptyToolState, parseToolState, savedToolState, type ToolState, type ToolStateStore, type Uses } from './tool-state.ts';

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)*$/u;
const LONGEST_NAME = 100;
/** Timers of the platform overflow past this (ms) and fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
const BUILT_IN: ToolOrigin = { type: 'built-in' };

export type RegistryChange = { type: 'tools-changed' };

interface Registered {
  tool: Tool;
  /** JSON Schema, computed once. */
  input: unknown;
}

/** A source whose tools a person looks at before they run, as long as `digest` is not the one that was looked at. */
export interface ReviewedSource {
  /** Of everything that decides what its tools do. */
  digest: string;
}

/** Every tool JARVIS has, by name, wherever it comes from; what a person decided about it; how it was used. */
export class ToolRegistry {
  readonly #tools = new Map<string, Registered>();
  /** Digest of each source that wants a review, by key. */
  readonly #digests = new Map<string, string>();
  readonly #changes = new Broadcast<RegistryChange>();
  readonly #store: ToolStateStore | undefined;
  #state: ToolState = emptyToolState();
  /** Used since the state was saved. */
  #unsaved = new Map<string, Uses>();
  #saving: Promise<void> = Promise.resolve();

  /** Without a store nothing is remembered past the process. */
  constructor(store?: ToolStateStore) {
    this.#store = store;
  }

  /** What was decided in earlier lives. Throws with words for people when it cannot be read. */
  async load(): Promise<void> {
    this.#state = parseToolState(await this.#store?.load());
  }

  /** All or none. Throws when a name is taken, odd or of another source, a timeout is no time, or the input has no JSON Schema. */
  register(...tools: Tool[]): void {
    this.#add(tools, this.#tools);
    this.#changes.publish({ type: 'tools-changed' });
  }

  /**
   * These and no others are the tools of `origin` from now on; an empty list takes them away. Calls that are under way end with the tool they began with.
   * All or none, as `register`; what was there stays then. With `review` they are refused until a person has looked at this digest.
   */
  replace(origin: ToolOrigin, tools: readonly Tool[], review?: ReviewedSource): void {
    const key = sourceKey(origin);
    for (const { manifest } of tools) {
      if (sourceKey(manifest.origin ?? BUILT_IN) !== key) throw new Error(`${manifest.name} does not come from ${key}`);
    }
    const others = [...this.#tools].filter(([, { tool }]) => sourceKey(tool.manifest.origin ?? BUILT_IN) !== key);
    const checked = new Map(others);
    this.#add(tools, checked);
    this.#tools.clear();
    for (const [name, registered] of checked) this.#tools.set(name, registered);
    if (review === undefined || tools.length === 0) this.#digests.delete(key);
    else this.#digests.set(key, review.digest);
    this.#changes.publish({ type: 'tools-changed' });
  }

  get(name: string): Tool | undefined {
    return this.#tools.get(name)?.tool;
  }

  /** The tool, where a person lets it run; else why not, in words. */
  usable(name: string): { tool: Tool } | { refusal: string } {
    const registered = this.#tools.get(name);
    if (registered === undefined) return { refusal: `There is no tool called ${name.slice(0, 80)}.` };
    const { tool } = registered;
    const { title, origin = BUILT_IN } = tool.manifest;
    if (this.#state.switched.get(name) === false) return { refusal: `${title} is switched off (jarvis tools enable ${name}).` };
    const review = this.#reviewOf(tool);
    if (review === undefined) return { tool };
    const from = origin.type === 'built-in' ? 'JARVIS' : `the ${origin.type === 'mcp' ? 'MCP server' : 'plugin'} ${origin.name}`;
    return { refusal: `${title} must be looked at by a person first: ${from} is new or has changed (jarvis tools review ${name}).` };
  }

  /** Did a person switch it on by name? Decides for the tier `forbidden`. */
  switchedOn(name: string): boolean {
    return this.#state.switched.get(name) === true;
  }

  list(): ListedTool[] {
    return [...this.#tools.values()].map((registered) => this.#listed(registered));
  }

  search(words: string, limit?: number): ListedTool[] {
    return searchTools(this.list(), words, limit);
  }

  /** Told after each change of what `list` gives, uses left out; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<RegistryChange> {
    return this.#changes.subscribe(signal);
  }

  /** A person switches a tool on or off. False when there is none of that name. */
  async setEnabled(name: string, enabled: boolean): Promise<boolean> {
    if (!this.#tools.has(name)) return false;
    await this.#change((state) => state.switched.set(name, enabled));
    this.#changes.publish({ type: 'tools-changed' });
    return true;
  }

  /**
   * A person has looked at the source of this tool as it is now, and lets it run. `name`: of the tool or of its plugin or server.
   * `shown`: digest of what was shown; what has changed since is not approved by it.
   * Gives the words of what it may touch; undefined when nothing of that name and digest waits.
   */
  async approveReview(name: string, shown?: string): Promise<string[] | undefined> {
    const tool = this.get(name) ?? [...this.#tools.values()].find(({ tool: each }) => nameOf(each.manifest.origin) === name)?.tool;
    if (tool === undefined || this.#reviewOf(tool) === undefined) return undefined;
    const key = sourceKey(tool.manifest.origin ?? BUILT_IN);
    const digest = this.#digests.get(key);
    if (digest === undefined || (shown !== undefined && shown !== digest)) return undefined;
    const permissions = this.#permissionsOf(key);
    await this.#change((state) => state.reviewed.set(key, { digest, permissions }));
    this.#changes.publish({ type: 'tools-changed' });
    return permissions;
  }

  /** A call began at `at` (ms since the epoch). Kept by the next `save`. */
  used(name: string, at: number): void {
    this.#unsaved.set(name, added(this.#unsaved.get(name), { calls: 1, lastUsedAt: at }));
  }

  /** Writes down what was used since; nothing when nothing was. */
  async save(): Promise<void> {
    if (this.#unsaved.size > 0) await this.#change(() => undefined);
  }

  /** One after the other, each on what is saved: another process may have decided something meanwhile. */
  #change(change: (state: ToolState) => void): Promise<void> {
    const work = async (): Promise<void> => {
      const state = this.#store === undefined ? this.#state : parseToolState(await this.#store.load());
      const used = this.#unsaved;
      this.#unsaved = new Map();
      try {
        change(state);
        for (const [name, uses] of used) state.uses.set(name, added(state.uses.get(name), uses));
        await this.#store?.save(savedToolState(state));
        this.#state = state;
      } catch (error) {
        for (const [name, uses] of used) this.#unsaved.set(name, added(this.#unsaved.get(name), uses));
        throw error;
      }
    };
    const done = this.#saving.then(work);
    this.#saving = done.catch(() => undefined);
    return done;
  }

  #add(tools: readonly Tool[], into: Map<string, Registered>): void {
    const checked = new Map<string, Registered>();
    for (const tool of tools) {
      const { name, timeoutMs, origin = BUILT_IN } = tool.manifest;
      if (!NAME.test(name) || name.length > LONGEST_NAME)
        throw new Error(`a tool cannot be called ${JSON.stringify(name.slice(0, LONGEST_NAME))}`);
      if (into.has(name) || checked.has(name)) throw new Error(`there are two tools called ${name}`);
      if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT)) throw new Error(`${name} cannot have a timeout of ${timeoutMs} ms`);
      checkNamespace(name, origin, into);
      checked.set(name, { tool, input: z.toJSONSchema(tool.manifest.input, { unrepresentable: 'any', io: 'input' }) });
    }
    for (const [name, registered] of checked) into.set(name, registered);
  }

  #reviewOf(tool: Tool): string[] | undefined {
    const key = sourceKey(tool.manifest.origin ?? BUILT_IN);
    const digest = this.#digests.get(key);
    if (digest === undefined) return undefined;
    const reviewed = this.#state.reviewed.get(key);
    if (reviewed?.digest === digest) return undefined;
    const now = this.#permissionsOf(key);
    if (reviewed === undefined) return ['it is new', ...now.map((words) => `it may touch ${words}`)];
    const fresh = now.filter((words) => !reviewed.permissions.includes(words));
    return ['it has changed since it was looked at', ...fresh.map((words) => `it may now touch ${words}`)];
  }

  #permissionsOf(key: string): string[] {
    const words = [...this.#tools.values()].flatMap(({ tool: { manifest } }) =>
      sourceKey(manifest.origin ?? BUILT_IN) === key ? permissionWords(manifest.permissions) : [],
    );
    return [...new Set(words)];
  }

  #listed({ tool, input }: Registered): ListedTool {
    const { manifest } = tool;
    const review = this.#reviewOf(tool);
    const saved = this.#state.uses.get(manifest.name);
    const unsaved = this.#unsaved.get(manifest.name);
    const uses = unsaved === undefined ? saved : added(saved, unsaved);
    return {
      name: manifest.name,
      version: manifest.version,
      title: manifest.title,
      description: manifest.description,
      risk: manifest.risk,
      reversible: manifest.reversible,
      permissions: manifest.permissions,
      sandbox: manifest.sandbox ?? 'none',
      timeoutMs: manifest.timeoutMs,
      input,
      origin: manifest.origin ?? BUILT_IN,
      enabled: this.#state.switched.get(manifest.name) ?? manifest.risk !== 'forbidden',
      ...(review === undefined ? {} : { review, reviewDigest: this.#digests.get(sourceKey(manifest.origin ?? BUILT_IN)) ?? '' }),
      ...uses,
    };
  }
}

/**
 * A rule for `home.*` must never reach a tool that only calls itself so: what a plugin brings is called `<plugin>.…`, what a server brings
 * `mcp.<server>.…`, and no plugin is called like a family of tools that is there.
 */
function checkNamespace(name: string, origin: ToolOrigin, others: ReadonlyMap<string, Registered>): void {
  const prefix = origin.type === 'mcp' ? `mcp.${origin.name}.` : origin.type === 'plugin' ? `${origin.name}.` : '';
  if (!name.startsWith(prefix)) throw new Error(`${name} must be called ${prefix}…`);
  const [family = ''] = name.split('.');
  if (origin.type !== 'mcp' && family === 'mcp') throw new Error(`${name}: what is called mcp comes from MCP servers`);
  for (const [other, { tool }] of others) {
    if (other.split('.')[0] === family && sourceKey(tool.manifest.origin ?? BUILT_IN) !== sourceKey(origin) && origin.type !== 'mcp')
      throw new Error(`${name}: tools called ${family}.… come from elsewhere already`);
  }
}

const sourceKey = (origin: ToolOrigin): string => (origin.type === 'built-in' ? 'JARVIS itself' : `${origin.type}:${origin.name}`);

const nameOf = (origin: ToolOrigin | undefined): string | undefined =>
  origin === undefined || origin.type === 'built-in' ? undefined : origin.name;

const added = (before: Uses | undefined, more: Uses): Uses => ({
  calls: (before?.calls ?? 0) + more.calls,
  lastUsedAt: Math.max(before?.lastUsedAt ?? 0, more.lastUsedAt),
});
