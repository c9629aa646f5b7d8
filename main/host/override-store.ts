import { join } from 'node:path';
import type { OverrideStore } from '../../iot/home-overrides.ts';
import { jsonFile } from '../../store/json-file.ts';

/** `home-names.json` in the data folder: what the person has renamed or hidden. */
export const overrideStore = (dataFolder: string): OverrideStore => jsonFile(join(dataFolder, 'home-names.json'));
