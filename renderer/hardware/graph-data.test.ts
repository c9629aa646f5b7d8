import { expect, it } from 'vitest';
import { fakeHardware } from '../../tests/fakes/fake-models-parts.ts';
import { graphsOf, withNewest } from './graph-data.ts';
import { cardNames, cardReadings, diskReadings, machineReadings } from './hardware-words.ts';

const NOW = 1_700_000_000_000;
const { history, now: newest } = fakeHardware(NOW, 2, 50);

it('draws a line for everything that is told, and none for what is not', () => {
  const { times, graphs } = graphsOf(history);
  expect(times).toHaveLength(50);
  expect(graphs.map(({ id, series }) => [id, series.map(({ label }) => label)])).toEqual([
    ['load', ['Processor', 'GeForce GTX 1080 Ti', 'Radeon RX 6600']],
    ['memory', ['Memory', 'GeForce GTX 1080 Ti', 'Radeon RX 6600', 'JARVIS itself']],
    ['temperature', ['Processor', 'GeForce GTX 1080 Ti', 'Radeon RX 6600']],
    ['power', ['GeForce GTX 1080 Ti']],
    ['network', ['Received', 'Sent']],
  ]);
  expect(graphsOf([])).toEqual({ times: [], graphs: [] });
});

it('breaks the lines where the machine slept', () => {
  const slept = [...history.slice(0, 25), ...history.slice(25).map((sample) => ({ ...sample, at: sample.at + 3_600_000 }))];
  const { times, graphs } = graphsOf(slept);
  expect(times).toHaveLength(51);
  expect(graphs[0]?.series[0]?.values.indexOf(null)).toBe(25);
  expect(times.toSorted((one, other) => one - other)).toEqual(times);
});

it('thins a whole day and still shows the newest', () => {
  const day = fakeHardware(NOW, 1, 43_200).history;
  const { times } = graphsOf(day);
  expect(times).toHaveLength(900);
  expect(times.at(-1)).toBe(NOW / 1000);
  expect(new Set(times).size).toBe(900);
});

it('keeps the span, and no sample twice', () => {
  expect(withNewest(history, newest, 600_000)).toEqual(history);
  if (!newest) throw new Error('The fake machine was not looked at.');
  const later = { ...newest, at: newest.at + 2000 };
  expect(withNewest(history, later, 10_000).map(({ at }) => at - NOW)).toEqual([-8000, -6000, -4000, -2000, 0, 2000]);
  expect(withNewest([], undefined, 1000)).toEqual([]);
});

it('does not make a zero of what a card keeps to itself', () => {
  expect(cardReadings({ name: 'Dumb card' })).toEqual([]);
  expect(cardReadings({ name: 'Card', totalBytes: 8 * 1024 ** 3 })).toEqual([{ label: 'Memory', text: '8 GB, use not told' }]);
  expect(cardReadings({ name: 'Card', load: 0, temperature: 91, watts: 240.4 })).toEqual([
    { label: 'Load', text: '0 %', share: 0 },
    { label: 'Temperature', text: '91 °C', hot: true },
    { label: 'Power', text: '240 W' },
  ]);
});

it('tells two cards of one name apart, and marks a disk that is nearly full', () => {
  expect(cardNames([{ name: 'A' }, { name: 'B' }, { name: 'A' }])).toEqual(['A (1)', 'B', 'A (2)']);
  if (!newest) throw new Error('The fake machine was not looked at.');
  expect(diskReadings(newest).map(({ label, hot }) => [label, hot])).toEqual([
    ['/', false],
    ['/home', true],
  ]);
  const { jarvis: _, network: __, ...silent } = newest;
  expect(machineReadings(silent).map(({ label }) => label)).toEqual(['Processor', 'Its temperature', 'Memory']);
});
