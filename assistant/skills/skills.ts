import { fans, humidity } from './air.ts';
import { getTemperature, setTemperature } from './climate.ts';
import { compare } from './compare.ts';
import { broadcast, clock, help, nevermind, respond } from './conversation.ts';
import { desktopSkills } from './desktop.ts';
import { calendar } from './events.ts';
import { fileSkills } from './files.ts';
import { history } from './history.ts';
import { lights } from './lights.ts';
import { changeList, readList } from './lists.ts';
import { machines } from './machines.ts';
import { media, mediaSearch, volume } from './media.ts';
import { modes } from './modes.ts';
import { positions, stopMoving } from './openings.ts';
import { power } from './power.ts';
import { getState } from './questions.ts';
import type { Skill } from './skill.ts';
import { emergencyStop } from './stop.ts';
import { systemSkills } from './system.ts';
import { cancelTimers, changeTimer, startTimer, timerStatus } from './timing.ts';
import { undo } from './undo.ts';
import { weather } from './weather.ts';

const ALL: readonly Skill[] = [
  power,
  lights,
  positions,
  stopMoving,
  fans,
  humidity,
  modes,
  setTemperature,
  getTemperature,
  weather,
  history,
  calendar,
  changeList,
  readList,
  media,
  volume,
  mediaSearch,
  machines,
  getState,
  compare,
  undo,
  clock,
  startTimer,
  changeTimer,
  cancelTimers,
  timerStatus,
  nevermind,
  emergencyStop,
  help,
  respond,
  broadcast,
  ...fileSkills,
  ...systemSkills,
  ...desktopSkills,
];

const BY_INTENT = new Map(ALL.flatMap((skill) => skill.intents.map((intent) => [intent, skill] as const)));

/** The skill that answers an intent, if JARVIS has one. */
export const skillFor = (intent: string): Skill | undefined => BY_INTENT.get(intent);
