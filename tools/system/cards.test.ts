import { describe, expect, it } from 'vitest';
import { readAmdCards } from './amd-cards.ts';
import type { ProgramAnswer } from './ask-program.ts';
import { cardBandwidth } from './card-bandwidth.ts';
import { newestCuda, nvidiaReader, readNvidiaCards } from './nvidia-cards.ts';

const MIB = 1024 ** 2;
const said = (stdout: string, more: { code?: number; stderr?: string } = {}): ProgramAnswer => ({
  state: 'answered',
  code: more.code ?? 0,
  stdout,
  stderr: more.stderr ?? '',
});

const PASCAL = 'NVIDIA GeForce GTX 1080 Ti, 11264, 4096, 7168, 37, 84, 212.50, 250.00, 65, 1582, 550.120, 6.1, 0x0000000000000020\n';
const SERVER = 'NVIDIA H200, 143771, 1, 143155, 0, 31, 76.02, 700.00, [N/A], 345, 570.86.15, 9.0, 0x0000000000000001\n';

describe('NVIDIA cards', () => {
  it('are read with all that they tell, what one does not know left out', () => {
    expect(readNvidiaCards(PASCAL + SERVER)).toEqual([
      {
        name: 'NVIDIA GeForce GTX 1080 Ti',
        totalBytes: 11264 * MIB,
        usedBytes: 4096 * MIB,
        freeBytes: 7168 * MIB,
        load: 0.37,
        temperature: 84,
        watts: 212.5,
        limitWatts: 250,
        fan: 0.65,
        clock: 1582,
        driver: '550.120',
        computeCapability: '6.1',
        throttled: true,
      },
      expect.objectContaining({ name: 'NVIDIA H200', temperature: 31, computeCapability: '9.0', throttled: false }),
    ]);
    expect(readNvidiaCards(SERVER)[0]).not.toHaveProperty('fan');
  });

  it.each([
    ['a card without figures', `Quadro, K600${', [Not Supported]'.repeat(12)}\n`, [{ name: 'Quadro, K600' }]],
    ['a card in trouble', `GTX 960${', [Unknown Error]'.repeat(3)}, ERR!${', [GPU requires reset]'.repeat(8)}`, [{ name: 'GTX 960' }]],
    ['figures that cannot be', `X, -5, 1e9, 99999999999, 300, 2000, -1, 0, 999, 1, x, 99.99, zz`, [{ name: 'X', clock: 1 }]],
    ['too few columns', 'NVIDIA H200, 31, 0', []],
    ['an error text', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", []],
    ['nothing', '', []],
    ['garbage', '\u0000\u0001,,,,,,,,,,,,,,\n,,,,,,,,,,,,', expect.any(Array)],
  ])('survive %s', (_name, text, cards) => expect(readNvidiaCards(text)).toEqual(cards));

  it('are asked without the fields that an old driver does not know, and with the newer name of a new one', async () => {
    const asked: string[] = [];
    const read = nvidiaReader(async (_program, [query = '']) => {
      asked.push(query);
      if (query.includes('compute_cap')) return said('Field "compute_cap" is not a valid field to query.\n', { code: 2 });
      if (query.includes('throttle_reasons'))
        return said('Field "clocks_throttle_reasons.active" is not a valid field to query.', { code: 2 });
      return said('GTX 680, 4096, 10, 4086, 1, 40, 30.0, 195.0, 30, 324, 470.256.02, 0x0000000000000000\n');
    });
    expect((await read()).cards).toMatchObject([{ name: 'GTX 680', driver: '470.256.02', throttled: false }]);
    expect(asked.at(-1)).toContain('clocks_event_reasons.active');
    const before = asked.length;
    await read();
    expect(asked).toHaveLength(before + 1);
  });

  it.each<[string, ProgramAnswer, object]>([
    ['no program', { state: 'absent' }, { cards: [], isAbsent: true }],
    ['a driver that hangs', { state: 'late' }, { cards: [], problem: expect.stringContaining('does not answer') }],
    ['no devices', said('No devices were found\n', { code: 6 }), { cards: [] }],
    [
      'a broken driver',
      said('Failed to initialize NVML: Driver/library version mismatch\n', { code: 18 }),
      { problem: expect.stringContaining('mismatch') },
    ],
    ['a field nobody knows, over and over', said('Field "name" is not a valid field to query.', { code: 2 }), { cards: [] }],
  ])('are told of with %s', async (_name, answer, look) => expect(await nvidiaReader(async () => answer)()).toMatchObject(look));

  it('tell the newest CUDA by the page, else by the driver', () => {
    expect(newestCuda('| NVIDIA-SMI 550.54  Driver Version: 550.54  CUDA Version: 12.4     |', '550.54')).toBe('12.4');
    expect(newestCuda('CUDA Version: N/A', '535.183.01')).toBe('12.2');
    expect(newestCuda('', '999.1')).toBe('13.0');
    expect(newestCuda('', '390.157')).toBeUndefined();
    expect(newestCuda('', undefined)).toBeUndefined();
  });
});

describe('AMD cards', () => {
  const OLD = {
    'GPU use (%)': '12',
    'Temperature (Sensor edge) (C)': '45.0',
    'Temperature (Sensor junction) (C)': '50.0',
    'Average Graphics Package Power (W)': '33.0',
    'Max Graphics Package Power (W)': '203.0',
    'Fan speed (%)': '20',
    'sclk clock speed:': '(852Mhz)',
    'VRAM Total Memory (B)': '17163091968',
    'VRAM Total Used Memory (B)': '1163091968',
    'Card series': 'Radeon RX 6800 XT',
  };
  it('are read behind warnings, whatever the keys of the version are', () => {
    const text = `WARNING: AMD GPU device(s) is/are in a low-power state.\n${JSON.stringify({
      card0: OLD,
      card1: { 'Card Series': 'AMD Instinct MI210', 'Current Socket Graphics Package Power (W)': '40.0', 'GPU use (%)': 'N/A' },
      system: { 'Driver version': '6.8' },
    })}`;
    expect(readAmdCards(text)).toEqual([
      {
        name: 'Radeon RX 6800 XT',
        totalBytes: 17163091968,
        usedBytes: 1163091968,
        load: 0.12,
        temperature: 45,
        watts: 33,
        limitWatts: 203,
        fan: 0.2,
        clock: 852,
      },
      { name: 'AMD Instinct MI210', watts: 40 },
    ]);
  });
  it.each(['', '{', '[]', 'null', 'ERROR: No AMD GPUs specified', '{"card0": 4}', '{"card0": {"GPU use (%)": null}}', '{"cards":{}}'])(
    'survive %j',
    (text) => expect(readAmdCards(text).every(({ name }) => name === 'AMD graphics card')).toBe(true),
  );
});

describe('the bandwidth of a card', () => {
  it.each([
    ['NVIDIA GeForce GTX 1080 Ti', 484],
    ['GeForce GTX 1080', 320],
    ['NVIDIA GeForce RTX 4070 Ti SUPER', 672],
    ['NVIDIA GeForce RTX 4070', 504],
    ['NVIDIA GeForce RTX 3090', 936],
    ['NVIDIA GeForce RTX 5090', 1792],
    ['NVIDIA GeForce RTX 4070 Laptop GPU', 256],
    ['NVIDIA H200', 4800],
    ['NVIDIA A100-SXM4-80GB', 2039],
    ['AMD Radeon RX 7900 XTX', 960],
    ['Intel(R) Arc(TM) A770 Graphics', 560],
    ['Apple M2 Max', 400],
    ['Apple M4', 120],
    ['NVIDIA GeForce RTX 9090', undefined],
    ['NVIDIA GeForce RTX 3070 Ti Laptop GPU', undefined],
    ['', undefined],
  ])('%s: %s GB/s', (name, gigabytes) => expect(cardBandwidth(name)).toBe(gigabytes === undefined ? undefined : gigabytes * 1e9));
});
