import { join } from 'node:path';
import type { TimerStore } from '../../assistant/timers/timer-service.ts';
import { jsonFile } from '../../store/json-file.ts';

/** `timers.json` in the data folder. */
export const timerStore = (dataFolder: string): TimerStore => jsonFile(join(dataFolder, 'timers.json'));
