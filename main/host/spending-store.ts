import { join } from 'node:path';
import type { SpendingStore } from '../../models/routing/spending.ts';
import { jsonFile } from '../../store/json-file.ts';

/** `spending.json` in the data folder: what language models have taken, by day. */
export const spendingStore = (dataFolder: string): SpendingStore => jsonFile(join(dataFolder, 'spending.json'));
