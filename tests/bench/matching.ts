import { performance } from 'node:perf_hooks';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { largeHome } from '../../assistant/phrasebook/sample-home.ts';
import type { HomeSnapshot } from '../../contract/home.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, quantile } from './report.ts';

const SIZES: readonly { names: number; worst: string }[] = [
  { names: 200, worst: '≤ 1 ms' },
  { names: 2_000, worst: '≤ 5 ms' },
  { names: 10_000, worst: '≤ 5 ms' },
];
/** Names of the home that sentences are made with. */
const NAMES_USED = 20;
/** How often every sentence is heard before anything counts, and while it does. */
const WARM_ROUNDS = 30;
const ROUNDS = 30;

/** What the matcher takes for one sentence, and what it takes to learn a home's names. */
export async function benchMatching(): Promise<BenchSection> {
  const loaded = await loadPhrasebook({ folders: [] });
  const figures: Figure[] = [];
  for (const { names, worst } of SIZES) {
    const home = largeHome(names);
    const began = performance.now();
    const book = compilePhrasebook(loaded, home);
    const compiled = performance.now() - began;
    const { commands, others } = sentences(home);
    figures.push({ name: `learning ${names} names`, ...milliseconds(compiled) });
    figures.push(...timed(`understanding, ${names} names`, [...commands, ...others], (text) => book.understand(text), worst));
    const known = commands.filter((text) => book.understand(text).type !== 'none').length;
    const foreign = others.filter((text) => book.understand(text).type === 'none').length;
    figures.push({ name: `understood of the commands, ${names} names`, value: known, unit: `of ${commands.length}` });
    figures.push({ name: `left alone of the rest, ${names} names`, value: foreign, unit: `of ${others.length}` });
    figures.push(...timed(`how finished a partial text is, ${names} names`, commands.flatMap(partials), (text) => book.completeness(text)));
  }
  return {
    title: 'Matching text',
    notes: ['every figure after warming up, in one thread; the part "sentences" runs beside hassil'],
    figures,
  };
}

/** The same mix at every size: plain, compound, misheard and partial commands, and what is no command at all. */
function sentences(home: HomeSnapshot): { commands: string[]; others: string[] } {
  const step = Math.floor(home.entities.length / NAMES_USED);
  const chosen = Array.from({ length: NAMES_USED }, (_, index) => home.entities[index * step + (index % 5)]!);
  const commands = chosen.flatMap(({ domain, name }) => {
    const said = name.toLowerCase();
    switch (domain) {
      case 'light':
        return [`turn on the ${said}`, `set the ${said} to 40 percent`, `please could you make ${said} blue`, `trun on the ${said}`];
      case 'cover':
        return [`open the ${said}`, `close ${said} and turn on the lights in room 3`];
      case 'sensor':
        return [`what is the ${said}`];
      default:
        return [`turn off ${said}`, `is the ${said} on`];
    }
  });
  return {
    commands: [
      ...commands,
      'turn off all the lights',
      'turn on the lights in room 7',
      'set a timer for 20 minutes',
      'what time is it',
      'never mind',
    ],
    others: [
      'turn on the xylophone',
      'the train was late again and nobody knew why',
      'what do you think about the weather in the mountains in late autumn',
      'open the pod bay doors',
      'i was going to tell you about the amber lantern my grandmother had',
      'set the table for six people and put the kettle on',
      'asdf qwer zxcv',
      'lights lights lights lights lights lights',
      'he said that she said that they would turn on each other',
      'room room room',
    ],
  };
}

/** A sentence as it grows, word by word. */
function partials(text: string): string[] {
  const words = text.split(' ');
  return words.map((_, index) => words.slice(0, index + 1).join(' '));
}

function timed(name: string, texts: readonly string[], run: (text: string) => unknown, worst?: string): Figure[] {
  for (let round = 0; round < WARM_ROUNDS; round += 1) for (const text of texts) run(text);
  const spent = new Map<string, number[]>(texts.map((text) => [text, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const text of texts) {
      const began = performance.now();
      run(text);
      spent.get(text)?.push(performance.now() - began);
    }
  }
  const times = [...spent.values()].flat();
  // The median of one sentence is its own time; the most of all may be a pause of the machine.
  const [slowest, slow] = [...spent].map(([text, each]) => [text, quantile(each, 0.5)] as const).reduce((a, b) => (b[1] > a[1] ? b : a));
  const counted = { detail: `${spent.size} sentences × ${ROUNDS}` };
  return [
    { name: `${name}, p50`, ...milliseconds(quantile(times, 0.5)), ...counted, ...(worst === undefined ? {} : { target: '≤ 0.1 ms' }) },
    { name: `${name}, p99`, ...milliseconds(quantile(times, 0.99)), ...counted, ...(worst === undefined ? {} : { target: worst }) },
    { name: `${name}, most`, ...milliseconds(Math.max(...times)), ...counted },
    {
      name: `${name}, slowest sentence`,
      ...milliseconds(slow),
      detail: `median of "${slowest}"`,
      ...(worst === undefined ? {} : { target: worst }),
    },
  ];
}
