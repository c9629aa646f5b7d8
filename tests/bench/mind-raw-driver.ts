import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type RawAnswer, RawAnswerSchema, type RawCommand } from './mind-raw-messages.ts';

const PROGRAM = fileURLToPath(new URL('mind-raw-engine.ts', import.meta.url));

/** The bare engine in a process of its own. */
export interface RawDriver extends AsyncDisposable {
  readonly pid: number;
  readonly engine: string;
  /** Rejects with what went wrong in it, or when it has ended. */
  ask<Type extends RawAnswer['type']>(command: RawCommand, expected: Type): Promise<Extract<RawAnswer, { type: Type }>>;
}

export async function startRawEngine(): Promise<RawDriver> {
  const child = fork(PROGRAM, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const answers: RawAnswer[] = [];
  let tell: () => void = () => undefined;
  child.on('message', (raw) => {
    answers.push(RawAnswerSchema.parse(raw));
    tell();
  });
  const next = async (): Promise<RawAnswer> => {
    const ended = exited.then(() => {
      throw new Error('the bare engine ended');
    });
    if (answers.length === 0) await Promise.race([new Promise<void>((resolve) => (tell = resolve)), ended]);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('the bare engine said nothing');
    return answer;
  };
  const expect = async <Type extends RawAnswer['type']>(type: Type): Promise<Extract<RawAnswer, { type: Type }>> => {
    const isOf = (answer: RawAnswer): answer is Extract<RawAnswer, { type: Type }> => answer.type === type;
    const answer = await next();
    if (isOf(answer)) return answer;
    throw new Error(answer.type === 'failed' ? answer.reason : `the bare engine said ${answer.type} where ${type} was due`);
  };
  const { engine } = await expect('ready');
  return {
    pid: child.pid ?? 0,
    engine,
    async ask(command, expected) {
      child.send(command);
      return await expect(expected);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
