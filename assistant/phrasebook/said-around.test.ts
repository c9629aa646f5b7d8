import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import type { Phrasebook } from '../phrasebook.ts';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { area, entity, sampleHome } from './sample-home.ts';

/** What people say around a command: politeness, reasons, corrections, conditions; and what only sounds like one. */

let book: Phrasebook;
let larger: Phrasebook;
beforeAll(async () => {
  const loaded = await loadPhrasebook({ folders: [] });
  book = compilePhrasebook(loaded, sampleHome);
  larger = compilePhrasebook(loaded, {
    ...sampleHome,
    areas: [...sampleHome.areas, area('Patio'), { ...area("Ben's room"), id: 'bens_room' }, area("Mia's room")],
    entities: [
      ...sampleHome.entities,
      entity('light.garden', 'Garden Lights', 'garden', { labels: ['christmas'] }),
      entity('light.patio', 'Patio Lamp', 'patio'),
      entity('switch.tree', 'Tree', 'living_room', { labels: ['christmas'] }),
      entity('climate.ben', 'Radiator', 'bens_room'),
      entity('climate.mia', 'Radiator', "mia's_room"),
      entity('lock.shed', 'Shed Door', 'garden'),
      entity('binary_sensor.front', 'Front Door Contact', 'hall', { device_class: 'door' }),
      entity('sensor.hall_temperature', 'Hall Temperature', 'hall', { device_class: 'temperature', state: '19' }),
      entity('media_player.bedroom', 'Bedroom TV', 'bedroom', { attributes: { source_list: ['Netflix'] } }),
      entity('weather.home', 'Weather'),
    ],
  });
});

const oneOf = ({ intent, targets, slots, when }: IntentMatch): string => {
  const told = Object.entries(slots).filter(([slot]) =>
    /step|factor|brightness|color|position|volume|^temperature|mode|item|state|measure/u.test(slot),
  );
  const time = when === undefined ? [] : [JSON.stringify(when)];
  return [intent, ...targets, ...told.map(([slot, value]) => `${slot}=${String(value)}`), ...time].join(' ');
};
const short = (understood: Understanding): string => {
  if (understood.type === 'none') return `none ${understood.reason}`;
  if (understood.type === 'ambiguous') return `which ${understood.which.join(' ')}`;
  const unclear = (understood.unclear ?? []).map(({ reason }) => `unclear ${reason}`);
  return [...understood.matches.map(oneOf), ...unclear].join('; ');
};
const say = (text: string, room?: string, phrasebook = book): string =>
  short(phrasebook.understand(text, room === undefined ? {} : { room }));

function saidAfter(first: string, text: string, phrasebook = book): string {
  const before = phrasebook.understand(first);
  if (before.type !== 'matched') throw new Error(`"${first}" is not understood`);
  return short(phrasebook.understand(text, { before: before.matches.toReversed() }));
}

const LIVING = 'light.living_lamp light.living_ceiling';

describe('politeness', () => {
  const fronts = [
    'hey jarvis',
    'hi there',
    'sorry to bother you again but',
    'sorry to be a pain but',
    'I was wondering whether you could possibly',
    'would you be so kind as to',
    'could you be an absolute angel and',
    'do me a big favour and',
    "I'd really appreciate it if you could",
    'would it be possible to',
    'when you get a chance',
    'what I would like you to do is',
    'ok so',
    'do you think you could maybe',
    'yo',
  ];
  const backs = [
    'please',
    'thank you so much',
    'if you would',
    'for me',
    'that would be great',
    'when you have a minute',
    'would you',
    'right now',
    'mate',
  ];
  it('changes nothing, in front or behind', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ...fronts), fc.constantFrom('', ...fronts), fc.constantFrom('', ...backs), (one, two, back) => {
        expect(say(`${one} ${two} close the garage door ${back}`)).toBe('HassTurnOff cover.garage');
      }),
      { numRuns: 300 },
    );
  });

  it('hides no question, no story and no refusal', () => {
    for (const text of [
      'is it possible to dim the hall light',
      'please do not turn on the hall light',
      'sorry but I turned off the hall light',
      'I was wondering why you turned on the hall light',
      'he said please turn off the hall light',
    ]) {
      expect(say(text)).toMatch(/^none/u);
    }
  });
});

describe('a reason', () => {
  it.each([
    ["it's dark, turn on the hall light", 'HassTurnOn light.hall'],
    ["oh it's so cold in here can you close the garage door", 'HassTurnOff cover.garage'],
    ["I'm off to bed turn off the hall light", 'HassTurnOff light.hall'],
    ['the sun is in my eyes close the bedroom blinds', 'HassTurnOff cover.bedroom_blinds'],
    ["open the bedroom blinds it's dark", 'HassTurnOn cover.bedroom_blinds'],
    ['lock the front door because we are leaving', 'HassTurnOn lock.front'],
    ['dim the desk lamp so that I can sleep', 'HassLightSet light.desk brightness_step=-20'],
    ['let some light in, open the bedroom blinds', 'HassTurnOn cover.bedroom_blinds'],
    ['the tv is too loud turn it off', 'HassTurnOff media_player.tv'],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('is no command itself, and makes none of a story', () => {
    expect(say("I've already turned off the hall light")).toMatch(/^none/u);
    expect(say('the light at the end of the tunnel is near')).toMatch(/^none/u);
    expect(say('my brother always leaves the garage door open')).toMatch(/^none/u);
  });
});

describe('a correction', () => {
  it.each([
    ['turn on the hall light no the desk lamp', 'HassTurnOn light.desk'],
    ['turn on the hall light, sorry, I mean the desk lamp', 'HassTurnOn light.desk'],
    ['set the desk lamp to forty no fifty percent', 'HassLightSet light.desk brightness=50'],
    ['turn off the tv hmm no close the garage door', 'HassTurnOff cover.garage'],
    ["turn off the hall light no wait don't", 'none not-for-me'],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('puts back what was done by mistake, where it came as another sentence', () => {
    expect(saidAfter('turn on the hall light', 'no, the desk lamp')).toBe('JarvisUndo light.hall; HassTurnOn light.desk');
    expect(saidAfter('is the hall light on', 'no, the desk lamp')).toBe('HassGetState light.desk state=on');
  });
});

describe('in other words', () => {
  it.each([
    ['I want the tv paused and the desk lamp at ten percent', 'HassMediaPause media_player.tv; HassLightSet light.desk brightness=10'],
    ['the bedroom blinds need closing', 'HassTurnOff cover.bedroom_blinds'],
    ['the front door has to be locked', 'HassTurnOn lock.front'],
    ['make sure the garage door is closed', 'HassTurnOff cover.garage'],
    ['draw back the living room curtains', 'HassTurnOn cover.living_curtain'],
    ['crack the garage door open ten percent', 'HassSetPosition cover.garage position=10'],
    ['make the desk lamp twenty five percent', 'HassLightSet light.desk brightness=25'],
    ['lower the desk lamp twenty percent', 'HassLightSet light.desk brightness_step=-20'],
    ['to fifty percent set the desk lamp', 'HassLightSet light.desk brightness=50'],
    ['in the office the desk lamp turn off', 'HassTurnOff light.desk'],
    ['make the desk lamp warmer', 'HassLightSet light.desk kelvin_step=-500'],
    ['turn on office lights one and two', 'HassTurnOn light.office_1; HassTurnOn light.office_2'],
    ['turn on the desk lamp and make it blue', 'HassTurnOn light.desk; HassLightSet light.desk color=blue'],
    ['turn off the lights upstairs without the office', 'HassTurnOff light.bedroom_lamp light.bathroom'],
    ['turn on the living room lights not the lamp', 'HassTurnOn light.living_ceiling'],
    ['open the garage door and close it again in ten minutes', 'HassTurnOn cover.garage; HassTurnOff cover.garage {"delaySeconds":600}'],
    [
      'dim the desk lamp and turn on the ceiling fan for an hour',
      'HassLightSet light.desk brightness_step=-20; HassTurnOn fan.living {"forSeconds":3600}',
    ],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('never does the opposite of a shared end', () => {
    expect(say('turn the coffee machine and the hall light off')).toBe('HassTurnOff switch.coffee; HassTurnOff light.hall');
  });

  it('leaves idioms alone', () => {
    for (const text of [
      'play it cool',
      'play with the dog',
      'close your eyes',
      'set the table for six',
      'turn over a new leaf',
      'open the bottle',
    ]) {
      expect(say(text)).toMatch(/^none/u);
    }
  });

  it('buys what it is told to buy', () => {
    expect(say('I need to buy a lamp for the hall')).toBe('HassShoppingListAddItem item=lamp for the hall');
  });
});

describe('in a larger home', () => {
  it.each([
    ['turn off the outside lights', 'HassTurnOff light.garden light.patio'],
    ['turn on the outdoor lights except the patio', 'HassTurnOn light.garden'],
    ['turn off the christmas things', 'HassTurnOff light.garden switch.tree'],
    ['all the radiators off', 'HassTurnOff climate.ben climate.mia'],
    [
      "set ben's radiator to eighteen and mia's to twenty",
      'HassClimateSetTemperature climate.ben temperature=18; HassClimateSetTemperature climate.mia temperature=20',
    ],
    ["turn off ben's and mia's radiators", 'HassTurnOff climate.ben; HassTurnOff climate.mia'],
    ['lock the shed', 'HassTurnOn lock.shed'],
    ['which room is the warmest', expect.stringMatching(/^JarvisCompare .*measure=highest/u)],
    ['is the kitchen warmer than the hall', expect.stringMatching(/^JarvisCompare sensor.kitchen_temperature .*measure=highest/u)],
  ])('"%s"', (text, meaning) => {
    expect(say(text, undefined, larger)).toEqual(meaning);
  });

  it('means what is in the room by a short name', () => {
    expect(say('turn on the tv', 'bedroom', larger)).toBe('HassTurnOn media_player.bedroom');
    expect(say('turn on the tv', 'living_room', larger)).toBe('HassTurnOn media_player.tv');
    expect(say('turn on the tv in the bedroom', undefined, larger)).toBe('HassTurnOn media_player.bedroom');
  });
});

describe('several conditions', () => {
  const conditionOf = (text: string) => {
    const understood = larger.understand(text);
    return understood.type === 'matched' ? understood.matches.map(({ intent, when }) => [intent, when?.condition]) : understood;
  };
  it('are joined by "and" and "or", and turned round by "unless"', () => {
    expect(conditionOf('if the front door is locked and ada is home turn off the tv')).toMatchObject([
      ['HassTurnOff', { targets: ['lock.front'], negated: false, joined: 'and', also: [{ targets: ['person.ada'], negated: false }] }],
    ]);
    expect(conditionOf('turn off the tv unless the front door is locked or ada is home')).toMatchObject([
      ['HassTurnOff', { negated: true, joined: 'and', also: [{ negated: true }] }],
    ]);
  });

  it('have an otherwise', () => {
    expect(conditionOf('if ada is home turn on the hall light otherwise turn it off')).toMatchObject([
      ['HassTurnOn', { negated: false, paired: true }],
      ['HassTurnOff', { negated: true, paired: true }],
    ]);
    expect(conditionOf('is the front door locked and if not lock it')).toMatchObject([
      ['HassTurnOn', { targets: ['lock.front'], negated: true }],
    ]);
  });

  it('may be of the weather', () => {
    expect(conditionOf('close the garage door if it is raining')).toMatchObject([
      ['HassTurnOff', { targets: ['weather.home'], slots: { state: 'rainy' } }],
    ]);
  });
});

describe('an answer to what was done', () => {
  it.each([
    ['turn on the hall light', 'off again', 'HassTurnOff light.hall'],
    ['turn on the desk lamp', 'blue', 'HassLightSet light.desk color=blue'],
    ['turn on the desk lamp', 'half that', 'HassLightSet light.desk brightness_factor=0.5'],
    ['open the bedroom blinds', 'stop', 'HassStopMoving cover.bedroom_blinds'],
    ['open the bedroom blinds', 'halfway', 'HassSetPosition cover.bedroom_blinds position=50'],
    ['turn on the office lights', 'but not the desk lamp', 'HassTurnOff light.desk'],
    ['turn on office light one', 'and number two', 'HassTurnOn light.office_2'],
    ['turn on the hall light', 'same for the desk lamp', 'HassTurnOn light.desk'],
    ['turn on the kitchen lights', 'turn on the lights', expect.stringMatching(/^HassTurnOn .*light\.hall/u)],
    ['turn on the kitchen lights', 'turn off the lights', 'HassTurnOff light.kitchen light.counter'],
  ])('"%s", then "%s"', (first, text, meaning) => {
    expect(saidAfter(first, text)).toEqual(meaning);
  });

  it('asks which, of what was asked', () => {
    const before = book.understand('are any lights on');
    if (before.type !== 'matched') throw new Error('not understood');
    expect(book.understand('which ones', { before: before.matches })).toMatchObject({ matches: [{ question: 'which' }] });
  });
});

it('means this room by a wish that names none', () => {
  expect(say('could we have it slightly darker', 'living_room')).toBe(`HassLightSet ${LIVING} brightness_step=-10`);
  expect(say('could we have it slightly warmer', 'hall')).toBe('HassClimateSetTemperature climate.hall temperature_step=1');
});
