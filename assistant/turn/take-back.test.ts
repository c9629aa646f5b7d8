import { describe, expect, it } from 'vitest';
import { entity, match, viewOf } from '../../tests/fakes/home-scene.ts';
import { takingBack } from './take-back.ts';

const back = (intent: string, ...entities: ReturnType<typeof entity>[]) =>
  takingBack(
    match(
      intent,
      entities.map(({ id }) => id),
      { brightness: 10 },
    ),
    viewOf({ entities }),
  ).map(({ intent: again, targets, slots: { name: _name, ...slots } }) => ({ intent: again, targets, slots }));

describe('taking back', () => {
  it('brings each thing back to what it was', () => {
    const lit = entity('light.a', 'A', 'on', { attributes: { brightness: 128, rgb_color: [255, 136, 0] } });
    const dark = entity('light.b', 'B', 'off');
    expect(back('HassLightSet', lit, dark)).toEqual([
      { intent: 'HassLightSet', targets: ['light.a'], slots: { brightness: 50, color: '#ff8800' } },
      { intent: 'HassTurnOff', targets: ['light.b'], slots: {} },
    ]);
    expect(back('HassClimateSetTemperature', entity('climate.a', 'A', 'heat', { attributes: { temperature: 19 } }))).toEqual([
      { intent: 'HassClimateSetTemperature', targets: ['climate.a'], slots: { temperature: 19 } },
    ]);
    expect(back('HassSetPosition', entity('cover.a', 'A', 'closed'))).toEqual([
      { intent: 'HassSetPosition', targets: ['cover.a'], slots: { position: 0 } },
    ]);
  });

  it('turns on again only what was on', () => {
    expect(back('HassTurnOff', entity('light.a', 'A', 'on'), entity('light.b', 'B', 'off'))).toEqual([
      { intent: 'HassTurnOn', targets: ['light.a'], slots: {} },
    ]);
  });

  it('never unlocks or opens what was shut before', () => {
    expect(back('HassTurnOn', entity('lock.a', 'A', 'locked'))).toEqual([]);
    expect(back('HassTurnOn', entity('lock.a', 'A', 'unlocked'))).toMatchObject([{ intent: 'HassTurnOff' }]);
    expect(back('HassTurnOn', entity('scene.a', 'A', 'unknown'), entity('script.b', 'B', 'off'))).toEqual([]);
  });
});
