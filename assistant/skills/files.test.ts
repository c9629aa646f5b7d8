import { describe, expect, it } from 'vitest';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import { spanOfAge } from './files-age.ts';
import type { SkillView } from './skill.ts';
import { skillFor } from './skills.ts';
import { sizeSpoken } from './system.ts';

const NOW = new Date(2026, 10, 21, 15, 10).getTime();
const view: SkillView = {
  entity: () => undefined,
  entities: () => [],
  area: () => undefined,
  areas: () => [],
  floors: () => [],
  bridges: () => [],
  room: undefined,
  now: NOW,
  timers: () => [],
  examples: () => [],
  pick: ([first]) => first,
};

function planned(intent: string, slots: IntentMatch['slots']) {
  const plan = skillFor(intent)?.plan({ intent, slots, targets: [], confidence: 1 }, view);
  if (plan?.type !== 'act') throw new Error(`${intent} leads to ${plan?.type ?? 'nothing'}`);
  return plan;
}
const call = (intent: string, slots: IntentMatch['slots'] = {}): unknown => planned(intent, slots).calls[0];
function said(intent: string, slots: IntentMatch['slots'], outcome: ToolOutcome): string {
  const plan = planned(intent, slots);
  return plan.say(plan.calls.map((each) => ({ call: each, outcome })));
}

describe('files', () => {
  it('are meant by kind, age and place', () => {
    expect(call('JarvisFilesMove', { kind: 'pdf', folder: 'downloads', age: 'yesterday', to: 'documents' })).toEqual({
      tool: 'files.move',
      input: {
        which: {
          folder: 'downloads',
          kind: 'pdf',
          from: new Date(2026, 10, 20).getTime(),
          to: new Date(2026, 10, 21).getTime() - 1,
        },
        to: 'documents',
      },
    });
    expect(call('JarvisFilesMove', { kind: 'pdf', to: 'documents' })).toMatchObject({ input: { which: { folder: 'downloads' } } });
    expect(call('JarvisFilesOpen', { newest: true, folder: 'downloads' })).toEqual({
      tool: 'files.open',
      input: { which: { folder: 'downloads', newest: true } },
    });
    expect(call('JarvisFilesOpen', { itself: true, folder: 'downloads' })).toEqual({ tool: 'files.open', input: { paths: ['downloads'] } });
    expect(call('JarvisFilesRename', { named: 'draft', new_name: 'Final' })).toEqual({
      tool: 'files.rename',
      input: { which: { named: 'draft', one: true }, name: 'Final' },
    });
  });

  it('are told by what became of them', () => {
    const done = (count: number): ToolOutcome => ({
      outcome: 'confirmed',
      output: { done: Array.from({ length: count }, (_, index) => ({ to: `/home/ada/Documents/a${index}.pdf` })) },
    });
    const slots = { kind: 'pdf', folder: 'downloads', to: 'documents' };
    expect(said('JarvisFilesMove', slots, done(3))).toBe('Three files are in Documents.');
    expect(said('JarvisFilesMove', slots, done(1))).toBe('A0.pdf is in Documents.');
    expect(said('JarvisFilesBin', { named: 'a' }, done(1))).toBe('A0.pdf is in the bin.');
    expect(said('JarvisFilesRename', { named: 'a', new_name: 'b' }, done(1))).toBe('It is called a0.pdf now.');
  });

  it('are never said to be done when they are not', () => {
    const slots = { kind: 'pdf', folder: 'downloads', to: 'documents' };
    expect(said('JarvisFilesMove', slots, { outcome: 'denied', reason: 'You said no.' })).toBe('You said no.');
    expect(said('JarvisFilesMove', slots, { outcome: 'rejected', reason: 'I found no PDF in Downloads.' })).toBe(
      'I found no PDF in Downloads.',
    );
    expect(said('JarvisFilesMove', slots, { outcome: 'failed', reason: '1 of 2 are done. b.pdf: The disk is full' })).toBe(
      '1 of 2 are done. b.pdf: The disk is full.',
    );
    expect(said('JarvisFilesMove', slots, { outcome: 'accepted', dryRun: true })).toContain('dry run');
  });

  it('that are found are named with their place, the rest counted', () => {
    const file = (name: string) => ({ name, folder: 'Documents', type: 'file', bytes: 1, modified: 1 });
    const found = (...names: string[]): ToolOutcome => ({ outcome: 'confirmed', output: { files: names.map(file), count: names.length } });
    expect(said('JarvisFilesFind', { named: 'tax' }, found('tax.pdf'))).toBe('Tax.pdf is in Documents.');
    expect(said('JarvisFilesFind', { named: 'tax' }, found())).toBe('I found no such file.');
    expect(said('JarvisFilesFind', { named: 'tax' }, found('a', 'b\nc', 'd', 'e', 'f'))).toBe(
      'I found five files: a in Documents, b c in Documents, d in Documents and 2 more.',
    );
  });

  it('ages begin at midnight, weeks on Monday, months on the first', () => {
    const day = (date: number, month = 10): number => new Date(2026, month, date).getTime();
    expect(spanOfAge('today', NOW).from).toBe(day(21));
    expect(spanOfAge('this week', NOW).from).toBe(day(16));
    expect(spanOfAge('last week', NOW)).toEqual({ from: day(9), to: day(16) - 1 });
    expect(spanOfAge('last month', NOW)).toEqual({ from: day(1, 9), to: day(1) - 1 });
    expect(spanOfAge(undefined, NOW)).toEqual({});
  });
});

describe('this computer', () => {
  const facts = (more: object): ToolOutcome => ({
    outcome: 'confirmed',
    output: { computer: { name: 'x', system: 'Linux', uptime: 90_000 }, ...more },
  });
  const told = (about: string, more: object): string => said('JarvisSystemInformation', { about }, facts(more));

  it('tells in one short answer what was asked', () => {
    const gigabyte = 1_000_000_000;
    expect(told('disks', { disks: [{ mount: '/', size: 100 * gigabyte, used: 60 * gigabyte, available: 40 * gigabyte }] })).toBe(
      'The disk is 60 percent full; 40 gigabytes are free.',
    );
    expect(told('processor', { processor: { name: 'x', cores: 4, load: 12, temperature: 51 } })).toBe(
      'The processor is at 51 degrees and 12 percent busy.',
    );
    expect(told('processor', { processor: { name: 'x', cores: 4, load: 12 } })).toBe(
      'This computer does not tell its temperature. The processor is 12 percent busy.',
    );
    expect(told('memory', { memory: { total: 16 * gigabyte, used: 4 * gigabyte, available: 12 * gigabyte } })).toBe(
      '12 gigabytes of 16 gigabytes are free; 25 percent is in use.',
    );
    expect(told('battery', {})).toBe('This computer has no battery.');
    expect(told('uptime', {})).toBe('This computer has been on for 1 day and 1 hour.');
    expect(told('graphics', { graphics: [] })).toBe('I see no graphics card that tells.');
    expect(told('processor-load', { processor: { name: 'x', cores: 4, load: 12 } })).toBe('The processor is 12 percent busy.');
    expect(told('processor-load', {})).toBe('This computer does not tell how busy it is.');
  });

  it('tells of graphics cards: the heat, the memory, and of several each', () => {
    const card = { name: 'NVIDIA GeForce GTX 1080 Ti', temperature: 61, load: 40, memoryUsed: 3_000_000_000, memoryTotal: 12_000_000_000 };
    expect(told('graphics', { graphics: [card] })).toBe(
      'The graphics card is at 61 degrees and 40 percent busy. 3 gigabytes of its 12 gigabytes of memory are in use.',
    );
    expect(told('video-memory', { graphics: [card] })).toBe(
      'The graphics card has 9 gigabytes of memory free of 12 gigabytes; 25 percent is in use.',
    );
    expect(told('video-memory', { graphics: [{ name: 'x' }] })).toBe('The graphics card does not tell how full its memory is.');
    expect(
      told('graphics', {
        graphics: [
          { ...card, memoryUsed: undefined },
          { name: 'Radeon', temperature: 50 },
        ],
      }),
    ).toBe('Card 1, the GTX 1080 Ti, is at 61 degrees and 40 percent busy. Card 2, Radeon, is at 50 degrees.');
  });

  it('names what takes the memory', () => {
    const use = (name: string, memory: number) => ({ name, memory, processor: 3, processes: 1, pids: [1] });
    const output = [use('firefox', 4_200_000_000), use('node', 900_000_000)];
    expect(said('JarvisSystemProcesses', { by: 'memory' }, { outcome: 'confirmed', output })).toBe(
      'Most memory goes to firefox with 4.2 gigabytes and node with 900 megabytes.',
    );
  });

  it('tells updates, and whom it could not ask', () => {
    const part = (source: string, state: string, outdated: object[] = []) => ({ source, state, outdated, weak: [] });
    const output = [
      part('apt', 'read', [
        { name: 'a', now: '1', newest: '2', security: true },
        { name: 'b', now: '1', newest: '2' },
      ]),
      part('npm', 'offline'),
      part('pip', 'missing'),
    ];
    expect(said('JarvisSystemUpdates', {}, { outcome: 'confirmed', output })).toBe(
      'There are updates for two packages of apt. 1 update is about security. I could not ask npm.',
    );
    expect(said('JarvisSystemUpdates', {}, { outcome: 'failed', reason: 'I could not reach the package servers.' })).toBe(
      'I could not reach the package servers.',
    );
  });

  it('speaks sizes', () => {
    expect([0, 1, 1500, 1_000_000_000, 12_345_678_901].map(sizeSpoken)).toEqual([
      '0 bytes',
      '1 byte',
      '1.5 kilobytes',
      '1 gigabyte',
      '12 gigabytes',
    ]);
  });
});
