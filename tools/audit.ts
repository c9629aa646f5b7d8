import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../contract/clock.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { takeInstanceLock } from '../store/instance-lock.ts';
import type { AuditBody, AuditLine } from './audit-entry.ts';
import { AuditLineSchema, FIRST_PREVIOUS, isSound, sealed } from './audit-entry.ts';

/** A checkpoint is signed after this many lines, and when the file is closed. */
const CHECKPOINT_LINES = 100;

export interface Audit extends AsyncDisposable {
  /** Resolves when the line is written (`durable`: and on the disk itself). Rejects when the disk refuses. */
  write(body: AuditBody, options?: { durable?: boolean }): Promise<void>;
  readonly path: string;
}

export interface OpenAuditOptions {
  folder: string;
  clock: Clock;
  /** Names a file of its own when another process writes the common one. */
  runId: string;
  pid: number;
}

/** Opens the audit, going on with the chain that is there. A torn last line (a crash) is laid aside and noted, never dropped in silence. */
export async function openAudit(options: OpenAuditOptions): Promise<Audit> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const lock = await takeInstanceLock(options.folder, { pid: options.pid, address: '', now: options.clock.now(), name: 'audit' });
  const path = join(options.folder, lock.taken ? 'audit.jsonl' : `audit-${options.runId}.jsonl`);
  const key = await signingKey(options.folder);
  const { lines, tornAt, torn } = await readLines(path);
  const last = lines.at(-1);
  const file = await open(path, 'a', 0o600);
  const writer = new AuditWriter(path, file, key, options.clock, {
    sequence: last?.sequence ?? 0,
    previous: last?.hash ?? FIRST_PREVIOUS,
    release: async () => {
      if (lock.taken) await lock.release();
    },
  });
  if (torn !== undefined) {
    const keptIn = `${path}.torn-${options.runId}`;
    await writeFileAtomic(keptIn, torn);
    await truncate(path, tornAt);
    await writer.write({ kind: 'torn', keptIn }, { durable: true });
  }
  return writer;
}

class AuditWriter implements Audit {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #release: () => Promise<void>;
  #sequence: number;
  #previous: string;
  #sinceCheckpoint = 0;
  /** Lines are written one after the other; each waits for the one before. */
  #tail: Promise<void> = Promise.resolve();
  #broken: Error | undefined;

  constructor(
    path: string,
    file: FileHandle,
    key: KeyObject,
    clock: Clock,
    start: { sequence: number; previous: string; release: () => Promise<void> },
  ) {
    this.path = path;
    this.#file = file;
    this.#key = key;
    this.#clock = clock;
    this.#sequence = start.sequence;
    this.#previous = start.previous;
    this.#release = start.release;
  }

  write(body: AuditBody, options: { durable?: boolean } = {}): Promise<void> {
    const written = this.#tail.then(() => this.#append(body, options.durable ?? false));
    this.#tail = written.then(
      () => undefined,
      () => undefined,
    );
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail;
    try {
      if (this.#sinceCheckpoint > 0 && this.#broken === undefined) await this.#append(this.#checkpoint(), true);
    } finally {
      await this.#file.close();
      await this.#release();
    }
  }

  async #append(body: AuditBody, durable: boolean): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const { text, hash } = sealed(body, {
      sequence: this.#sequence + 1,
      time: new Date(this.#clock.now()).toISOString(),
      previous: this.#previous,
    });
    try {
      await this.#file.appendFile(text);
      if (durable) await this.#file.datasync();
    } catch (error) {
      // Half a line may stand there now; writing behind it would break the chain. The next start lays it aside.
      this.#broken = new Error(`the audit cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      throw this.#broken;
    }
    this.#sequence += 1;
    this.#previous = hash;
    this.#sinceCheckpoint = body.kind === 'checkpoint' ? 0 : this.#sinceCheckpoint + 1;
    if (this.#sinceCheckpoint >= CHECKPOINT_LINES) await this.#append(this.#checkpoint(), durable);
  }

  #checkpoint(): AuditBody {
    return { kind: 'checkpoint', signature: sign(null, Buffer.from(this.#previous), this.#key).toString('base64') };
  }
}

export interface AuditProblem {
  file: string;
  /** 1 = first line */
  line: number;
  problem: string;
}

/** Reads every audit file of a folder and names whatever was altered, dropped or reordered. */
export async function verifyAudit(folder: string): Promise<{ lines: number; problems: AuditProblem[] }> {
  const publicKey = createPublicKey(await signingKey(folder));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const problems: AuditProblem[] = [];
  let lines = 0;
  for (const file of names) {
    const text = await readFile(join(folder, file), 'utf8');
    let previous = FIRST_PREVIOUS;
    for (const [index, line] of text.split('\n').entries()) {
      if (line === '') continue;
      lines += 1;
      const problem = problemOf(line, index + 1, previous, publicKey);
      if (typeof problem === 'string') {
        problems.push({ file, line: index + 1, problem });
        break;
      }
      previous = problem.hash;
    }
  }
  return { lines, problems };
}

function problemOf(text: string, sequence: number, previous: string, publicKey: KeyObject): AuditLine | string {
  const line = parsedLine(text);
  if (line === undefined) return 'is no audit line';
  if (!isSound(line)) return 'was altered';
  if (line.sequence !== sequence || line.previous !== previous) return 'does not follow the line before: something was dropped or moved';
  if (line.kind === 'checkpoint' && !verify(null, Buffer.from(previous), publicKey, Buffer.from(line.signature, 'base64'))) {
    return 'has a signature that is not ours';
  }
  return line;
}

function parsedLine(text: string): AuditLine | undefined {
  try {
    return AuditLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function readLines(path: string): Promise<{ lines: AuditLine[]; tornAt: number; torn: string | undefined }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { lines: [], tornAt: 0, torn: undefined };
    throw error;
  }
  const end = text.lastIndexOf('\n') + 1;
  // Only the last whole line matters for going on; what came before is judged by `verifyAudit`.
  const lastStart = text.lastIndexOf('\n', end - 2) + 1;
  const last = end === 0 ? undefined : parsedLine(text.slice(lastStart, end - 1));
  if (end > 0 && last === undefined) return { lines: [], tornAt: 0, torn: text };
  return {
    lines: last === undefined ? [] : [last],
    tornAt: Buffer.byteLength(text.slice(0, end)),
    torn: end < text.length ? text.slice(end) : undefined,
  };
}

/** The Ed25519 key of this data folder, made at first use, readable by its owner alone. */
async function signingKey(folder: string): Promise<KeyObject> {
  const path = join(folder, 'audit-key.pem');
  try {
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFileAtomic(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return privateKey;
}
