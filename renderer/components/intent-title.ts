const titles: Record<string, string> = {
  HassLightSet: 'Brightness and colour',
  HassGetState: 'Questions about the home',
  HassSetPosition: 'Blinds and other covers',
  HassClimateSetTemperature: 'Heating',
  HassClimateGetTemperature: 'How warm it is',
  HassGetCurrentTime: 'Time',
  HassGetCurrentDate: 'Date',
  HassNevermind: 'Never mind',
  HassFanSetSpeed: 'Fans',
  HassSetVolume: 'Volume',
};

/** An intent as a heading; those without one of their own are spelt out, `HassStartTimer` as "Start timer". */
export function intentTitle(intent: string): string {
  const title = Object.hasOwn(titles, intent) ? titles[intent] : undefined;
  if (title !== undefined) return title;
  const words = intent
    .replace(/^Hass/, '')
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
