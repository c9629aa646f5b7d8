import { runHeadless } from './run-headless.ts';

await runHeadless({ open: true });
