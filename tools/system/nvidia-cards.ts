import type { AskProgram } from './ask-program.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What one NVIDIA card tells. Sizes in bytes, °C, W, MHz, shares 0–1. What it does not know is absent. */
export interface NvidiaCard {
  name: string;
  totalBytes?: number;
  usedBytes?: number;
  freeBytes?: number;
  load?: number;
  temperature?: number;
  watts?: number;
  limitWatts?: number;
  fan?: number;
  clock?: number;
  driver?: string;
  computeCapability?: string;
  throttled?: boolean;
}

const FIELDS = [
  'memory.total',
  'memory.used',
  'memory.free',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'fan.speed',
  'clocks.gr',
  'driver_version',
  'compute_cap',
  'clocks_throttle_reasons.active',
] as const;
/** Names that newer drivers use instead. */
const NEWER: Readonly<Record<string, string>> = { 'clocks_throttle_reasons.active': 'clocks_event_reasons.active' };

/** Heat and power, in the driver's bits: power cap, slowdown, thermal by software and hardware, power brake. Idleness and settings are none. */
const THROTTLED = 0x4 | 0x8 | 0x20 | 0x40 | 0x80;

export interface NvidiaLook {
  cards: NvidiaCard[];
  /** `nvidia-smi` is not installed. */
  isAbsent?: boolean;
  /** Why there is nothing, in words; absent where there is no such card, or all is well. */
  problem?: string;
}

/** Asks `nvidia-smi` in one call. A driver refuses a query with a field that it does not know: that one is left out from then on. */
export function nvidiaReader(ask: AskProgram): () => Promise<NvidiaLook> {
  let fields: string[] = [...FIELDS];
  return async () => {
    for (let tries = 0; tries <= FIELDS.length * 2; tries += 1) {
      const answer = await ask('nvidia-smi', [`--query-gpu=name,${fields.join(',')}`, '--format=csv,noheader,nounits']);
      if (answer.state === 'absent') return { cards: [], isAbsent: true };
      if (answer.state === 'late') return { cards: [], problem: 'nvidia-smi does not answer; the driver of the graphics card may hang.' };
      const { stdout, stderr, code } = answer;
      const unknown = /Field "(?<field>[\w.]+)" is not a valid field/u.exec(`${stdout}\n${stderr}`)?.groups?.field;
      if (unknown !== undefined && fields.includes(unknown)) {
        const newer = NEWER[unknown];
        fields = fields.flatMap((each) => (each !== unknown ? [each] : newer === undefined ? [] : [newer]));
        continue;
      }
      const cards = readNvidiaCards(stdout, fields);
      if (cards.length > 0) return { cards };
      const said = firstLine(`${stdout}\n${stderr}`);
      // "No devices were found" is no trouble: the card may be out.
      return { cards: [], ...(code === 0 || said === '' || /no devices/iu.test(said) ? {} : { problem: `nvidia-smi: ${said}` }) };
    }
    return { cards: [], problem: 'nvidia-smi knows none of the fields it was asked for.' };
  };
}

/** Reads lines of `name,<fields>`; a name may have commas in it. A line that is none is left out. */
export function readNvidiaCards(text: string, fields: readonly string[] = FIELDS): NvidiaCard[] {
  return text.split('\n').flatMap((line) => {
    const parts = line.split(',').map((part) => part.trim());
    if (parts.length <= fields.length) return [];
    const name = parts
      .slice(0, parts.length - fields.length)
      .join(', ')
      .slice(0, 100);
    if (name === '') return [];
    const values = new Map(fields.map((field, index) => [field, parts[parts.length - fields.length + index] ?? '']));
    const number = (field: string, least: number, most: number, scale = 1): number | undefined => {
      const value = values.get(field) ?? '';
      // "[N/A]", "[Not Supported]", "[Unknown Error]", "ERR!"
      if (!/^-?\d+(?:\.\d+)?$/u.test(value)) return undefined;
      const found = Number(value);
      return found >= least && found <= most ? found * scale : undefined;
    };
    const MIB = 1024 * 1024;
    const reasons = [...values].find(([field]) => /_reasons\.active$/u.test(field))?.[1];
    const driver = values.get('driver_version');
    const capability = values.get('compute_cap');
    return [
      withoutUndefined({
        name,
        totalBytes: number('memory.total', 1, 10_000_000, MIB),
        usedBytes: number('memory.used', 0, 10_000_000, MIB),
        freeBytes: number('memory.free', 0, 10_000_000, MIB),
        load: number('utilization.gpu', 0, 100, 0.01),
        temperature: number('temperature.gpu', -50, 200),
        watts: number('power.draw', 0, 10_000),
        limitWatts: number('power.limit', 1, 10_000),
        fan: number('fan.speed', 0, 200, 0.01),
        clock: number('clocks.gr', 0, 20_000),
        driver: driver !== undefined && /^\d+(?:\.\d+)+$/u.test(driver) ? driver : undefined,
        computeCapability: capability !== undefined && /^\d{1,2}\.\d$/u.test(capability) ? capability : undefined,
        throttled: reasons !== undefined && /^0x[0-9a-f]{1,16}$/iu.test(reasons) ? (Number(reasons) & THROTTLED) !== 0 : undefined,
      }),
    ];
  });
}

/** Newest CUDA of a driver, from the head of `nvidia-smi`'s page; by the driver's version where it says none. */
export function newestCuda(page: string, driver: string | undefined): string | undefined {
  const told = /CUDA (?:UMD )?Version:\s*(?<version>\d{1,2}\.\d{1,2})/u.exec(page)?.groups?.version;
  if (told !== undefined) return told;
  const major = Number(driver?.split('.')[0]);
  return DRIVERS.find(([least]) => major >= least)?.[1];
}

/** First driver of each CUDA, by NVIDIA's release notes. */
const DRIVERS: readonly (readonly [driver: number, cuda: string])[] = [
  [580, '13.0'],
  [575, '12.9'],
  [570, '12.8'],
  [565, '12.7'],
  [560, '12.6'],
  [555, '12.5'],
  [550, '12.4'],
  [545, '12.3'],
  [535, '12.2'],
  [530, '12.1'],
  [525, '12.0'],
  [520, '11.8'],
  [515, '11.7'],
  [510, '11.6'],
  [495, '11.5'],
  [470, '11.4'],
  [465, '11.3'],
  [460, '11.2'],
  [455, '11.1'],
  [450, '11.0'],
  [440, '10.2'],
  [418, '10.1'],
];

const firstLine = (text: string): string => text.trim().split('\n')[0]?.trim().slice(0, 200) ?? '';
