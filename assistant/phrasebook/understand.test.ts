import { beforeAll, describe, expect, it } from 'vitest';
import type { Understanding } from '../../contract/intent.ts';
import type { Phrasebook } from '../phrasebook.ts';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { area, entity, sampleHome } from './sample-home.ts';

let book: Phrasebook;
beforeAll(async () => {
  book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
});

const short = (understood: Understanding): string => {
  if (understood.type === 'none') return `none ${understood.reason} ${understood.detail ?? ''}`.trim();
  if (understood.type === 'ambiguous') return `which ${understood.which.join(' ')}`;
  return understood.matches.map(({ intent, targets }) => [intent, ...targets].join(' ')).join('; ');
};
const say = (text: string, room?: string): string => short(book.understand(text, room === undefined ? {} : { room }));

describe('a sentence', () => {
  it.each([
    ['turn on the kitchen light', 'HassTurnOn light.kitchen'],
    ['Could you PLEASE switch the desk lamp on for me, Jarvis?', 'HassTurnOn light.desk'],
    ['would you mind turning off the hall light', 'HassTurnOff light.hall'],
    ['turn on the lights in the kitchen', 'HassTurnOn light.kitchen light.counter'],
    ['open the garage door', 'HassTurnOn cover.garage'],
    ['lock the front door', 'HassTurnOn lock.front'],
    ['unlock the front door', 'HassTurnOff lock.front'],
    ['is the front door locked', 'HassGetState lock.front'],
    ['turn on the office light 2', 'HassTurnOn light.office_2'],
    [
      'turn off all lights except the office',
      'HassTurnOff light.kitchen light.counter light.living_lamp light.living_ceiling light.hall light.bedroom_lamp light.bathroom',
    ],
    ['what is the temperature in the kitchen', 'HassClimateGetTemperature sensor.kitchen_temperature'],
    ['never mind', 'HassNevermind'],
    ['what can I say?', 'JarvisHelp'],
  ])('"%s" means %s', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('carries numbers, colours and levels as values', () => {
    expect(book.understand('set office light 1 to twenty five percent')).toMatchObject({
      matches: [{ slots: { name: 'Office Light 1', brightness: 25 } }],
    });
    expect(book.understand('set the living room lamp to warm white')).toMatchObject({ matches: [{ slots: { temperature: 2700 } }] });
    expect(book.understand('set a timer for an hour and a half')).toMatchObject({ matches: [{ slots: { hours: 1, minutes: 30 } }] });
    expect(book.understand('turn on the coffee machine in 10 minutes')).toMatchObject({
      matches: [{ intent: 'HassStartTimer', slots: { minutes: 10, conversation_command: 'turn on the coffee machine' } }],
    });
  });

  it('holds two commands, also when they share their words', () => {
    expect(say('turn on the kitchen light and close the bedroom blinds')).toBe(
      'HassTurnOn light.kitchen; HassTurnOff cover.bedroom_blinds',
    );
    expect(say('turn off the living room lamp and the ceiling fan')).toBe('HassTurnOff light.living_lamp; HassTurnOff fan.living');
    expect(say('turn the living room lamp and the ceiling fan off')).toBe('HassTurnOff light.living_lamp; HassTurnOff fan.living');
    expect(say('turn on the kitchen and bedroom lights')).toBe('HassTurnOn light.kitchen light.counter; HassTurnOn light.bedroom_lamp');
  });

  it('means the room it is said in', () => {
    expect(say('turn on the lights', 'living_room')).toBe('HassTurnOn light.living_lamp light.living_ceiling');
    expect(say('turn on the lamp', 'bedroom')).toBe('HassTurnOn light.bedroom_lamp');
    expect(say('turn off all the lights in here', 'hall')).toBe('HassTurnOff light.hall');
  });

  it('asks which, where two things fit equally', () => {
    expect(say('turn on the lamp')).toBe('which light.living_lamp light.bedroom_lamp');
    expect(say('turn on the light')).toContain('which light.kitchen light.counter');
  });

  it('finds the thing of the same name in this room', async () => {
    const twins = compilePhrasebook(await loadPhrasebook({ folders: [] }), {
      floors: [],
      areas: [area('Attic'), area('Cellar')],
      entities: [entity('light.a', 'Reading Lamp', 'attic'), entity('light.c', 'Reading Lamp', 'cellar')],
    });
    expect(short(twins.understand('turn on the reading lamp', { room: 'cellar' }))).toBe('HassTurnOn light.c');
    expect(short(twins.understand('turn on the reading lamp in the attic'))).toBe('HassTurnOn light.a');
    expect(short(twins.understand('turn on the reading lamp'))).toBe('which light.a light.c');
  });

  it.each([
    ['turn off the living groom lamp', 'HassTurnOff light.living_lamp'],
    ['turn of the kitchen lite', 'HassTurnOff light.kitchen'],
    ['turn on the bedrom lamp', 'HassTurnOn light.bedroom_lamp'],
    ['turn on the bed room lamp', 'HassTurnOn light.bedroom_lamp'],
  ])('that was mis-heard, "%s", is understood with less confidence', (text, meaning) => {
    const understood = book.understand(text);
    expect(short(understood)).toBe(meaning);
    expect(understood.type === 'matched' && understood.matches[0]!.confidence).toBeLessThan(0.95);
  });

  it.each([
    ['turn on the xylophone', 'none no-target xylophone'],
    ['turn on the lights in the ballroom', 'none no-target ballroom'],
    ["don't turn on the kitchen light", 'none not-for-me'],
    ['he said turn on the kitchen light', 'none not-for-me'],
    ["don't turn on the kitchen light and close the blinds", 'none not-for-me'],
    ['clock the front door', 'none no-match'],
    ['what is the meaning of life', 'none no-match'],
    ['make it juicier', 'none no-match'],
    ['turn on', 'none no-match'],
    ['kitchen', 'none no-match'],
    ['', 'none no-match'],
  ])('"%s" is not acted on', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });
});

describe('how finished a partial sentence is', () => {
  it.each([
    ['turn on the', 'incomplete'],
    ['turn on the kitchen', 'incomplete'],
    ['turn on the kitchen light', 'closed'],
    ['turn on the lights', 'complete'],
    ['turn on the lights in the kitchen', 'closed'],
    ['turn off the office light', 'complete'],
    ['turn off the office light one', 'closed'],
    ['set the desk lamp to twenty', 'complete'],
    ['set the desk lamp to twenty five percent', 'closed'],
    ['unlock the front door', 'closed'],
    ['and', 'incomplete'],
  ])('"%s" is %s', (text, finished) => {
    expect(book.completeness(text)).toBe(finished);
  });
});

describe('strange names', () => {
  it('break nothing', async () => {
    const odd = compilePhrasebook(await loadPhrasebook({ folders: [] }), {
      floors: [],
      areas: [
        { id: 'light', name: 'Light', aliases: [] },
        { id: 'house', name: '🏠', aliases: [] },
      ],
      entities: [
        entity('light.off', 'off', 'light'),
        entity('switch.signs', '(a|b)* [x] {name} .+$ <y>'),
        entity('light.long', 'very '.repeat(60)),
        entity('light.bulb', '💡'),
        entity('light.the', 'The'),
        entity('light.cyrillic', 'Люстра'),
        entity('light.two', 'Lamp 2'),
      ],
    });
    expect(short(odd.understand('turn off off'))).toBe('HassTurnOff light.off');
    expect(short(odd.understand('turn on люстра'))).toBe('HassTurnOn light.cyrillic');
    expect(short(odd.understand('turn on lamp two'))).toBe('HassTurnOn light.two');
    const body = odd.grammar().replace(/<\w+>/gu, '').split('\n').slice(2).join(' ');
    expect(body).toMatch(/^[a-z' ()[\]|=;]*$/u);
    expect(odd.grammar()).toContain('lamp two');
  });
});
