import { z } from 'zod';
import type { ToolOutcome } from '../../contract/tool.ts';
import { AuditPartSchema } from '../../tools/system/packages-audit.ts';
import { type Fact, ProcessUseSchema, type SystemFacts, SystemFactsSchema } from '../../tools/system/system-facts.ts';
import { outputOf } from './records.ts';
import { fail, type Plan, type Skill } from './skill.ts';
import { asSentence, capitalised, counted, countedInWords, listed, rounded, spanOf } from './wording.ts';

/** What this computer says of itself, in a sentence. */

const UNITS = ['bytes', 'kilobytes', 'megabytes', 'gigabytes', 'terabytes'];

/** 12 345 678 901 → "12 gigabytes". */
export function sizeSpoken(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const amount = rounded(value, value < 9.95 && unit > 0 ? 1 : 0);
  return `${amount} ${amount === '1' ? (UNITS[unit] ?? '').replace(/s$/u, '') : UNITS[unit]}`;
}

function look<Output>(tool: string, input: unknown, schema: z.ZodType<Output>, say: (output: Output) => string): Plan {
  return {
    type: 'act',
    calls: [{ tool, input }],
    say: ([result]) => {
      const outcome: ToolOutcome | undefined = result?.outcome;
      if (outcome?.dryRun === true) return 'I would look that up.';
      const output = outcome?.outcome === 'confirmed' ? outputOf(outcome, schema) : undefined;
      return output === undefined ? asSentence(outcome?.reason ?? 'I could not find that out') : say(output);
    },
  };
}

/** Programs that are named in one answer. */
const MOST_NAMED = 3;

const processes: Skill = {
  intents: ['JarvisSystemProcesses'],
  plan({ slots }) {
    const by = slots.by === 'processor' ? 'processor' : 'memory';
    return look('system.processes', { by, limit: MOST_NAMED }, z.array(ProcessUseSchema), (found) => {
      const named = found.map(({ name, memory, processor }) => {
        const plain = name.replace(/[\p{C}\s]+/gu, ' ').slice(0, 40);
        return by === 'memory' ? `${plain} with ${sizeSpoken(memory)}` : `${plain} with ${rounded(processor, 0)} percent`;
      });
      if (named.length === 0) return 'I see no programs.';
      return `${by === 'memory' ? 'Most memory' : 'Most of the processor'} goes to ${listed(named)}.`;
    });
  },
};

const WANTED = ['disks', 'processor', 'processor-load', 'graphics', 'video-memory', 'memory', 'battery', 'network', 'uptime'] as const;
type Wanted = (typeof WANTED)[number];

/** What has to be looked at for it; the time since the start comes with every answer. */
const LOOKED_AT: Record<Wanted, Fact> = {
  disks: 'disks',
  processor: 'processor',
  'processor-load': 'processor',
  graphics: 'graphics',
  'video-memory': 'graphics',
  memory: 'memory',
  battery: 'battery',
  network: 'network',
  uptime: 'memory',
};

const systemInformation: Skill = {
  intents: ['JarvisSystemInformation'],
  plan({ slots }) {
    const about = WANTED.find((each) => each === slots.about);
    if (about === undefined) return fail('no-match');
    return look('system.information', { about: [LOOKED_AT[about]] }, SystemFactsSchema, (facts) => factWords(about, facts));
  },
};

const percent = (part: number, whole: number): string => `${whole > 0 ? Math.round((part / whole) * 100) : 0} percent`;

function factWords(about: Wanted, facts: SystemFacts): string {
  switch (about) {
    case 'disks':
      return diskWords(facts.disks);
    case 'processor': {
      const { processor } = facts;
      if (processor === undefined) return 'I could not ask the processor.';
      const load = processor.load === undefined ? '' : `${processor.load} percent busy`;
      if (processor.temperature === undefined)
        return asSentence(`This computer does not tell its temperature. The processor is ${load || 'there'}`);
      return asSentence(`The processor is at ${processor.temperature} degrees${load === '' ? '' : ` and ${load}`}`);
    }
    case 'processor-load': {
      const load = facts.processor?.load;
      return load === undefined ? 'This computer does not tell how busy it is.' : `The processor is ${load} percent busy.`;
    }
    case 'graphics':
      return cardWords(facts.graphics, heatWords);
    case 'video-memory':
      return cardWords(facts.graphics, videoMemoryWords);
    case 'memory': {
      const { memory } = facts;
      if (memory === undefined) return 'I could not ask about the memory.';
      return `${capitalised(sizeSpoken(memory.available))} of ${sizeSpoken(memory.total)} are free; ${percent(memory.used, memory.total)} is in use.`;
    }
    case 'battery': {
      const { battery } = facts;
      if (battery === undefined) return 'This computer has no battery.';
      const left = battery.minutesLeft === undefined ? '' : ` and lasts about ${spanOf(battery.minutesLeft * 60)}`;
      return `The battery is at ${Math.round(battery.percent)} percent${battery.charging ? ' and charging' : left}.`;
    }
    case 'network': {
      const up = (facts.network ?? []).filter((each) => each.up);
      if (up.length === 0) return 'This computer is not connected.';
      return asSentence(
        `This computer is at ${listed(up.slice(0, 3).map(({ name, address }) => (up.length === 1 ? address : `${address} on ${name}`)))}`,
      );
    }
    case 'uptime':
      return `This computer has been on for ${spanOf(facts.computer.uptime)}.`;
    default:
      return about satisfies never;
  }
}

type Card = NonNullable<SystemFacts['graphics']>[number];

/** Cards that are told of in one answer. */
const MOST_CARDS = 4;

/** One card is just "the graphics card"; of several each has its name. */
function cardWords(cards: readonly Card[] = [], say: (card: Card, name: string) => string): string {
  if (cards.length === 0) return 'I see no graphics card that tells.';
  const [first] = cards;
  if (first !== undefined && cards.length === 1) return say(first, 'the graphics card');
  return cards
    .slice(0, MOST_CARDS)
    .map((card, index) => say(card, `card ${index + 1}, ${card.name.replace(/^NVIDIA (?:GeForce )?/u, 'the ')},`))
    .join(' ');
}

function heatWords(card: Card, name: string): string {
  const parts = [
    ...(card.temperature === undefined ? [] : [`at ${card.temperature} degrees`]),
    ...(card.load === undefined ? [] : [`${card.load} percent busy`]),
  ];
  const memory =
    card.memoryUsed === undefined || card.memoryTotal === undefined ? '' : ` ${memoryWords(card.memoryUsed, card.memoryTotal)}`;
  return `${asSentence(`${name} is ${listed(parts) || 'there'}`)}${memory}`;
}

const memoryWords = (used: number, total: number): string =>
  `${capitalised(sizeSpoken(used))} of its ${sizeSpoken(total)} of memory are in use.`;

function videoMemoryWords({ memoryUsed, memoryTotal }: Card, name: string): string {
  if (memoryUsed === undefined || memoryTotal === undefined) return asSentence(`${name} does not tell how full its memory is`);
  return asSentence(
    `${name} has ${sizeSpoken(Math.max(0, memoryTotal - memoryUsed))} of memory free of ${sizeSpoken(memoryTotal)}; ${percent(memoryUsed, memoryTotal)} is in use`,
  );
}

/** A disk that is this full is worth a word by itself. */
const NEARLY_FULL = 0.9;

function diskWords(disks: SystemFacts['disks'] = []): string {
  const main =
    disks.find(({ mount }) => mount === '/' || /^C:/iu.test(mount)) ?? disks.toSorted((left, right) => right.size - left.size)[0];
  if (main === undefined) return 'I see no disk.';
  const full = disks.filter((disk) => disk !== main && disk.size > 0 && disk.used / disk.size >= NEARLY_FULL);
  const first = `The disk is ${percent(main.used, main.used + main.available)} full; ${sizeSpoken(main.available)} are free.`;
  if (full.length === 0) return first;
  return `${first} ${asSentence(listed(full.slice(0, 3).map(({ mount, used, size }) => `${mount} is ${percent(used, size)} full`)))}`;
}

const updates: Skill = {
  intents: ['JarvisSystemUpdates'],
  plan: () =>
    look('system.packages-audit', {}, z.array(AuditPartSchema), (parts) => {
      const read = parts.filter(({ state }) => state === 'read');
      const unread = parts.filter(({ state }) => state === 'offline' || state === 'failed').map(({ source }) => source);
      const found = read.filter(({ outdated }) => outdated.length > 0);
      const security = read.flatMap(({ outdated }) => outdated.filter((each) => each.security === true)).length;
      const first =
        found.length === 0
          ? 'Everything I could ask about is up to date.'
          : asSentence(
              `There are updates for ${listed(found.map(({ source, outdated }) => `${countedInWords(outdated.length, 'package')} of ${source}`))}`,
            );
      const important =
        security === 0 ? '' : ` ${capitalised(counted(security, 'update'))} ${security === 1 ? 'is' : 'are'} about security.`;
      return `${first}${important}${unread.length === 0 ? '' : ` I could not ask ${listed(unread)}.`}`;
    }),
};

export const systemSkills: readonly Skill[] = [processes, systemInformation, updates];
