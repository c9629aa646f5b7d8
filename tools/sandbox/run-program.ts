import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../contract/clock.ts';
import { endTree } from './end-tree.ts';
import { type GuardedNetworkHandle, openGuardedNetwork } from './guarded-network.ts';
import { OutputReader } from './output-reader.ts';
import { MARK, markedProcesses, ProcessTree } from './process-tree.ts';
import { DEFAULT_LIMITS, type Isolation, type Program, type ProgramLimits, type ProgramResult } from './program.ts';
import { isolationOf, type SandboxMeans } from './sandbox-means.ts';
import { type Network, type ShutIn, shutIn } from './shut-in.ts';

export interface RunOptions {
  signal: AbortSignal;
  /** What it reads first. Its standard input stays open while `onLine` may answer, and is closed at once without. */
  input?: string;
  /** Each whole line it prints, with a way to answer; for programs that are spoken to. */
  onLine?(line: string, answer: (text: string) => void): void;
}

export interface ProgramRunnerOptions {
  clock: Clock;
  newId(): string;
  means: SandboxMeans;
  /** Path of a Node that can run the way to the proxy. */
  node: string;
}

type Ending = ProgramResult['ending'];
type Running = ChildProcessByStdio<Writable, Readable, Readable>;

/** ms between two looks at what a program uses. */
const LOOK_MS = 100;
/** ms for a pipe to run dry when its program has gone: somebody it left behind may hold it for ever. */
const DRAIN_MS = 300;
/** ms a program has to end by itself when it is asked to. */
const GRACE_MS = 150;
/** Looks for what a program has left behind. */
const SWEEPS = 20;
const SWEEP_MS = 10;
/** The sandbox's own processes. */
const OWN_PROCESSES = 4;

/** Runs programs that are not ours, each shut in as well as this machine can, and knows which of them are running. */
export class ProgramRunner {
  readonly #options: ProgramRunnerOptions;
  readonly #running = new Set<AbortController>();
  readonly #pids = new Set<number>();

  constructor(options: ProgramRunnerOptions) {
    this.#options = options;
  }

  /** What is enforced here and what is not. */
  get isolation(): Isolation {
    return isolationOf(this.#options.means);
  }

  get running(): number {
    return this.#running.size;
  }

  /** Ends every program at once, with all that they started. */
  endAll(): void {
    for (const each of this.#running) each.abort(new Error('ended'));
  }

  /** For the last moment of the process, where nothing can be waited for. */
  endAllNow(): void {
    for (const pid of this.#pids) endTree(pid, [], 'SIGKILL', this.#options.means.platform);
  }

  /** Resolves when the program and everything it started has gone. Never rejects: whatever happens is an ending. */
  async run(program: Program, options: RunOptions): Promise<ProgramResult> {
    const limits = { ...DEFAULT_LIMITS, ...program.limits };
    const stopping = new AbortController();
    this.#running.add(stopping);
    await using parts = new AsyncDisposableStack();
    try {
      const network = await this.#network(program, parts);
      const unit = `jarvis-${this.#options.newId()}`;
      const marked = { ...program, env: { ...program.env, [MARK]: unit } };
      const shut = shutIn(marked, limits, network, this.#options.means, unit);
      return await this.#runShut(program, shut, limits, options, AbortSignal.any([options.signal, stopping.signal]));
    } catch (error) {
      return { ...nothing, reason: error instanceof Error ? error.message : String(error), isolation: this.isolation };
    } finally {
      this.#running.delete(stopping);
    }
  }

  async #network(program: Program, parts: AsyncDisposableStack): Promise<Network> {
    const { network = [] } = program;
    if (network.length === 0) return 'none';
    if (network.includes('*')) return 'all';
    // Elsewhere the network is open anyhow, and said to be.
    if (this.#options.means.bubblewrap === undefined && program.container === undefined) return 'none';
    const guarded: GuardedNetworkHandle = parts.use(await openGuardedNetwork({ hosts: network, node: this.#options.node }));
    return guarded.network;
  }

  async #runShut(program: Program, shut: ShutIn, limits: ProgramLimits, options: RunOptions, signal: AbortSignal): Promise<ProgramResult> {
    const { clock, means } = this.#options;
    if (signal.aborted) return { ...nothing, ending: 'aborted', isolation: shut.isolation };
    const [file, ...args] = shut.command;
    // A session of its own: no terminal to write to, and one group to end.
    const child: Running = spawn(file, args, {
      cwd: program.folder,
      env: means.systemdRun === undefined ? shut.env : { ...shut.env, ...busOf(process.env) },
      detached: means.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const { pid } = child;
    const exited = exitOf(child);
    if (pid === undefined) {
      const { error } = await exited;
      return { ...nothing, reason: `it cannot be started: ${error?.message ?? 'no process'}`, isolation: shut.isolation };
    }
    this.#pids.add(pid);
    const over = new AbortController();
    const tree = new ProcessTree(pid);
    let ending: Ending = 'exited';
    const end = (why: Ending): void => {
      if (ending === 'exited') ending = why;
      endTree(pid, means.platform === 'linux' ? tree.look() : [], 'SIGKILL', means.platform);
    };
    const outputs = (['stdout', 'stderr'] as const).map(
      (name) => new OutputReader(child[name], limits.outputBytes, () => end('too-much-output')),
    );
    this.#speak(child, outputs[0], options);
    const watching = Promise.all([
      this.#abortWith(signal, over.signal, end, pid, tree),
      clock.sleep(limits.wallMs, over.signal).then(
        () => end('timed-out'),
        () => undefined,
      ),
      means.platform === 'linux' ? this.#watch(tree, limits, over.signal, end) : undefined,
    ]);
    const { code, signal: endedBy } = await exited;
    if (shut.endCommand !== undefined && (ending as Ending) !== 'exited') await endBy(shut.endCommand);
    // What it left behind goes with it, and with that the pipes run dry.
    await this.#sweep(pid, tree, shut);
    await Promise.race([Promise.all(outputs.map((output) => output.closed)), clock.sleep(DRAIN_MS, over.signal).catch(() => undefined)]);
    over.abort(new Error('over'));
    await watching;
    if (ending === 'exited' && signal.aborted) ending = 'aborted';
    child.stdout.destroy();
    child.stderr.destroy();
    this.#pids.delete(pid);
    const [stdout = '', stderr = ''] = outputs.map((output) => output.text);
    return { ending, code, signal: endedBy, stdout, stderr, isolation: shut.isolation };
  }

  async #sweep(pid: number, tree: ProcessTree, { env }: ShutIn): Promise<void> {
    const { clock, means } = this.#options;
    if (means.platform !== 'linux') return endTree(pid, [], 'SIGKILL', means.platform);
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      const left = [...tree.look(), ...(means.bubblewrap === undefined ? markedProcesses(env[MARK] ?? '') : [])];
      if (left.length === 0) return;
      endTree(pid, left, 'SIGKILL', means.platform);
      await clock.sleep(SWEEP_MS);
    }
  }

  #speak(child: Running, output: OutputReader | undefined, { input, onLine }: RunOptions): void {
    // One that ends without reading its input is no failure of ours.
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.write(input);
    if (onLine === undefined) child.stdin.end();
    else output?.onLine((line) => onLine(line, (text) => child.stdin.writable && child.stdin.write(text)));
  }

  /** Asked first, then not any more. */
  async #abortWith(signal: AbortSignal, over: AbortSignal, end: (why: Ending) => void, pid: number, tree: ProcessTree): Promise<void> {
    const { clock, means } = this.#options;
    const aborted = new Promise<boolean>((resolve) => {
      if (signal.aborted) resolve(true);
      signal.addEventListener('abort', () => resolve(true), { once: true, signal: over });
      over.addEventListener('abort', () => resolve(false), { once: true });
    });
    if (!(await aborted)) return;
    endTree(pid, means.platform === 'linux' ? tree.look() : [], 'SIGTERM', means.platform);
    await clock.sleep(GRACE_MS, over).catch(() => undefined);
    if (!over.aborted) end('aborted');
  }

  async #watch(tree: ProcessTree, limits: ProgramLimits, over: AbortSignal, end: (why: Ending) => void): Promise<void> {
    while (!over.aborted) {
      const entries = tree.look();
      const memory = entries.reduce((sum, entry) => sum + entry.memory, 0);
      if (entries.length > limits.processes + OWN_PROCESSES) end('too-many-processes');
      else if (memory > limits.memoryBytes) end('too-much-memory');
      await this.#options.clock.sleep(LOOK_MS, over).catch(() => undefined);
    }
  }
}

const nothing = { ending: 'not-started' as Ending, code: null, signal: null, stdout: '', stderr: '' };

/** ms for an engine to end a container; one that hangs must not hang the host. */
const END_MS = 10_000;

function endBy([file, ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    // A container that has gone already is no failure.
    execFile(file ?? '', args, { timeout: END_MS, killSignal: 'SIGKILL' }, () => resolve());
  });
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

function exitOf(child: Running): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
}

/** systemd-run finds the person's own systemd by these; the program behind it gets them only where nothing shuts it in. */
const busOf = ({ XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS }: NodeJS.ProcessEnv): Record<string, string> => ({
  ...(XDG_RUNTIME_DIR === undefined ? {} : { XDG_RUNTIME_DIR }),
  ...(DBUS_SESSION_BUS_ADDRESS === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS }),
});
