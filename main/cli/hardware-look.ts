import type { HardwareReport, HardwareSample } from '../../contract/hardware.ts';
import { jarvisInterface } from '../../contract/interface.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { inGigabytes } from '../../models/fit/fit-sentence.ts';
import { thisHardware } from '../../tools/system/this-hardware.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import type { HardwareOptions } from './hardware-options.ts';
import { callRunning } from './mind-call.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { untilInterrupted } from './until-interrupted.ts';

const LOOK_MS = 2000;
/** Loads and rates are those between two looks. */
const BETWEEN_MS = 400;

type Look = () => Promise<Pick<HardwareReport, 'now' | 'problems'>>;

/** Exit code 1 when the machine tells nothing. */
export async function showHardware({ json, watch }: HardwareOptions): Promise<void> {
  using interrupted = untilInterrupted();
  const { signal } = interrupted;
  const running = await findRunningHost();
  const look = running === undefined ? await ownLook() : lookOf(running);
  const isRedrawn = watch === true && json !== true && process.stdout.isTTY === true;
  let drawn = 0;
  do {
    const { now, problems } = await look();
    if (now === undefined) throw new CommandError(problems[0] ?? 'The machine tells nothing of itself.', 1);
    if (json === true) printJson({ now, problems });
    else {
      const lines = linesOf(now);
      // Text goes through `print`, which lets no terminal codes pass; these are ours.
      if (isRedrawn && drawn > 0) process.stdout.write(`\u001B[${drawn}A\u001B[0J`);
      for (const line of lines) print(isRedrawn ? line.slice(0, Math.max(20, (process.stdout.columns ?? 80) - 1)) : line);
      drawn = lines.length;
      if (drawn > 0 && watch === true && !isRedrawn) print('');
    }
    if (watch !== true) for (const problem of problems) complain(problem);
    if (watch === true) await systemClock.sleep(LOOK_MS, signal).catch(() => undefined);
  } while (watch === true && !signal.aborted);
}

async function ownLook(): Promise<Look> {
  const hardware = thisHardware(systemClock);
  await hardware.sampleHardware();
  await systemClock.sleep(BETWEEN_MS);
  return async () => ({ now: await hardware.sampleHardware(), problems: hardware.problems() });
}

const lookOf =
  (running: RunningHost): Look =>
  () =>
    callRunning(running, jarvisInterface.hardware, { history: 0 });

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const ifKnown = <T>(value: T | undefined, words: (value: T) => string): string[] => (value === undefined ? [] : [words(value)]);

function linesOf({ cpu, memory, cards, disks, network, jarvis }: HardwareSample): string[] {
  return [
    `Processor  ${[percent(cpu.load), ...ifKnown(cpu.temperature, (degrees) => `${Math.round(degrees)} °C`), ...ifKnown(cpu.clock, (clock) => `${Math.round(clock)} MHz`)].join(', ')}`,
    `Memory     ${[`${inGigabytes(memory.usedBytes)} of ${inGigabytes(memory.totalBytes)}`, ...ifKnown(memory.swapUsedBytes === 0 ? undefined : memory.swapUsedBytes, (bytes) => `${inGigabytes(bytes)} swapped out`)].join(', ')}`,
    ...cards.map(
      ({ name, load, usedBytes, totalBytes, temperature, watts, limitWatts, fan, throttled }) =>
        `Card       ${[
          name,
          ...ifKnown(load, percent),
          ...(usedBytes === undefined || totalBytes === undefined ? [] : [`${inGigabytes(usedBytes)} of ${inGigabytes(totalBytes)}`]),
          ...ifKnown(temperature, (degrees) => `${Math.round(degrees)} °C`),
          ...ifKnown(watts, (each) => `${Math.round(each)} W${limitWatts === undefined ? '' : ` of ${Math.round(limitWatts)} W`}`),
          ...ifKnown(fan, (share) => `fan ${percent(share)}`),
          ...(throttled === true ? ['slowed down by heat or power'] : []),
        ].join(', ')}`,
    ),
    ...disks.map(({ mount, usedBytes, totalBytes }) => `Disk       ${mount}: ${bytesInWords(usedBytes)} of ${bytesInWords(totalBytes)}`),
    ...ifKnown(
      network,
      ({ received, sent }) => `Network    ${bytesInWords(Math.round(received))}/s in, ${bytesInWords(Math.round(sent))}/s out`,
    ),
    ...ifKnown(jarvis, ({ memoryBytes }) => `JARVIS     ${bytesInWords(memoryBytes)} of memory`),
  ];
}
