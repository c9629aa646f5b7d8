import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LISTENING_RATE } from '../../contract/audio.ts';
import { type TurnEvent, TurnEventSchema } from '../../contract/turn-event.ts';
import { decodeWav, writeWav } from '../../voice/audio/wav.ts';
import { findChromium } from './find-chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recordings = process.env.JARVIS_FIXTURES ?? join(root, '../shared/fixtures');
const chromiumPath = findChromium();
const skipped =
  chromiumPath === undefined ? 'no Chromium was found' : existsSync(recordings) ? undefined : 'the human recordings are not there';
if (skipped !== undefined) console.warn(`The voice loop is not tested in a browser: ${skipped}.`);

const WAKE = 'wake/jarvis/000.wav';
const LAMP_ON = 'commands/home/wyoming-fw_turn_on_the_living_room_lamp.wav';

/** Room noise, about −70 dBFS: no room is digitally silent. */
function quiet(seconds: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: Math.round(seconds * LISTENING_RATE) }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((seed / 2 ** 32 - 0.5) * 24);
  });
}

const recording = async (name: string): Promise<Int16Array> => decodeWav(await readFile(join(recordings, name)));

/** What the microphone hears, as a WAV at the 48 kHz of a real device would be resampled by the browser itself; 16 kHz is taken as it is. */
async function soundFile(folder: string, parts: Int16Array[]): Promise<string> {
  const path = join(folder, 'microphone.wav');
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  await writeFile(path, writeWav(all, LISTENING_RATE));
  return path;
}

describe.skipIf(skipped !== undefined)('the voice loop in a browser', () => {
  let folder: string;
  let host: ChildProcess;
  let address: string;
  let browser: Browser | undefined;

  beforeAll(async () => {
    // The host serves `out/renderer`; a page that is there already was built by `npm test`.
    if (!existsSync(join(root, 'out/renderer/index.html'))) await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-loop-'));
    await writeFile(join(folder, 'settings.yaml'), 'server:\n  port: 0\n  openBrowser: false\n');
    host = spawn(process.execPath, [join(root, 'main/headless/index.ts')], {
      env: { ...process.env, JARVIS_DATA: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await untilListening(host);
  });

  afterEach(async () => {
    await browser?.close();
    browser = undefined;
    if (host.exitCode === null) {
      const ended = once(host, 'exit');
      host.kill('SIGINT');
      expect((await ended)[0]).toBe(0);
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function openPage(microphone: string): Promise<Page> {
    browser = await chromium.launch({
      ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${microphone}%noloop`,
        '--autoplay-policy=no-user-gesture-required',
      ],
    });
    const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
    await page.goto(address);
    return page;
  }

  it('hears "Jarvis, turn on the living room lamp", turns it on, shows it and says so', async () => {
    const page = await openPage(await soundFile(folder, [quiet(2), await recording(WAKE), await recording(LAMP_ON), quiet(20)]));
    const tile = page.locator('[data-entity="light.living_room_lamp"]');
    await expect.poll(() => tile.innerText(), { timeout: 15_000 }).toContain('Off');
    await expect.poll(() => tile.innerText(), { timeout: 30_000 }).toContain('On');
    const turn = await untilTurn(page, 'playback-ended');
    expect(turn.map((event) => event.type)).toEqual(
      expect.arrayContaining([
        'wake-heard',
        'speech-ended',
        'transcript-ended',
        'intent-matched',
        'tool-ended',
        'reply-ended',
        'playback-started',
      ]),
    );
    expect(turn.find((event) => event.type === 'tool-ended')).toMatchObject({ outcome: 'confirmed' });
    const played = turn.find((event) => event.type === 'playback-ended');
    expect(played).toMatchObject({ interrupted: false });
    expect(played?.type === 'playback-ended' ? played.heardMs : 0).toBeGreaterThan(500);
    await expect.poll(() => page.locator('.reply').innerText()).toContain('living room lamp');
  });

  it('is back within three seconds when the voice process is killed in the middle of a sentence', async () => {
    const wake = await recording(WAKE);
    const lamp = await recording(LAMP_ON);
    const page = await openPage(await soundFile(folder, [quiet(2), wake, lamp.subarray(0, 12_000), quiet(6), wake, lamp, quiet(20)]));
    await untilEvent(page, 'wake-heard');
    const victim = await voiceProcessOf(host.pid ?? 0);
    const killedAt = Date.now();
    process.kill(victim, 'SIGKILL');
    await expect.poll(() => page.locator('body').innerText(), { timeout: 3_000 }).toMatch(/starting again|back/u);
    await expect.poll(() => voiceProcessOf(host.pid ?? 0), { timeout: 3_000 }).not.toBe(victim);
    await expect
      .poll(async () => (await status(page)).services.find((service) => service.name === 'voice')?.state, { timeout: 3_000 })
      .toBe('running');
    expect(Date.now() - killedAt).toBeLessThan(3_000);
    await expect.poll(() => page.locator('[data-entity="light.living_room_lamp"]').innerText(), { timeout: 30_000 }).toContain('On');
  });

  it('ends cleanly and says who is running to a second one', async () => {
    const second = spawn(process.execPath, [join(root, 'main/headless/index.ts')], {
      env: { ...process.env, JARVIS_DATA: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    second.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(second, 'exit');
    expect(said).toContain('running already');
  });
});

async function untilListening(host: ChildProcess): Promise<string> {
  let address: string | undefined;
  if (host.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: host.stdout })) {
    address ??= /https?:\S+/u.exec(line)?.[0];
    if (line.startsWith('Listening') && address !== undefined) return address;
  }
  throw new Error('the host ended before it listened');
}

const TurnsSchema = z.array(z.object({ events: z.array(TurnEventSchema) }));
const StatusShape = z.object({ services: z.array(z.object({ name: z.string(), state: z.string() })) });

async function fetched(page: Page, path: string): Promise<unknown> {
  return page.evaluate(async (where) => (await fetch(where)).json() as Promise<unknown>, path);
}

const status = async (page: Page) => StatusShape.parse(await fetched(page, '/api/status'));

/** The events of the last turn once it has one of this type. */
async function untilTurn(page: Page, type: TurnEvent['type']): Promise<TurnEvent[]> {
  let found: TurnEvent[] = [];
  await expect
    .poll(
      async () => {
        found = TurnsSchema.parse(await fetched(page, '/api/turns')).at(-1)?.events ?? [];
        return found.some((event) => event.type === type);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  return found;
}

const untilEvent = async (page: Page, type: TurnEvent['type']): Promise<void> => {
  await untilTurn(page, type);
};

/** The child of the host that is the voice. */
async function voiceProcessOf(host: number): Promise<number> {
  const children = (await readFile(`/proc/${host}/task/${host}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
  for (const child of children) {
    if ((await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')).includes('voice-process')) return child;
  }
  return 0;
}
