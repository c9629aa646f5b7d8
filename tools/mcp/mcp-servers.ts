import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import { type McpServerSettings, McpServerSettingsSchema, type McpServerStatus } from '../../contract/mcp.ts';
import type { Permissions } from '../../contract/tool.ts';
import { plainWords } from '../plugins/plain-words.ts';
import type { ToolRegistry } from '../registry.ts';
import type { Tool } from '../tool.ts';
import type { McpLink } from './mcp-link.ts';
import { digestOfTools, mcpTool } from './mcp-tool.ts';

/** Where the servers that a person set up are kept. `load` gives what `save` got last, unparsed. */
export interface McpStore {
  load(): Promise<unknown>;
  save(servers: readonly McpServerSettings[]): Promise<void>;
}

export interface McpServersOptions {
  registry: Pick<ToolRegistry, 'replace'>;
  store: McpStore;
  clock: Clock;
  version: string;
  secret(name: string): Promise<string>;
  warn(text: string): void;
}

interface Kept {
  settings: McpServerSettings;
  status: McpServerStatus;
  ending: AbortController;
  running: Promise<void>;
}

/** ms before the first and before every later attempt. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const MOST_SERVERS = 50;

/**
 * The MCP servers of a person: each is kept connected, and what it offers is in the registry while it is. New servers, and servers that offer
 * something else than what was looked at, wait for a person's review.
 */
export class McpServers implements AsyncDisposable {
  readonly #options: McpServersOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #changes = new Broadcast<'changed'>();

  constructor(options: McpServersOptions) {
    this.#options = options;
  }

  /** Connects what is kept. Throws when the store holds something else. */
  async load(): Promise<void> {
    const parsed = McpServerSettingsSchema.array()
      .max(MOST_SERVERS)
      .safeParse((await this.#options.store.load()) ?? []);
    if (!parsed.success) throw new Error(`the list of MCP servers cannot be read: ${parsed.error.issues[0]?.message ?? 'unreadable'}`);
    for (const settings of parsed.data) this.#begin(settings);
  }

  list(): McpServerStatus[] {
    return [...this.#kept.values()].map(({ status }) => status);
  }

  changes(signal: AbortSignal): AsyncIterable<'changed'> {
    return this.#changes.subscribe(signal);
  }

  /** Throws with words for people when the name is taken or there are too many. */
  async add(settings: McpServerSettings): Promise<void> {
    if (this.#kept.has(settings.name)) throw new Error(`There is an MCP server called ${settings.name} already.`);
    if (this.#kept.size >= MOST_SERVERS) throw new Error(`There are ${MOST_SERVERS} MCP servers already.`);
    await this.#options.store.save([...this.#settings(), settings]);
    this.#begin(settings);
  }

  /** False when there is none of that name. */
  async remove(name: string): Promise<boolean> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return false;
    await this.#options.store.save(this.#settings().filter((each) => each.name !== name));
    this.#kept.delete(name);
    await this.#end(kept);
    this.#changes.publish('changed');
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(all.map((kept) => this.#end(kept)));
  }

  #settings(): McpServerSettings[] {
    return [...this.#kept.values()].map(({ settings }) => settings);
  }

  async #end(kept: Kept): Promise<void> {
    kept.ending.abort(new Error('removed'));
    await kept.running;
    this.#options.registry.replace({ type: 'mcp', name: kept.settings.name }, []);
  }

  #begin(settings: McpServerSettings): void {
    const { name, transport } = settings;
    const where = transport.type === 'http' ? new URL(transport.url).host : (transport.command.split(/[\\/]/u).at(-1) ?? '');
    const kept: Kept = {
      settings,
      status: { name, state: 'connecting', where, tools: 0, leftOut: [] },
      ending: new AbortController(),
      running: Promise.resolve(),
    };
    this.#kept.set(name, kept);
    kept.running = this.#keepConnected(kept);
    this.#changes.publish('changed');
  }

  async #keepConnected(kept: Kept): Promise<void> {
    const { signal } = kept.ending;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      const began = this.#options.clock.monotonic();
      const reason = await this.#session(kept, signal);
      if (signal.aborted) return;
      // The tools go with their server: a call must not wait for one that is away.
      this.#options.registry.replace({ type: 'mcp', name: kept.settings.name }, []);
      if (kept.status.state !== 'disconnected') this.#options.warn(`The MCP server ${kept.settings.name} is not connected: ${reason}`);
      this.#tell(kept, { state: 'disconnected', detail: reason, tools: 0, leftOut: [] });
      if (this.#options.clock.monotonic() - began > LONGEST_PAUSE) pause = FIRST_PAUSE;
      await this.#options.clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  /** Lives as long as the connection; gives the reason why it ended. */
  async #session(kept: Kept, signal: AbortSignal): Promise<string> {
    const closed = new AbortController();
    let link: McpLink | undefined;
    let reading: Promise<void> = Promise.resolve();
    const readAgain = (): void => {
      reading = reading.then(async () => {
        if (link !== undefined) await this.#take(kept, link, AbortSignal.any([signal, closed.signal]));
      });
      reading.catch(() => closed.abort());
    };
    try {
      const { version, secret } = this.#options;
      // The protocol's code is large, and most people have no server.
      const { openMcpLink } = await import('./mcp-link.ts');
      link = await openMcpLink(
        {
          settings: kept.settings,
          version,
          secret,
          onChanged: readAgain,
          onClosed: () => closed.abort(new Error('it has closed the connection')),
        },
        signal,
      );
      readAgain();
      await reading;
      await aborted(AbortSignal.any([signal, closed.signal]));
      return 'it has closed the connection';
    } catch (error) {
      return plainWords(error instanceof Error ? error.message : String(error), 200) || 'it gave no reason';
    } finally {
      await link?.close().catch(() => undefined);
    }
  }

  async #take(kept: Kept, link: McpLink, signal: AbortSignal): Promise<void> {
    const { name } = kept.settings;
    const { offered, malformed } = await link.tools(signal);
    const tools: Tool[] = [];
    const leftOut = malformed.map((each) => ({ name: each, reason: 'it is described in a shape that is none' }));
    const taken = new Set<string>();
    for (const each of offered) {
      try {
        const tool = mcpTool(each, {
          server: name,
          permissions: permissionsOf(kept.settings),
          call: (called, input, stop) => link.call(called, input, AbortSignal.any([stop, signal])),
        });
        if (taken.has(tool.manifest.name)) throw new Error('another tool has the same name');
        taken.add(tool.manifest.name);
        tools.push(tool);
      } catch (error) {
        leftOut.push({ name: each.name.slice(0, 80), reason: error instanceof Error ? error.message : String(error) });
      }
    }
    this.#options.registry.replace({ type: 'mcp', name }, tools, { digest: digestOfTools(offered) });
    this.#tell(kept, { state: 'connected', tools: tools.length, leftOut });
  }

  #tell(kept: Kept, change: Pick<McpServerStatus, 'state' | 'tools' | 'leftOut'> & { detail?: string }): void {
    const { name, where } = kept.status;
    kept.status = { name, where, ...change };
    this.#changes.publish('changed');
  }
}

/** A program that we start may do what it likes on this machine; a server elsewhere gets what it is told. */
function permissionsOf({ transport }: McpServerSettings): Permissions {
  if (transport.type === 'http') return { network: [new URL(transport.url).hostname] };
  const secrets = Object.values(transport.env).flatMap((value) => (typeof value === 'string' ? [] : [value.secret]));
  return { network: ['*'], filesystem: [{ path: '/', mode: 'write' }], ...(secrets.length > 0 && { secrets }) };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
