import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Resampler } from '../../contract/resampler.ts';
import { decodeWav, toFloat32, writeWav } from '../../voice/audio/wav.ts';
import { coffeeOrders } from '../bench/coffee-phrasebook.ts';
import { type Ended, eventsOf, type FileEvent, fixture, hasFixtures, jarvis, makeWorkplace, ofType } from './run-jarvis.ts';
import { mono8, stereo24 } from './wav-of.ts';

const place = await makeWorkplace();
afterAll(() => place[Symbol.asyncDispose]());

const home = (name: string): string => fixture('commands', 'home', name);
const LAMP = home('wyoming-fw_turn_on_the_living_room_lamp.wav');
const TIME = home('voice2json_what_time_is_it.wav');

const listen = (args: string[], input?: Uint8Array): Promise<Ended> =>
  jarvis(['listen', '--json', ...args], { data: place.data, ...(input === undefined ? {} : { input }) });
const sound = async (file: string): Promise<Int16Array> => decodeWav(await readFile(file));
const of = (events: FileEvent[], file: string): FileEvent[] => events.filter((event) => event.file === file);

async function write(name: string, wav: Uint8Array): Promise<string> {
  const path = place.path(name);
  await writeFile(path, wav);
  return path;
}

function expectLampOn(events: FileEvent[]): void {
  expect(ofType(events, 'transcript-ended')).toMatchObject([{ text: 'turn on the living room lamp' }]);
  expect(ofType(events, 'intent-matched')).toMatchObject([{ intent: 'HassTurnOn', targets: ['light.living_room_lamp'] }]);
  expect(ofType(events, 'tool-ended')).toMatchObject([{ outcome: 'confirmed' }]);
}

/** The same at another rate, in floats. */
function resampled(samples: Int16Array, rate: number): Float32Array {
  const resampler = new Resampler(16_000, rate);
  const body = resampler.process(toFloat32(samples));
  return Float32Array.from([...body, ...resampler.flush()]);
}

describe.concurrent('jarvis listen on recordings of people', () => {
  test('carries out what each of several files says, whatever its format', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const command = await sound(LAMP);
    const stereo = await write('stereo-24-bit.wav', stereo24(resampled(command, 44_100), 44_100));
    const coarse = await write('8-bit.wav', mono8(toFloat32(command), 16_000));
    const result = await listen(['--wake', 'none', LAMP, TIME, stereo, coarse]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(result.stdout);
    for (const file of [LAMP, stereo, coarse]) expectLampOn(of(events, file));
    expect(ofType(of(events, TIME), 'intent-matched')).toMatchObject([{ intent: 'HassGetCurrentTime' }]);
    expect(events.every((event) => [LAMP, TIME, stereo, coarse].includes(event.file ?? ''))).toBe(true);
  });

  test('only decides in a dry run', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const events = eventsOf((await listen(['--wake', 'none', '--dry-run', LAMP])).stdout);
    expect(ofType(events, 'tool-requested')).toMatchObject([{ dryRun: true }]);
    expect(ofType(events, 'tool-ended')).toMatchObject([{ outcome: 'accepted', dryRun: true }]);
  });

  test('hears the wake word and the command after it', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const [wake, command] = await Promise.all([sound(fixture('wake', 'jarvis', '002.wav')), sound(LAMP)]);
    const file = await write('wake-and-command.wav', writeWav(Int16Array.from([...wake, ...command, ...new Int16Array(16_000)]), 16_000));
    const events = eventsOf((await listen(['--wake', 'auto', file])).stdout);
    expect(ofType(events, 'wake-heard')).toHaveLength(1);
    expectLampOn(events);
  });

  test('takes raw sound from stdin', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const samples = await sound(LAMP);
    const result = await listen(['--wake', 'none', '-'], new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    expect(result.code).toBe(0);
    expectLampOn(eventsOf(result.stdout));
  });

  test('refuses what a reader of books says', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const books = ['lj_LJ050-0178.wav', 'hifitts6097_bambatse_07_haggard_0195.wav', 'spk1_snt2.wav'].map((name) => fixture('speech', name));
    const events = eventsOf((await listen(['--wake', 'none', ...books])).stdout);
    for (const book of books) {
      expect(ofType(of(events, book), 'transcript-ended').every(({ rejected }) => rejected === true)).toBe(true);
      expect(of(events, book).some(({ type }) => type === 'intent-matched')).toBe(false);
    }
  });

  test('understands coffee orders by a phrasebook of their own', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const { phrasebook, labels } = await coffeeOrders();
    await mkdir(place.path('coffee'));
    await writeFile(place.path('coffee', 'coffee.yaml'), stringify(phrasebook));
    const orders = ['000', '001', '002', '003', '004', '005'].map((name) => fixture('commands', 'coffee', `${name}.wav`));
    const events = eventsOf((await listen(['--wake', 'none', '--no-built-in', '--phrasebook', place.path('coffee'), ...orders])).stdout);
    const right = orders.filter((order) => {
      const { intent, slots } = ofType(of(events, order), 'intent-matched')[0] ?? {};
      return isDeepStrictEqual({ intent, slots }, labels[basename(order)]);
    });
    expect(right.length).toBeGreaterThanOrEqual(5);
  });
});
