const UNITS: readonly [RegExp, string][] = [
  [/(\d)\s*°\s*C\b/gu, '$1 degrees'],
  [/(\d)\s*°\s*F\b/gu, '$1 degrees Fahrenheit'],
  [/(\d)\s*°/gu, '$1 degrees'],
  [/(\d)\s*%/gu, '$1 percent'],
  [/(\d)\s*kWh\b/gu, '$1 kilowatt hours'],
  [/(\d)\s*kW\b/gu, '$1 kilowatts'],
  [/(\d)\s*W\b/gu, '$1 watts'],
  [/(\d)\s*lx\b/gu, '$1 lux'],
  [/(\d)\s*hPa\b/gu, '$1 hectopascals'],
  [/(\d)\s*ppm\b/gu, '$1 parts per million'],
  [/(\d)\s*km\/h\b/gu, '$1 kilometres per hour'],
];

/**
 * Text as it is to be said: one line without markup, emoji, control characters and the marks that eSpeak NG takes for commands or phonemes. Empty when
 * nothing in it can be said.
 */
export function spokenText(text: string): string {
  let result = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]+/gu, ' ')
    .replaceAll(/(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u{FE0F}|\u{20E3})+/gu, ' ')
    .replaceAll(/https?:\/\/(?:www\.)?([^\s/]+)\S*/gu, '$1')
    // Entity ids: light.living_room_lamp.
    .replaceAll(/\b([a-z]+(?:_[a-z]+)*)\.([a-z0-9]+(?:_[a-z0-9]+)+)\b/gu, '$2')
    .replaceAll('_', ' ')
    .replaceAll(/[[\]{}<>|\\`*#~^]+/gu, ' ')
    .replaceAll(/(?<=^|\s)[-−](?=\d)/gu, 'minus ')
    .replaceAll(/(\d)\s*[–—]\s*(?=\d)/gu, '$1 to ')
    .replaceAll(/\b([01]?\d|2[0-3]):([0-5]\d)\b(?!:)/gu, (_all, hour: string, minute: string) => clock(Number(hour), Number(minute)));
  for (const [pattern, words] of UNITS) result = result.replaceAll(pattern, words);
  result = result.replaceAll(/\b1 (degree|kilowatt|watt)s\b/gu, (all, unit: string, at: number, whole: string) =>
    /[\d.,]/u.test(whole.charAt(at - 1)) ? all : `1 ${unit}`,
  );
  result = result.replaceAll(/\s+/gu, ' ').trim();
  return /[\p{L}\p{N}]/u.test(result) ? result : '';
}

function clock(hour: number, minute: number): string {
  if (minute === 0) return hour >= 1 && hour <= 12 ? `${hour} o'clock` : `${hour} hundred`;
  return `${hour} ${minute < 10 ? `oh ${minute}` : minute}`;
}
