import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Approval, ApprovalSchema } from '../../contract/tool.ts';
import { jarvis, jsonLines, makeWorkplace, startJarvis, type Workplace } from './run-jarvis.ts';

/** What waits for a yes, in the real JARVIS: killed, started again, answered from the command line. */

interface Running {
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
  /** The beginning of the stream of a page, up to what is waited for. */
  firstEvents(until: RegExp): Promise<string>;
  /** Resolves when the process has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

let place: Workplace;
const started: Running[] = [];

beforeEach(async () => {
  place = await makeWorkplace();
  await mkdir(place.data, { recursive: true });
  await writeFile(
    `${place.data}/settings.yaml`,
    'server: { port: 0, openBrowser: false }\nvoice: { wake: { engine: none }, stt: { engine: none }, tts: { engine: none } }\ngate: { approvalMs: 120000 }\n',
  );
});
afterEach(async () => {
  for (const running of started.splice(0)) await running.end('SIGKILL');
  await place[Symbol.asyncDispose]();
});

async function start(): Promise<Running> {
  const child = startJarvis(['start', '--no-open'], place.data);
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const lines = createInterface({ input: child.stdout });
  const origin = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      printed += `${line}\n`;
      const address = /http:\/\/\S+/u.exec(line)?.[0];
      if (address !== undefined) resolve(new URL(address).origin);
    });
    child.once('close', () => reject(new Error(`it ended, saying: ${printed}`)));
  });
  const authorization = `Bearer ${(await readFile(`${place.data}/api-token`, 'utf8')).trim()}`;
  const running: Running = {
    async call(method, path, body) {
      const response = await fetch(`${origin}/api${path}`, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.json();
    },
    async firstEvents(until) {
      const leaving = new AbortController();
      const stream = await fetch(`${origin}/api/events`, {
        headers: { authorization },
        signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(20_000)]),
      });
      const decoder = new TextDecoder();
      let text = '';
      for await (const part of stream.body ?? []) {
        text += decoder.decode(part, { stream: true });
        if (until.test(text)) break;
      }
      leaving.abort();
      return text;
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'close');
    },
  };
  started.push(running);
  return running;
}

const waiting = async (): Promise<Approval[]> => {
  const { code, stdout, stderr } = await jarvis(['approvals', '--json'], { data: place.data });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return jsonLines(stdout).map((line) => ApprovalSchema.parse(line));
};

/** Asks for the door, and waits until that lies on the disk as well. */
async function askForTheDoor(running: Running): Promise<void> {
  await running.call('POST', '/ask', { text: 'unlock the front door' });
  await vi.waitFor(async () => expect(await readFile(`${place.data}/approvals.json`, 'utf8')).toContain('Unlock the front door'), {
    timeout: 10_000,
  });
}

const doorIs = async (running: Running): Promise<string> => {
  const { response } = z
    .object({ response: z.object({ speech: z.object({ plain: z.object({ speech: z.string() }) }) }) })
    .parse(await running.call('POST', '/conversation', { text: 'is the front door locked' }));
  return response.speech.plain.speech;
};

/** Requests in the audit that came to the effect. */
const startedInAudit = async (): Promise<number> =>
  (await readFile(`${place.data}/audit/audit.jsonl`, 'utf8')).split('"kind":"started"').length - 1;

describe('what waits for a yes', () => {
  test('outlives a kill, runs by nobody, and is done by a yes from the command line once', async () => {
    const first = await start();
    await askForTheDoor(first);
    const [before] = await waiting();
    await first.end('SIGKILL');
    const effects = await startedInAudit();

    const second = await start();
    const [asked, ...others] = await waiting();
    expect({ asked, others }).toMatchObject({ asked: { id: before?.id, digest: before?.digest, restored: true }, others: [] });
    expect((await jarvis(['approvals'], { data: place.data })).stdout).toContain('was asked before I restarted');
    expect(await doorIs(second)).toMatch(/^yes/iu);
    expect(await startedInAudit()).toBe(effects);

    // Two at once: one of them wins.
    const id = asked?.id ?? '';
    const both = await Promise.all([1, 2].map(() => jarvis(['approvals', 'answer', id, 'yes', '--json'], { data: place.data })));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    await vi.waitFor(async () => expect(await doorIs(second)).toMatch(/^no/iu), { timeout: 10_000 });
    expect(await startedInAudit()).toBe(effects + 1);
    expect(await waiting()).toEqual([]);
    const { stdout } = await jarvis(['approvals', 'stats', '--json'], { data: place.data });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ asked: 1, approved: 1, refused: 0, expired: 0 });
  });

  test('outlives an ordinary end, and takes a no', async () => {
    const first = await start();
    await askForTheDoor(first);
    await first.end('SIGTERM');
    const second = await start();
    const [asked] = await waiting();
    expect(asked).toMatchObject({ restored: true });
    const answered = await jarvis(['approvals', 'answer', (asked?.id ?? '').slice(0, 13), 'no'], { data: place.data });
    expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining('Refused: Unlock the front door') });
    expect(await doorIs(second)).toMatch(/^yes/iu);
    expect(await waiting()).toEqual([]);
  });

  test('is gone when its file was edited by hand, and JARVIS says so', async () => {
    const first = await start();
    await askForTheDoor(first);
    await first.end('SIGKILL');
    const path = `${place.data}/approvals.json`;
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('lock.front_door', 'lock.back_doorr'));
    const second = await start();
    expect(await waiting()).toEqual([]);
    await vi.waitFor(async () => expect(await readFile(`${place.data}/logs/jarvis.log`, 'utf8')).toMatch(/cannot be trusted/u), {
      timeout: 10_000,
    });
    // The page that comes later hears of it as well.
    expect(await second.firstEvents(/"type":"notice"/u)).toMatch(/cannot be trusted/u);
  });

  test('is not answered in words by another program', async () => {
    const running = await start();
    await askForTheDoor(running);
    await running.call('POST', '/conversation', { text: 'yes' });
    await running.call('POST', '/ask', { text: 'yes do it' });
    expect(await waiting()).toHaveLength(1);
    expect(await doorIs(running)).toMatch(/^yes/iu);
  });

  test('is asked about together where one sentence asks for several, and each is answered by itself', async () => {
    const running = await start();
    await running.call('POST', '/ask', { text: 'unlock the front door and open the garage door' });
    const both = await vi.waitFor(
      async () => {
        const approvals = z.array(ApprovalSchema).parse(await running.call('GET', '/approvals'));
        expect(approvals.map(({ sentence }) => sentence.split(' ')[0])).toEqual(['Unlock', 'Open']);
        return approvals;
      },
      { timeout: 10_000 },
    );
    expect(new Set(both.map(({ turnId }) => turnId)).size).toBe(1);
    await jarvis(['approvals', 'answer', both[1]?.id ?? '', 'no'], { data: place.data });
    await jarvis(['approvals', 'answer', both[0]?.id ?? '', 'yes'], { data: place.data });
    await vi.waitFor(async () => expect(await doorIs(running)).toMatch(/^no/iu), { timeout: 10_000 });
    const { stdout } = await jarvis(['approvals', 'stats', '--json'], { data: place.data });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ asked: 2, approved: 1, refused: 1 });
  });

  test('becomes a rule that is shown first, and then is not asked again', async () => {
    const running = await start();
    await askForTheDoor(running);
    const id = (await waiting())[0]?.id ?? '';
    const shown = await jarvis(['approvals', 'rule', id], { data: place.data });
    expect(shown.stdout).toMatch(/From now on.*\n\n- effect: allow/u);
    expect(await waiting()).toHaveLength(1);
    const accepted = await jarvis(['approvals', 'always', id, '--json'], { data: place.data });
    expect(JSON.parse(accepted.stdout)).toMatchObject({ accepted: true, saved: true });
    await vi.waitFor(async () => expect(await doorIs(running)).toMatch(/^no/iu), { timeout: 10_000 });
    // To lock it is something else, and still asks.
    await running.call('POST', '/conversation', { text: 'lock the front door' });
    const [lock] = await waiting();
    await jarvis(['approvals', 'answer', lock?.id ?? '', 'yes'], { data: place.data });
    await vi.waitFor(async () => expect(await doorIs(running)).toMatch(/^yes/iu), { timeout: 10_000 });
    await running.call('POST', '/conversation', { text: 'unlock the front door' });
    expect(await waiting()).toEqual([]);
    expect(await doorIs(running)).toMatch(/^no/iu);
  });
});

test.each([
  [['approvals'], /No JARVIS is running/u],
  [['approvals', 'answer', 'x', 'perhaps'], /say yes or no/u],
])('jarvis %j without a JARVIS that runs says so', async (args, words) => {
  const { code, stderr, stdout } = await jarvis(args, { data: place.data });
  expect(code).toBeGreaterThan(0);
  expect({ stderr, stdout }).toEqual({ stderr: expect.stringMatching(words), stdout: '' });
});
