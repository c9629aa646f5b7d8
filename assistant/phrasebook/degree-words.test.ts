import { describe, expect, it } from 'vitest';
import type { IntentMatch } from '../../contract/intent.ts';
import { graded, withoutDegree } from './degree-words.ts';
import { wordsOf } from './words.ts';

const match = (slots: IntentMatch['slots'], intent = 'HassLightSet', targets = ['light.desk']): IntentMatch => ({
  intent,
  slots,
  targets,
  confidence: 1,
});

const split = (text: string) => {
  const [found] = [...withoutDegree(wordsOf(text))];
  return found === undefined ? undefined : { rest: found.words.map((word) => word.text).join(' '), degree: found.degree };
};

describe('words of degree', () => {
  it.each([
    ['make the lamp a bit brighter', 'make the lamp brighter', { type: 'factor', factor: 0.5 }],
    ['much louder', 'louder', { type: 'factor', factor: 2 }],
    ['turn the heating down by 2 degrees', 'turn the heating down', { type: 'exact', value: 2, unit: 'degrees' }],
    ['two degrees warmer', 'warmer', { type: 'exact', value: 2, unit: 'degrees' }],
    ['turn the radiator down half a degree', 'turn the radiator down', { type: 'exact', value: 0.5, unit: 'degrees' }],
    ['turn the fan down a notch', 'turn the fan down', { type: 'notches', count: 1 }],
    ['turn the lights all the way up', 'turn the lights up', { type: 'most' }],
  ])('are taken out of "%s"', (text, rest, degree) => {
    expect(split(text)).toEqual({ rest, degree });
  });

  it('are none where a number is a value or part of a name', () => {
    expect(split('turn on office light 2')).toBeUndefined();
    expect(split('turn on the lamp')).toBeUndefined();
  });
});

describe('a step', () => {
  it('is as large as was said, in its own direction', () => {
    expect(graded(match({ brightness_step: -20 }), { type: 'factor', factor: 0.5 })?.slots).toEqual({ brightness_step: -10 });
    expect(graded(match({ temperature_step: 1 }), { type: 'exact', value: 2, unit: 'degrees' })?.slots).toEqual({ temperature_step: 2 });
    expect(graded(match({ temperature_step: -1 }), { type: 'factor', factor: 0.5 })?.slots).toEqual({ temperature_step: -1 });
    expect(graded(match({ volume_step: 'down' }), { type: 'factor', factor: 0.5 })?.slots).toEqual({ volume_step: -5 });
  });

  it('goes as far as it can where that is said', () => {
    expect(graded(match({ brightness_step: 20 }), { type: 'most' })?.slots).toEqual({ brightness: 100 });
    expect(graded(match({ volume_step: 'down' }, 'HassSetVolumeRelative'), { type: 'most' })).toMatchObject({
      intent: 'HassSetVolume',
      slots: { volume_level: 0 },
    });
    expect(graded(match({ temperature_step: 1 }), { type: 'most' })).toBeUndefined();
  });

  it('is only made of what has one', () => {
    expect(graded(match({ name: 'Desk Lamp' }, 'HassTurnOn'), { type: 'factor', factor: 0.5 })).toBeUndefined();
    expect(graded(match({ brightness_step: 20 }), { type: 'exact', value: 2, unit: 'degrees' })).toBeUndefined();
    expect(graded(match({}, 'HassTurnOff', ['cover.blind']), { type: 'factor', factor: 0.5 })).toMatchObject({
      intent: 'HassSetPosition',
      slots: { position_step: -10 },
    });
  });
});
