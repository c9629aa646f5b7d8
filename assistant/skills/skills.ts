import { getTemperature, setTemperature, weather } from './climate.ts';
import { clock, help, nevermind, notYet, respond } from './conversation.ts';
import { fans, lights, positions } from './lights.ts';
import { machines } from './machines.ts';
import { media, mediaSearch, volume } from './media.ts';
import { power } from './power.ts';
import { getState } from './questions.ts';
import type { Skill } from './skill.ts';
import { cancelTimers, changeTimer, startTimer, timerStatus } from './timing.ts';

const ALL: readonly Skill[] = [
  power,
  lights,
  positions,
  fans,
  setTemperature,
  getTemperature,
  weather,
  media,
  volume,
  mediaSearch,
  machines,
  getState,
  clock,
  startTimer,
  changeTimer,
  cancelTimers,
  timerStatus,
  nevermind,
  help,
  respond,
  notYet,
];

const BY_INTENT = new Map(ALL.flatMap((skill) => skill.intents.map((intent) => [intent, skill] as const)));

/** The skill that answers an intent, if JARVIS has one. */
export const skillFor = (intent: string): Skill | undefined => BY_INTENT.get(intent);
