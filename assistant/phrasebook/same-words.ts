/** Words that people use for a word of the templates; the same at least where the rest of the sentence fits. */
const SAME: Record<string, string> = {
  turn: 'nudge bump crank knock jack push pop stick chuck bung flick flip whack put bring take move shift ease slide switch',
  make: 'set get turn put have bring keep',
  set: 'put adjust change bring drop take crank move push turn get ease raise lower make',
  open: 'raise lift roll pull unroll',
  close: 'shut lower drop roll draw pull',
  lower: 'drop reduce decrease',
  raise: 'lift increase boost up',
  increase: 'boost raise up',
  start: 'begin launch run',
  brighter: 'lighter',
  dimmer: 'darker softer lower',
  darker: 'dimmer gloomier',
  warmer: 'hotter toastier',
  cooler: 'colder',
  louder: 'higher',
  quieter: 'softer lower',
  dark: 'dim gloomy murky',
  cold: 'chilly freezing nippy frosty arctic parky',
  hot: 'boiling roasting sweltering stuffy sweaty',
  loud: 'noisy',
  everything: 'all',
  max: 'maximum full',
  minimum: 'min',
  find: 'locate',
  pause: 'halt',
  anyone: 'anybody someone somebody',
  everyone: 'everybody',
  music: 'tunes sound',
  picture: 'image',
  house: 'place home flat apartment',
};

const BY_SAID = new Map<string, string[]>();
for (const [word, others] of Object.entries(SAME)) {
  for (const said of others.split(' ')) BY_SAID.set(said, [...(BY_SAID.get(said) ?? []), word]);
}

const NONE: readonly string[] = [];

/** The template words a word may stand for, beside itself. */
export const sameWords = (said: string): readonly string[] => BY_SAID.get(said) ?? NONE;
