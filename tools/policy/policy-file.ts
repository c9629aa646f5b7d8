import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { PolicyProblem, SavedPolicy, ShownPolicy } from '../../contract/policy.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import { sha256 } from '../canonical-json.ts';
import { DEFAULT_POLICY, type Policy, type PolicyRule } from '../policy.ts';
import { PolicyHistory } from './policy-history.ts';
import { readPolicy } from './read-policy.ts';
import { withRule } from './with-rule.ts';

/** How often the file is looked at, in ms: whoever edits it by hand waits no longer. */
const LOOK_MS = 1_000;
/** Bytes. */
const LARGEST_FILE = 4_000_000;

type Found = { text: string } | { absent: true } | { problem: string };

export interface PolicyFileOptions {
  dataFolder: string;
  clock: Clock;
  /** Something that a person should know, in words. */
  notice(level: 'info' | 'warning', text: string): void;
}

/** `policy.yaml` of the data folder: what is in force, and who may replace it. Every version that was in force is kept. */
export class PolicyFile {
  readonly path: string;
  readonly #options: PolicyFileOptions;
  readonly #history: PolicyHistory;
  #current: Policy = DEFAULT_POLICY;
  /** Undefined before the first look, and where there is no file. */
  #text: string | undefined;
  #problems: PolicyProblem[] = [];
  #found: Found | undefined;
  /** One thing after the other. */
  #working: Promise<unknown> = Promise.resolve();

  private constructor(options: PolicyFileOptions) {
    this.#options = options;
    this.path = join(options.dataFolder, 'policy.yaml');
    this.#history = new PolicyHistory(join(options.dataFolder, 'policy-history'));
  }

  /**
   * Reads it; never throws for what it finds. Where the file cannot be used, or is gone, what the last good one denied or asked stays in force and nothing
   * that it allowed; without a last good one everything above `observe` asks.
   */
  static async open(options: PolicyFileOptions): Promise<PolicyFile> {
    const file = new PolicyFile(options);
    const before = await file.#lastGood();
    file.#current = careful(before);
    file.#found = await file.#find();
    await file.#takeUp(file.#found, before !== undefined);
    return file;
  }

  /** What is in force. */
  current(): Policy {
    return this.#current;
  }

  shown(): ShownPolicy {
    return { text: this.#text ?? '', version: versionOf(this.#text), path: this.path, problems: this.#problems };
  }

  /** Replaces the file. Refused, and nothing changed, when the text cannot be used or somebody changed the file since `version`. Rejects when the disk refuses. */
  save(text: string, version: string): Promise<SavedPolicy> {
    return this.#alone(async () => {
      const found = await this.#find();
      const now = versionOf('text' in found ? found.text : undefined);
      const refused = (problems: PolicyProblem[]): SavedPolicy => ({ saved: false, version: now, problems });
      if (version !== now) return refused([{ message: 'The policy was changed meanwhile. Load it again, and put your change into that.' }]);
      const read = readPolicy(text);
      if ('problems' in read) return refused(read.problems);
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      await writeFileAtomic(this.path, whole);
      await this.#take(whole, read.policy);
      this.#found = { text: whole };
      return { saved: true, version: versionOf(whole), problems: [] };
    });
  }

  /** Puts one more rule behind the others; comments and all else stay. Throws `JarvisError` with why not. */
  async addRule(rule: PolicyRule): Promise<void> {
    const { text, version, problems } = this.shown();
    const [problem] = problems.length > 0 ? problems : (await this.save(withRule(text, rule), version)).problems;
    if (problem !== undefined) throw new JarvisError('tool-failed', `The rule was not added. ${problem.message}`);
  }

  /** Takes up what is edited by hand; ends when `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(LOOK_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.#alone(() => this.#look());
    }
  }

  /** What is found twice in a row counts: editors empty the file, or take it away, for a moment when they save. */
  async #look(): Promise<void> {
    const found = await this.#find();
    const before = this.#found;
    this.#found = found;
    if (JSON.stringify(found) === JSON.stringify(before)) await this.#takeUp(found, this.#text !== undefined || this.#problems.length > 0);
  }

  async #takeUp(found: Found, wasThere: boolean): Promise<void> {
    if ('absent' in found) {
      if (wasThere) this.#refuse(undefined, [{ message: 'The file is gone. Save a policy, an empty one if you want no rules.' }]);
      else this.#current = DEFAULT_POLICY;
      return;
    }
    if ('problem' in found) {
      this.#refuse(undefined, [{ message: found.problem }]);
      return;
    }
    if (found.text === this.#text) return;
    const read = readPolicy(found.text);
    if ('problems' in read) {
      this.#refuse(found.text, read.problems);
      return;
    }
    const isNews = this.#text !== undefined || this.#problems.length > 0;
    await this.#take(found.text, read.policy);
    if (isNews) this.#options.notice('info', 'Your policy was edited, and is in force.');
  }

  async #find(): Promise<Found> {
    try {
      if ((await stat(this.path)).size > LARGEST_FILE) return { problem: 'The file is too large.' };
      return { text: await readFile(this.path, 'utf8') };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return { absent: true };
      return { problem: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  /** What was in force stays so; told once for each way of being wrong. */
  #refuse(text: string | undefined, problems: PolicyProblem[]): void {
    const known = JSON.stringify(problems) === JSON.stringify(this.#problems);
    this.#text = text;
    this.#problems = problems;
    const [first] = problems;
    if (known || first === undefined) return;
    const where = first.line === undefined ? '' : `line ${first.line}, `;
    this.#options.notice(
      'warning',
      `Your policy cannot be used, so it is not: ${where}${first.message} What was denied or asked before still is.`,
    );
  }

  async #take(text: string, policy: Policy): Promise<void> {
    this.#text = text;
    this.#problems = [];
    this.#current = policy;
    try {
      await this.#history.keep(text, this.#options.clock.now());
    } catch (error) {
      this.#options.notice('warning', `A copy of your policy could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #lastGood(): Promise<Policy | undefined> {
    try {
      for (const name of (await this.#history.names()).reverse()) {
        const read = readPolicy(await this.#history.read(name));
        if ('policy' in read) return read.policy;
      }
    } catch (error) {
      this.#options.notice('warning', `Earlier policies cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#working.then(work);
    this.#working = done.catch(() => undefined);
    return done;
  }
}

const versionOf = (text: string | undefined): string => sha256(text ?? '');

const WITHOUT_POLICY: PolicyRule = { effect: 'ask', risk: ['change', 'guarded'], because: 'your policy cannot be read' };

/** Never looser than what the file may have said, as far as that is known. */
const careful = (before: Policy | undefined): Policy =>
  before === undefined
    ? { rules: [WITHOUT_POLICY], enabled: [] }
    : { ...before, rules: before.rules.filter(({ effect }) => effect !== 'allow'), enabled: [] };
