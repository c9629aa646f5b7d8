import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import type { Phrasebook } from '../phrasebook.ts';
import { MOST_MATCHES } from './clause-reader.ts';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { area, entity, sampleHome } from './sample-home.ts';
import { SentenceMatcher } from './sentence-matcher.ts';

let book: Phrasebook;
beforeAll(async () => {
  book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
});

const oneOf = ({ intent, targets, slots }: IntentMatch): string => {
  const told = Object.entries(slots).filter(([slot]) =>
    /step|factor|brightness|color|position|volume|^temperature|state|mode|day|item/u.test(slot),
  );
  return [intent, ...targets, ...told.map(([slot, value]) => `${slot}=${String(value)}`)].join(' ');
};
const short = (understood: Understanding): string => {
  if (understood.type === 'none') return `none ${understood.reason}`;
  if (understood.type === 'ambiguous') return `which ${understood.which.join(' ')}`;
  const unclear = (understood.unclear ?? []).map(({ reason, detail }) => `unclear ${reason} ${detail ?? ''}`.trim());
  return [...understood.matches.map(oneOf), ...unclear].join('; ');
};
const say = (text: string, room?: string): string => short(book.understand(text, room === undefined ? {} : { room }));

/** What is understood after something else was. */
function saidAfter(first: string, text: string, room?: string): string {
  const before = book.understand(first, room === undefined ? {} : { room });
  if (before.type !== 'matched') throw new Error(`"${first}" is not understood`);
  return short(book.understand(text, { before: before.matches.toReversed(), ...(room === undefined ? {} : { room }) }));
}

const KITCHEN = 'light.kitchen light.counter';
const BEDROOM = 'light.bedroom_lamp';

describe('several commands in one sentence', () => {
  it.each([
    [
      'turn off the desk lamp, close the bedroom blinds and lock the front door',
      'HassTurnOff light.desk; HassTurnOff cover.bedroom_blinds; HassTurnOn lock.front',
    ],
    [
      'turn on the kitchen and the bedroom lights and off the tv',
      `HassTurnOn ${KITCHEN}; HassTurnOn ${BEDROOM}; HassTurnOff media_player.tv`,
    ],
    ['turn on the hall light and then also turn off the fan', 'HassTurnOn light.hall; HassTurnOff fan.living'],
    ['turn off the hall light and the bathroom light', 'HassTurnOff light.hall; HassTurnOff light.bathroom'],
    [
      'set the desk lamp to 20 percent and the hall light to 50',
      'HassLightSet light.desk brightness=20; HassLightSet light.hall brightness=50',
    ],
    ['in the bedroom turn on the lights and close the blinds', `HassTurnOn ${BEDROOM}; HassTurnOff cover.bedroom_blinds`],
    ['turn on the lights and close the blinds in the bedroom', `HassTurnOn ${BEDROOM}; HassTurnOff cover.bedroom_blinds`],
    ['open the bedroom blinds turn off the desk lamp', 'HassTurnOn cover.bedroom_blinds; HassTurnOff light.desk'],
    ['lights off in the kitchen and the hall', `HassTurnOff ${KITCHEN}; HassTurnOff light.hall`],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('does what is clear and tells what is not', () => {
    expect(say('turn on the hall light and the xylophone')).toBe('HassTurnOn light.hall; unclear no-target xylophone');
    expect(say('turn on the hall light and turn on the lamp')).toBe('HassTurnOn light.hall; unclear ambiguous');
  });

  it('is never on and off at once', () => {
    expect(say('turn on the hall light and turn off the hall light')).toMatch(/^none/u);
    expect(say('turn on and off the hall light')).toMatch(/^none/u);
  });
});

describe('everything but', () => {
  it.each([
    ['turn on all the lights upstairs except in the office', 'HassTurnOn light.bedroom_lamp light.bathroom'],
    ['turn off all lights apart from the kitchen and upstairs', 'HassTurnOff light.living_lamp light.living_ceiling light.hall'],
    ['turn on the office lights but not the desk lamp', 'HassTurnOn light.office_1 light.office_2'],
    ['turn the lights off upstairs but leave the office on', 'HassTurnOff light.bedroom_lamp light.bathroom'],
    ['everything off in the living room except the tv', 'HassTurnOff light.living_lamp light.living_ceiling fan.living'],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('is not understood where the exception is not', () => {
    expect(say('turn off all lights upstairs except the ballroom')).toMatch(/^none/u);
  });
});

describe('measured by what is', () => {
  it.each([
    ['make the desk lamp a bit brighter', 'HassLightSet light.desk brightness_step=10'],
    ['make the kitchen lights much dimmer', `HassLightSet ${KITCHEN} brightness_step=-40`],
    ['dim the desk lamp by 30 percent', 'HassLightSet light.desk brightness_step=-30'],
    ['make the desk lamp twice as bright', 'HassLightSet light.desk brightness_factor=2'],
    ['turn the desk lamp all the way up', 'HassLightSet light.desk brightness=100'],
    ['turn up the hall thermostat by two degrees', 'HassClimateSetTemperature climate.hall temperature_step=2'],
    ['lower the heating a touch', 'HassClimateSetTemperature climate.hall temperature_step=-1'],
    ['open the bedroom blinds a bit more', 'HassSetPosition cover.bedroom_blinds position_step=10'],
    ['close the bedroom blinds three quarters', 'HassSetPosition cover.bedroom_blinds position=25'],
    ['turn the tv up a little', 'HassSetVolumeRelative media_player.tv volume_step=5'],
    ['set the desk lamp to a third', 'HassLightSet light.desk brightness=33'],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });

  it('means the room it is said in', () => {
    expect(say("it's too dark in here", 'kitchen')).toBe(`HassLightSet ${KITCHEN} brightness_step=20`);
    expect(say("I'm freezing", 'hall')).toBe('HassClimateSetTemperature climate.hall temperature_step=1');
  });
});

describe('said after something', () => {
  it.each([
    ['turn on the desk lamp', 'turn it off again', 'HassTurnOff light.desk'],
    ['turn on the desk lamp', 'make it a bit brighter', 'HassLightSet light.desk brightness_step=10'],
    ['turn on the desk lamp', 'a bit brighter', 'HassLightSet light.desk brightness_step=10'],
    ['turn on the kitchen lights', 'now the bedroom', `HassTurnOn ${BEDROOM}`],
    ['turn on the kitchen light', 'what about the hall?', 'HassTurnOn light.hall'],
    [
      'turn off the kitchen lights',
      'the same upstairs',
      'HassTurnOff light.office_1 light.office_2 light.desk light.bedroom_lamp light.bathroom',
    ],
    ['turn on the kitchen lights', 'no, the hall', `JarvisUndo ${KITCHEN}; HassTurnOn light.hall`],
    ['turn on the kitchen lights', 'not the kitchen, the hall', `JarvisUndo ${KITCHEN}; HassTurnOn light.hall`],
    ['turn off the desk lamp', 'and the hall light', 'HassTurnOff light.hall'],
    ['turn off the desk lamp', 'I meant the ceiling fan', 'JarvisUndo light.desk; HassTurnOff fan.living'],
    ['open the bedroom blinds', 'and close them', 'HassTurnOff cover.bedroom_blinds'],
    ['set the desk lamp to 20 percent', 'no, make that forty', 'HassLightSet light.desk brightness=40'],
    ['turn on the desk lamp', 'make it blue', 'HassLightSet light.desk color=blue'],
    ['turn on the desk lamp and the hall light', 'turn them off', 'HassTurnOff light.hall light.desk'],
    ['is the front door locked', 'unlock it', 'HassTurnOff lock.front'],
    ['is the desk lamp on', 'and the hall light?', 'HassGetState light.hall state=on'],
    ['what is the temperature in the kitchen', 'and in the hall?', 'HassClimateGetTemperature climate.hall'],
    ['what is the weather like', 'and tomorrow?', 'HassGetWeather day=tomorrow'],
    ['turn on the hall light in ten minutes', 'cancel that', 'HassCancelTimer'],
  ])('"%s", then "%s"', (first, text, meaning) => {
    const found = saidAfter(first, text);
    expect(found.startsWith('HassClimateGetTemperature') ? found.replace(/ light\S*/gu, '') : found).toBe(meaning);
  });

  it('is no guess where it does not fit', () => {
    expect(saidAfter('turn on the desk lamp', 'and the front door')).toMatch(/^none/u);
    expect(saidAfter('open the bedroom blinds', 'make it blue')).toMatch(/^none/u);
    expect(saidAfter('turn on the desk lamp', 'what about the government')).toMatch(/^none/u);
    expect(saidAfter('turn on the kitchen lights', 'now the garden')).toBe('none no-target');
  });

  it.each([
    'turn it off',
    'close them',
    'now the bedroom',
    'and the hall?',
    'the same upstairs',
    'no, the other one',
    'again',
    'a bit more',
  ])('"%s" means nothing with nothing before it', (text) => {
    expect(say(text)).toMatch(/^none/u);
  });
});

describe('words in an order of their own, and words that mean nothing', () => {
  it.each([
    ['the desk lamp, turn it on', 'HassTurnOn light.desk'],
    ['off with the hall light', 'HassTurnOff light.hall'],
    ['lights in the kitchen on please', `HassTurnOn ${KITCHEN}`],
    ['to twenty percent dim the desk lamp', 'HassLightSet light.desk brightness=20'],
    ['in the hall make it 20 degrees', 'HassClimateSetTemperature climate.hall temperature=20'],
    ['the desk lamp could you please switch off', 'HassTurnOff light.desk'],
    ['uh could you maybe just turn on the desk lamp for me please', 'HassTurnOn light.desk'],
    ["I'd like you to turn on the desk lamp, thanks", 'HassTurnOn light.desk'],
    ['would you mind closing the bedroom blinds', 'HassTurnOff cover.bedroom_blinds'],
    ['can we have the kitchen lights on', `HassTurnOn ${KITCHEN}`],
    ["don't forget to lock the front door", 'HassTurnOn lock.front'],
    ['pop the telly on', 'HassTurnOn media_player.tv'],
    ['open the living room drapes', 'HassTurnOn cover.living_curtain'],
  ])('"%s"', (text, meaning) => {
    expect(say(text)).toBe(meaning);
  });
});

describe('only if, and not at once', () => {
  const whenOf = (text: string) => {
    const understood = book.understand(text);
    return understood.type === 'matched'
      ? understood.matches.map(({ intent, targets, when }) => [intent, ...targets, JSON.stringify(when)].join(' '))
      : [understood.type];
  };

  it('understands a condition that can be asked', () => {
    const windowOpen = {
      slots: { name: 'Bedroom Window', state: 'on' },
      targets: ['binary_sensor.bedroom_window'],
      question: 'is',
      negated: false,
    };
    expect(whenOf('if the bedroom window is open turn on the hall light')).toEqual([
      `HassTurnOn light.hall ${JSON.stringify({ condition: windowOpen })}`,
    ]);
    expect(whenOf('turn on the hall light unless the bedroom window is open')).toEqual([
      `HassTurnOn light.hall ${JSON.stringify({ condition: { ...windowOpen, negated: true } })}`,
    ]);
    expect(whenOf('if nobody is home turn off the hall light and lock the front door')).toHaveLength(2);
    expect(book.understand('if the front door is unlocked lock it')).toMatchObject({
      matches: [
        { intent: 'HassTurnOn', targets: ['lock.front'], when: { condition: { targets: ['lock.front'], slots: { state: 'unlocked' } } } },
      ],
    });
  });

  it('carries nothing out whose condition it does not understand', () => {
    for (const text of [
      'if pigs fly turn on the hall light',
      'turn on the hall light unless the moon is full',
      'if the bedroom window is open',
    ]) {
      expect(say(text)).toMatch(/^none/u);
    }
  });

  it('understands times and lengths', () => {
    expect(whenOf('turn on the ceiling fan for ten minutes')).toEqual(['HassTurnOn fan.living {"forSeconds":600}']);
    expect(whenOf('turn on the hall light at half past seven')).toEqual(['HassTurnOn light.hall {"at":"07:30","either":true}']);
    expect(whenOf('at 7pm turn on the hall light')).toEqual(['HassTurnOn light.hall {"at":"19:00"}']);
    expect(whenOf('turn on the hall light tomorrow at 8 pm')).toEqual(['HassTurnOn light.hall {"at":"20:00","inDays":1}']);
    expect(whenOf('tomorrow morning at half past six turn on the hall light')).toEqual(['HassTurnOn light.hall {"at":"06:30","inDays":1}']);
    expect(whenOf('wait five minutes then turn off the hall light')).toEqual(['HassTurnOff light.hall {"delaySeconds":300}']);
    expect(whenOf('in five minutes turn off the hall light and the desk lamp')).toEqual([
      'HassTurnOff light.hall {"delaySeconds":300}',
      'HassTurnOff light.desk {"delaySeconds":300}',
    ]);
  });

  it('says that it does not wait for something to happen', () => {
    for (const text of [
      'when the door opens turn on the hall light',
      'turn on the hall light every morning',
      'turn on the hall light next monday at 8 pm',
    ]) {
      expect(book.understand(text)).toMatchObject({ type: 'none', reason: 'not-for-me', detail: expect.stringContaining('cannot wait') });
    }
  });
});

describe('what should change nothing', () => {
  it.each(
    `don't turn on the hall light|do not open the garage door|never unlock the front door|I turned on the hall light|I have just locked the front door
    he said turn on the kitchen lights|yesterday the kitchen lights were on|what happens if I turn on the hall light|should I turn off the coffee machine
    how do I turn on the hall light|why is the hall light on|turn on the lights in the attic|open the blinds in the sauna|turn on the|set the desk lamp to
    the hall light is lovely|turn off your phone|the garage door opened by itself|in the film they turn off the lights and lock the doors
    tell Ada to turn off the hall light|it would be nice to have a light in the hall|turn left at the next light|lock him up and throw away the key
    my brother turned the ceiling fan off|if I were you I would turn off the hall light|I was going to turn on the hall light|turn on the lava lamp|turn up at eight
    close the deal and lock it in|open sesame|the kitchen and the hall|she told me to turn off the lights in the kitchen|leave the kitchen lights on`
      .split(/[|\n]/u)
      .map((text) => text.trim()),
  )('"%s"', (text) => {
    expect(say(text)).toMatch(/^none/u);
  });
});

describe('what is hidden or not exposed', () => {
  it('is never meant', async () => {
    const home = {
      floors: [],
      areas: [area('Kitchen')],
      entities: [
        entity('light.a', 'Shelf Light', 'kitchen'),
        entity('light.b', 'Secret Light', 'kitchen', { hidden: true }),
        entity('light.c', 'Inner Light', 'kitchen', { exposed: false }),
      ],
    };
    const small = compilePhrasebook(await loadPhrasebook({ folders: [] }), home);
    expect(short(small.understand('turn on the kitchen lights'))).toBe('HassTurnOn light.a');
    expect(short(small.understand('turn on the secret light'))).toBe('none no-target');
    expect(short(small.understand('turn on the inner light'))).toBe('none no-target');
    expect(small.grammar()).not.toContain('secret');
  });
});

describe('names', () => {
  it('may be said with their place, their owner, or for several at once', async () => {
    const home = {
      floors: [],
      areas: [{ ...area("Ben's room"), id: 'ben' }, area('Office'), area('Hall')],
      entities: [
        entity('light.ben', 'Desk Lamp', 'ben'),
        entity('light.office', 'Desk Lamp', 'office'),
        entity('light.left', 'Wall Light', 'hall'),
        entity('light.right', 'Wall Light', 'hall'),
        entity('light.anna', "Anna's Lamp", 'hall'),
        entity('climate.office', 'Radiator', 'office', { attributes: { preset_modes: ['eco', 'Deep Sleep'] } }),
      ],
    };
    const names = compilePhrasebook(await loadPhrasebook({ folders: [] }), home);
    const of = (text: string): string => short(names.understand(text));
    expect(of("turn on Ben's desk lamp")).toBe('HassTurnOn light.ben');
    expect(of('set the office desk lamp to 20 percent')).toBe('HassLightSet light.office brightness=20');
    expect(of('set the desk lamp in the office to 20 percent')).toBe('HassLightSet light.office brightness=20');
    expect(of('turn on the desk lamp')).toBe('which light.ben light.office');
    expect(of('turn on the wall light')).toBe('which light.left light.right');
    expect(of('turn on both wall lights')).toBe('HassTurnOn light.left light.right');
    expect(of("turn on Anna's lamp")).toBe('HassTurnOn light.anna');
    expect(of('put the radiator in deep sleep mode')).toBe('JarvisSetMode climate.office mode=Deep Sleep');
    expect(of('put the radiator in karaoke mode')).toMatch(/^none/u);
  });
});

describe('whatever is said before and now', () => {
  const said =
    'turn on off it them the a hall kitchen light lights and but except now no same if unless is open at seven for ten minutes bit brighter blue again upstairs'.split(
      ' ',
    );
  const text = fc.array(fc.constantFrom(...said), { maxLength: 18 }).map((words) => words.join(' '));

  it('nothing throws, targets are of this home, and the work is bounded', () => {
    const match = SentenceMatcher.prototype.match;
    let count = 0;
    SentenceMatcher.prototype.match = function counted(...rest) {
      count++;
      return match.apply(this, rest);
    };
    try {
      const known = new Set(sampleHome.entities.map(({ id }) => id));
      fc.assert(
        fc.property(text, text, (first, second) => {
          const before = book.understand(first);
          count = 0;
          const understood = book.understand(second, before.type === 'matched' ? { before: before.matches } : {});
          // A delayed command is matched once more inside its sentence, for every place it may end.
          expect(count).toBeLessThan(MOST_MATCHES * 20);
          if (understood.type !== 'matched') return;
          for (const { targets, confidence } of understood.matches) {
            for (const id of targets) expect(known.has(id)).toBe(true);
            expect(confidence).toBeGreaterThan(0);
          }
        }),
        { numRuns: 400 },
      );
    } finally {
      SentenceMatcher.prototype.match = match;
    }
  });

  it('without anything before it, an empty "before" changes nothing', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(book.understand(one, { before: [] })).toEqual(book.understand(one));
      }),
      { numRuns: 200 },
    );
  });
});
