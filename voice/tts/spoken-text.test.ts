import { describe, expect, it } from 'vitest';
import { spokenText } from './spoken-text.ts';

describe('spoken text', () => {
  it.each([
    ['It is 21.5 °C in the hall.', 'It is 21.5 degrees in the hall.'],
    ['It is -1 °C.', 'It is minus 1 degree.'],
    ['It is 11 °C.', 'It is 11 degrees.'],
    ['It is 2.1 °C.', 'It is 2.1 degrees.'],
    ['Brightness 40 %', 'Brightness 40 percent'],
    ['It is 7:05.', 'It is 7 oh 5.'],
    ['It is 18:30.', 'It is 18 30.'],
    ['It is 9:00.', "It is 9 o'clock."],
    ['light.living_room_lamp is on', 'living room lamp is on'],
    ['See https://www.example.com/a/b?c=d now', 'See example.com now'],
    ['**Done** 🎉👩‍🚀🇬🇧 `ok`', 'Done ok'],
    ["[[h@'l_oU]] \u0001 5p <break/>", "h@'l oU 5p break/"],
    ['a\0b\r\nc', 'a b c'],
    ['🎉🎉', ''],
    ['…!?', ''],
    ['', ''],
  ])('%j is said as %j', (text, spoken) => {
    expect(spokenText(text)).toBe(spoken);
  });
});
